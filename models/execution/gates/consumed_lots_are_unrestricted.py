"""Gate: nothing was made of a lot that has been held or rejected since it was weighed."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView
from models.isa95.material import Disposition


def consumed_lots_are_unrestricted(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``consumed-lot-restricted`` for each lot in any disposition but UnRestricted.

    What an earlier pass of a step has consumed is in the batch as well.
    """
    order = view.job_order
    passes = (*order.earlier_passes, *order.steps)
    consumed = (item.material_lot_id for step in passes for item in step.consumed)
    for lot_id in dict.fromkeys(consumed):
        record = view.snapshot.material_lot(lot_id)
        if record is None:
            yield refuse("consumed-lot-restricted", lot_id, f"there is no lot {lot_id}")
        elif record.material_lot.disposition is not Disposition.UNRESTRICTED:
            lot = record.material_lot
            text = f"lot {lot_id} was consumed and is {lot.status or lot.disposition.value} now"
            yield refuse("consumed-lot-restricted", lot_id, text)
