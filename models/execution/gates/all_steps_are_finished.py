"""Gate: a job order ends when all of its steps are finished."""

from collections.abc import Iterator

from models.execution.finished import is_finished
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def all_steps_are_finished(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``step-not-finished`` for each step that is not."""
    for step in view.job_order.steps:
        if not is_finished(step, view.directive.work_directive):
            yield refuse(
                "step-not-finished", step.step_id, f"step {step.step_id} is {step.state.value}"
            )
