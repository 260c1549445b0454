"""Gate: nobody verifies their own work, under whatever account."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def verifier_is_another_person(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``self-verification`` for a person among the performers of the step."""
    person_id = view.identity.person_id
    if view.step is not None and person_id in view.step.performers:
        yield refuse(
            "self-verification",
            str(person_id),
            f"{person_id} (account {view.identity.account}) performed"
            f" step {view.step.step_id} of {view.job_order.job_order_id}",
        )
