"""Gate: a lot that was rejected, or decided on otherwise, is not released with its job order."""

from collections.abc import Iterator

from models.execution.job_order_state import JobOrderState
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView
from models.isa95.material import Disposition


def produced_lot_is_in_process(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``produced-lot-decided`` for a lot in any other disposition, or that is not there.

    A job order that has ended has decided about its lot itself.
    """
    if view.job_order.state in (JobOrderState.ENDED, JobOrderState.ABORTED):
        return
    lot_id = view.job_order.material_lot_id
    record = view.snapshot.material_lot(lot_id)
    if record is None:
        yield refuse("produced-lot-decided", lot_id, f"there is no lot {lot_id}")
    elif record.material_lot.disposition is not Disposition.IN_PROCESS:
        lot = record.material_lot
        status = f" ({lot.status})" if lot.status else ""
        text = f"lot {lot_id} is {lot.disposition.value}{status}, not in process"
        yield refuse("produced-lot-decided", lot_id, text)
