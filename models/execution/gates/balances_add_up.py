"""Gate: what a step reconciles adds up, or the quality unit let the difference stand."""

from collections.abc import Iterator

from models.execution.balance import unreconciled
from models.execution.outcome import Refusal
from models.execution.views import StepView


def balances_add_up(view: StepView) -> Iterator[Refusal]:
    """Refuse ``balance-incomplete`` or ``balance-out-of-limits`` for each balance of the step."""
    yield from unreconciled(view.session.job_order, view.step, view.specification)
