"""Controlled documents: which revision is in force."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot


def revision_in_force(document_id: str, snapshot: Snapshot) -> str | None:
    """Return the revision of a document that is in force, or None when nobody knows it."""
    known = snapshot.document(document_id)
    return known.in_force.revision if known else None


def out_of_force(
    document_id: str, revision: str, subject: str, snapshot: Snapshot
) -> Iterator[Refusal]:
    """Refuse a revision that is not the one in force, and offer that one."""
    now = revision_in_force(document_id, snapshot)
    if now is None:
        text = f"{subject} names document {document_id}, which is not on record"
        yield refuse("document-unknown", document_id, text)
    elif now != revision:
        text = f"{subject} names {document_id} revision {revision}, but revision {now} is in force"
        yield refuse(
            "instruction-superseded", document_id, text, (f"{document_id} revision {now}",)
        )
