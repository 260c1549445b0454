"""Gate: a line whose label must be verified runs with the label revision that is in force."""

from collections.abc import Iterator

from models.execution.documents import revision_in_force
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView
from models.isa95.work_definition import PrerequisiteKind


def label_is_in_force(view: StepView) -> Iterator[Refusal]:
    """Refuse ``label-superseded`` where the WorkMaster names another label than the one in force.

    It is asked of steps that need a verified label (21 CFR 111.410, 211.125).
    """
    master = view.session.directive.work_directive
    kinds = {item.kind for item in view.specification.prerequisites}
    if not master.label or PrerequisiteKind.LABEL_VERIFIED not in kinds:
        return
    document_id, revision = master.label_document
    now = revision_in_force(document_id, view.session.snapshot)
    if now != revision:
        text = (
            f"{master.work_master_id} version {master.version} carries label {document_id}"
            f" revision {revision}, but revision {now or 'none'} is in force"
        )
        offers = (f"{document_id} revision {now}",) if now else ()
        yield refuse("label-superseded", document_id, text, offers)
