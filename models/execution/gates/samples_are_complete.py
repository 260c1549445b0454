"""Gate: as many samples were taken as the plan of the step asks for."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def samples_are_complete(view: StepView) -> Iterator[Refusal]:
    """Refuse ``samples-missing`` for each sample plan with fewer values than its size."""
    for plan in view.specification.sample_plans:
        taken = sum(item.evidence_id == plan.evidence_id for item in view.step.samples)
        if taken < plan.size:
            text = f"{taken} of {plan.size} samples of {plan.evidence_id} are on record"
            yield refuse("samples-missing", plan.evidence_id, text)
