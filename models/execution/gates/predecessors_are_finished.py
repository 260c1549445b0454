"""Gate: no required step is skipped."""

from collections.abc import Iterator

from models.execution.finished import is_finished
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def predecessors_are_finished(view: StepView) -> Iterator[Refusal]:
    """Refuse ``predecessor-open`` for each step before this one that is not finished."""
    order, directive = view.session.job_order, view.session.directive.work_directive
    for step in order.steps:
        if step.step_id == view.step.step_id:
            return
        if not is_finished(step, directive):
            yield refuse(
                "predecessor-open",
                step.step_id,
                f"step {step.step_id} of {order.job_order_id} is {step.state.value},"
                f" so step {view.step.step_id} may not begin",
            )
