"""Gate: only a complete step is verified, and only one that asks for it."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.step_state import StepState
from models.execution.views import SigningView


def step_is_complete(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``step-not-complete`` in every other state."""
    if view.step is None or view.specification is None:
        return
    if not view.specification.verification:
        text = f"step {view.step.step_id} does not ask for a verification"
        yield refuse("step-not-complete", view.step.step_id, text)
    elif view.step.state is not StepState.COMPLETE:
        text = f"step {view.step.step_id} is {view.step.state.value}"
        yield refuse("step-not-complete", view.step.step_id, text)
