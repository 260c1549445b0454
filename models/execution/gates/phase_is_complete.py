"""Gate: the equipment itself has reported the phase of the step complete."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.phase_state import PhaseState
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def phase_is_complete(view: StepView) -> Iterator[Refusal]:
    """Refuse ``phase-not-complete`` when the step runs a phase that is not known to be complete."""
    phase, state = view.specification.phase, view.step.phase_state
    if phase is not None and state is not PhaseState.COMPLETE:
        known = "has not been started" if state is None else f"is {state.value}"
        yield refuse("phase-not-complete", phase.name, f"phase {phase.name} {known}")
