"""Gate: a WorkMaster names only the revisions of its documents that are in force."""

from collections.abc import Iterator

from models.execution.documents import out_of_force
from models.execution.outcome import Refusal
from models.execution.work_master_views import VersionView, documents_of


def documents_are_in_force(view: VersionView) -> Iterator[Refusal]:
    """Refuse ``document-unknown`` or ``instruction-superseded`` for each revision it names."""
    if view.master is None:
        return
    for document_id, revision in dict.fromkeys(documents_of(view.master)):
        yield from out_of_force(document_id, revision, view.name, view.snapshot)
