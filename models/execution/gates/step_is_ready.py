"""Gate: a step begins once, from the state Ready."""

from collections.abc import Iterator

from models.execution.gates.predecessors_are_finished import predecessors_are_finished
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from models.execution.views import StepView


def step_is_ready(view: StepView) -> Iterator[Refusal]:
    """Refuse ``step-not-ready`` for a step that has begun; open predecessors speak themselves."""
    state = view.step.state
    startable = (state, StepTransition.BEGIN) in STEP_TRANSITIONS
    waits = state is StepState.PLANNED and any(predecessors_are_finished(view))
    if not startable and not waits:
        yield refuse("step-not-ready", view.step.step_id, f"{view.subject} is {state.value}")
