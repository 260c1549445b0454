"""Gate: nothing was made of a lot that has been restricted since it was weighed."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView
from models.isa95.material import Disposition


def consumed_lots_are_unrestricted(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``consumed-lot-restricted`` for each lot that is restricted now."""
    consumed = (item.material_lot_id for step in view.job_order.steps for item in step.consumed)
    for lot_id in dict.fromkeys(consumed):
        record = view.snapshot.material_lot(lot_id)
        if record is None:
            yield refuse("consumed-lot-restricted", lot_id, f"there is no lot {lot_id}")
        elif record.material_lot.disposition is Disposition.RESTRICTED:
            text = f"lot {lot_id} was consumed and is {record.material_lot.status} now"
            yield refuse("consumed-lot-restricted", lot_id, text)
