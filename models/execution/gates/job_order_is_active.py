"""Gate: the job order is allowed to start, or running."""

from collections.abc import Iterator

from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse

_ACTIVE = (JobOrderState.ALLOWED_TO_START, JobOrderState.RUNNING)


def job_order_is_active(job_order: JobOrderRecord) -> Iterator[Refusal]:
    """Refuse ``job-order-not-active`` for a job order that nobody may work on."""
    if job_order.state not in _ACTIVE:
        yield refuse(
            "job-order-not-active",
            job_order.job_order_id,
            f"job order {job_order.job_order_id} is in state {job_order.state.value}",
        )
