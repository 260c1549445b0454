"""Gate: no expired lot is used."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.usable_lot import expiry


def material_lot_is_not_expired(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-expired`` from the expiration time on."""
    if view.lot is None:
        return
    lot = view.lot.material_lot
    obstacle = expiry(lot, view.at.session.time)
    if obstacle is not None:
        offers = eligible_lots(view)
        yield refuse("material-lot-expired", lot.material_lot_id, obstacle, offers)
