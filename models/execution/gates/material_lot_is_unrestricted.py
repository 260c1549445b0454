"""Gate: only a lot that is released for use is used."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import ContainerView, eligible_lots
from models.isa95.material import Disposition


def material_lot_is_unrestricted(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-restricted`` for every disposition but UnRestricted."""
    if view.lot is None:
        return
    lot = view.lot.material_lot
    if lot.disposition is not Disposition.UNRESTRICTED:
        status = f" ({lot.status})" if lot.status else ""
        yield refuse(
            "material-lot-restricted",
            lot.material_lot_id,
            f"lot {lot.material_lot_id} is {lot.disposition.value}{status}",
            offers=eligible_lots(view),
        )
