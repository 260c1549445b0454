"""Gate: the screen shows the job order and the step that the station is bound to."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def context_is_the_stations(view: StepView) -> Iterator[Refusal]:
    """Refuse ``context-mismatch`` for a screen that shows another job order or step."""
    pairs = (
        ("job order", view.shown_job_order_id, view.session.job_order.job_order_id),
        ("step", view.shown_step_id, view.step.step_id),
    )
    for what, shown, bound in pairs:
        if shown not in ("", bound):
            station = view.session.station
            yield refuse(
                "context-mismatch",
                shown,
                f"the screen shows {what} {shown}, but {station} is bound to {what} {bound}",
            )
