"""Gate: nobody verifies their own work, under whatever account."""

from collections.abc import Iterator

from models.execution.contributors import contributors
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def verifier_is_another_person(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``self-verification`` for who performed the step, attached to it or corrected it."""
    person_id = view.identity.person_id
    if view.step is not None and person_id in contributors(view.step):
        yield refuse(
            "self-verification",
            str(person_id),
            f"{person_id} (account {view.identity.account}) worked on"
            f" step {view.step.step_id} of {view.job_order.job_order_id}",
        )
