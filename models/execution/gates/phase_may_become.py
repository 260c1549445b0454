"""Gate: a phase becomes complete only after it was seen running."""

from collections.abc import Iterator
from typing import Final

from models.execution.outcome import Refusal
from models.execution.phase_state import PhaseState
from models.execution.refusal_codes import refuse
from models.execution.views import PhaseView

_FROM: Final = {
    PhaseState.RUNNING: (None, PhaseState.HELD),
    PhaseState.HELD: (None, PhaseState.RUNNING, PhaseState.HELD),
    PhaseState.COMPLETE: (PhaseState.RUNNING,),
}


def phase_may_become(view: PhaseView) -> Iterator[Refusal]:
    """Refuse ``phase-state-impossible`` for a state that can't follow what is on record."""
    step = view.step
    if step.phase_state not in _FROM[view.state]:
        was = "not started" if step.phase_state is None else step.phase_state.value
        text = f"the phase of step {step.step_id} is {was}, so it can't become {view.state.value}"
        yield refuse("phase-state-impossible", step.step_id, text)
