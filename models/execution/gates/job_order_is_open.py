"""Gate: the job order has not ended; it may be held."""

from collections.abc import Iterator

from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse

_OPEN = (JobOrderState.ALLOWED_TO_START, JobOrderState.RUNNING, JobOrderState.INTERRUPTED)


def job_order_is_open(job_order: JobOrderRecord) -> Iterator[Refusal]:
    """Refuse ``job-order-not-active`` for a job order that has not been started, or has ended.

    What explains a hold and what lifts it has to be possible while the job order is held:
    deviations, their dispositions, corrections, verifications.
    """
    if job_order.state not in _OPEN:
        yield refuse(
            "job-order-not-active",
            job_order.job_order_id,
            f"job order {job_order.job_order_id} is in state {job_order.state.value}",
        )
