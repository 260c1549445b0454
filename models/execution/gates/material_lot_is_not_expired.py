"""Gate: no expired lot is used."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import ContainerView, eligible_lots


def material_lot_is_not_expired(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-expired`` from the expiration time on."""
    if view.lot is None:
        return
    lot = view.lot.material_lot
    if lot.expiration_time is not None and lot.expiration_time <= view.at.session.time:
        yield refuse(
            "material-lot-expired",
            lot.material_lot_id,
            f"lot {lot.material_lot_id} expired at {lot.expiration_time:%Y-%m-%d %H:%M} UTC",
            offers=eligible_lots(view),
        )
