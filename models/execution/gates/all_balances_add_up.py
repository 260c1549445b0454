"""Gate: what the steps reconcile still adds up when the job order is released."""

from collections.abc import Iterator

from models.execution.balance import unreconciled
from models.execution.finished import is_finished
from models.execution.outcome import Refusal
from models.execution.step_state import StepState
from models.execution.views import SigningView


def all_balances_add_up(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``balance-incomplete`` or ``balance-out-of-limits``: a value may be corrected later.

    A step that is not finished is refused as such.
    """
    directive = view.directive.work_directive
    for step in view.job_order.steps:
        specification = directive.step(step.step_id)
        done = is_finished(step, directive) and step.state is not StepState.NOT_SELECTED
        if specification is not None and done:
            yield from unreconciled(view.job_order, step, specification)
