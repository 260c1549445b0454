"""Gate: work is recorded only on a step that is in progress."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.step_state import StepState
from models.execution.views import StepView


def step_is_in_progress(view: StepView) -> Iterator[Refusal]:
    """Refuse ``step-not-in-progress`` in every other state."""
    if view.step.state is not StepState.IN_PROGRESS:
        yield refuse(
            "step-not-in-progress",
            view.step.step_id,
            f"{view.subject} is {view.step.state.value}",
        )
