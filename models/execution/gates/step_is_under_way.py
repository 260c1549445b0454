"""Gate: only a step that was begun and is not complete can be held."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.step_state import STEP_TRANSITIONS, StepTransition
from models.execution.views import StepView


def step_is_under_way(view: StepView) -> Iterator[Refusal]:
    """Refuse ``step-not-in-progress`` for a step that waits, is held, or is complete."""
    state = view.step.state
    if (state, StepTransition.HOLD) not in STEP_TRANSITIONS:
        text = f"{view.subject} is {state.value}"
        yield refuse("step-not-in-progress", view.step.step_id, text)
