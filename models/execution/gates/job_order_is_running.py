"""Gate: work on the job order has begun and is not over."""

from collections.abc import Iterator

from models.execution.gates.job_order_is_active import job_order_is_active
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse


def job_order_is_running(job_order: JobOrderRecord) -> Iterator[Refusal]:
    """Refuse ``job-order-not-running`` before the first step; else as for any work."""
    if job_order.state is JobOrderState.ALLOWED_TO_START:
        text = f"no step of job order {job_order.job_order_id} has begun"
        yield refuse("job-order-not-running", job_order.job_order_id, text)
    else:
        yield from job_order_is_active(job_order)
