"""Gate: the second of two people signs while the first one is still there."""

from collections.abc import Iterator

from models.execution.confirmed import PEOPLE, standing
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def two_people_sign_within_the_window(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``confirmation-window-passed`` when another person has signed too long ago."""
    step, specification = view.step, view.specification
    window_s = specification.two_person_window_s if specification else None
    if step is None or window_s is None or len(standing(step)) >= PEOPLE:
        return
    for other in standing(step):
        passed_s = (view.time - other.time).total_seconds()
        if other.person_id != view.identity.person_id and passed_s > window_s:
            yield refuse(
                "confirmation-window-passed",
                other.person_id,
                f"{other.person_id} confirmed step {step.step_id} {passed_s:.0f} s ago;"
                f" both have to within {window_s:g} s",
            )
