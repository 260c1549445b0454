"""Gate: a step under two-person control is complete only when both have signed."""

from collections.abc import Iterator

from models.execution.confirmed import PEOPLE, standing
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def two_people_have_confirmed(view: StepView) -> Iterator[Refusal]:
    """Refuse ``confirmation-missing`` until two different people have confirmed what is on record.

    A value that is recorded or corrected after a signature takes the signature anew.
    """
    if view.specification.two_person_window_s is None:
        return
    signed = {one.person_id for one in standing(view.step)}
    if len(signed) < PEOPLE:
        names = ", ".join(sorted(signed)) or "nobody"
        text = f"{view.subject} takes the signatures of two people; {names} has signed"
        yield refuse("confirmation-missing", view.step.step_id, text)
