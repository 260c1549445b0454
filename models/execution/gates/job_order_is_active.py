"""Gate: the job order is allowed to start, or running."""

from collections.abc import Iterator

from models.execution.gates.job_order_is_open import job_order_is_open
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse


def job_order_is_active(job_order: JobOrderRecord) -> Iterator[Refusal]:
    """Refuse ``job-order-held``, or ``job-order-not-active`` where nobody may work at all."""
    if job_order.state is JobOrderState.INTERRUPTED:
        order_id, reason = job_order.job_order_id, job_order.held_reason
        yield refuse("job-order-held", order_id, f"job order {order_id} is held: {reason}")
    else:
        yield from job_order_is_open(job_order)
