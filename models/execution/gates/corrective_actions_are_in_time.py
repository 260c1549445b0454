"""Gate: no corrective action of the job order is overdue, or was found not effective."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def corrective_actions_are_in_time(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``corrective-action-overdue`` or ``corrective-action-not-effective``.

    An action that is due later does not hold up the release: it prevents the next time.
    """
    ids = (x for item in view.job_order.exceptions for x in item.corrective_actions)
    for action_id in dict.fromkeys(ids):
        action = view.snapshot.corrective_action(action_id)
        if action is None or (action.closed is None and action.due_time <= view.time):
            due = f"was due at {action.due_time:%Y-%m-%d %H:%M} UTC" if action else "is not known"
            text = f"corrective action {action_id} {due} and is not closed"
            yield refuse("corrective-action-overdue", action_id, text)
        elif action.closed is None and action.effective is False:
            text = f"corrective action {action_id} was found not effective: {action.judged}"
            yield refuse("corrective-action-not-effective", action_id, text)
