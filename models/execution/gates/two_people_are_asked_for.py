"""Gate: a step is confirmed only where it asks for two people, and only until both have signed."""

from collections.abc import Iterator

from models.execution.confirmed import PEOPLE, standing
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def two_people_are_asked_for(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``confirmation-not-asked-for`` or ``confirmation-complete``."""
    step, specification = view.step, view.specification
    if step is None or specification is None:
        return
    if specification.two_person_window_s is None:
        text = f"step {step.step_id} does not ask for two people"
        yield refuse("confirmation-not-asked-for", step.step_id, text)
    elif len(standing(step)) >= PEOPLE:
        both = " and ".join(one.person_id for one in standing(step))
        text = f"{both} have confirmed step {step.step_id}"
        yield refuse("confirmation-complete", step.step_id, text)
