"""Gate: where the ERP has allocated a lot to the job order, that lot is used."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def material_lot_is_the_allocated_one(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-wrong`` for another lot than the allocated one."""
    if view.lot is None:
        return
    lot = view.lot.material_lot
    order = view.at.session.job_order
    allocated = dict(order.lot_allocations).get(lot.material_definition_id)
    if allocated not in (None, lot.material_lot_id):
        yield refuse(
            "material-lot-wrong",
            lot.material_lot_id,
            f"lot {allocated} of {lot.material_definition_id} is allocated to"
            f" {order.job_order_id}, not {lot.material_lot_id}",
            offers=eligible_lots(view),
        )
