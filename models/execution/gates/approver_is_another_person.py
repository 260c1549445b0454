"""Gate: who wrote a WorkMaster does not check it, and each check is another person's."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.work_master_views import LifecycleView


def approver_is_another_person(view: LifecycleView) -> Iterator[Refusal]:
    """Refuse ``self-approval`` for the author or the reviewer, under whatever account."""
    life, person_id = view.lifecycle, view.signer.identity.person_id
    if life is None or person_id is None:
        return
    done = {"wrote": life.author, "reviewed": life.review.person_id if life.review else None}
    for what, who in done.items():
        if who == person_id:
            account = view.signer.identity.account
            text = f"{person_id} (account {account}) {what} {view.name}"
            yield refuse("self-approval", person_id, text)
