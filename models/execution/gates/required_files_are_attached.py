"""Gate: evidence that asks for a file has one."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def required_files_are_attached(view: StepView) -> Iterator[Refusal]:
    """Refuse ``attachment-missing`` for each evidence that asks for a file and has none."""
    attached = {item.evidence_id for item in view.step.attachments}
    for wanted in view.specification.evidence:
        if wanted.attachment and wanted.evidence_id not in attached:
            text = f"{wanted.description} of {view.subject} has no file"
            yield refuse("attachment-missing", wanted.evidence_id, text)
