"""Gate: nothing is recorded on a step before the person has read its instruction (V1)."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def instruction_is_read(view: StepView) -> Iterator[Refusal]:
    """Refuse ``instruction-not-read`` until the person at the station has confirmed it."""
    instruction, who = view.specification.instruction, view.session.person_id
    if instruction.read_confirmation and who not in view.step.instruction_readers:
        name = f"{instruction.document_id} revision {instruction.revision}".strip()
        text = f"{who} has not confirmed to have read {name} for {view.subject}"
        yield refuse("instruction-not-read", instruction.document_id, text, (name,))
