"""Gate: only a lot that is released for use is used."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.usable_lot import restriction


def material_lot_is_unrestricted(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-restricted`` for every disposition but UnRestricted."""
    if view.lot is None:
        return
    lot = view.lot.material_lot
    obstacle = restriction(lot)
    if obstacle is not None:
        offers = eligible_lots(view)
        yield refuse("material-lot-restricted", lot.material_lot_id, obstacle, offers)
