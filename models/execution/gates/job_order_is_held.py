"""Gate: only what is held is resumed."""

from collections.abc import Iterator

from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse


def job_order_is_held(job_order: JobOrderRecord) -> Iterator[Refusal]:
    """Refuse ``job-order-not-held`` in every other state."""
    if job_order.state is not JobOrderState.INTERRUPTED:
        order_id = job_order.job_order_id
        text = f"job order {order_id} is {job_order.state.value}"
        yield refuse("job-order-not-held", order_id, text)
