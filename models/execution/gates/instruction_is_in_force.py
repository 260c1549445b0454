"""Gate: a step begins only with the revision of its instruction that is in force (V1)."""

from collections.abc import Iterator

from models.execution.documents import out_of_force
from models.execution.outcome import Refusal
from models.execution.views import StepView


def instruction_is_in_force(view: StepView) -> Iterator[Refusal]:
    """Refuse ``instruction-superseded`` or ``document-unknown``; offers the revision in force."""
    instruction = view.specification.instruction
    if instruction.document_id:
        yield from out_of_force(
            instruction.document_id, instruction.revision, view.subject, view.session.snapshot
        )
