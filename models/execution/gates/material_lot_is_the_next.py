"""Gate: of the usable lots, the one is taken whose turn it is (FEFO, FIFO)."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, lots_before
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def material_lot_is_the_next(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-lot-not-next`` while a usable lot of the material comes before it."""
    before = lots_before(view)
    if before and view.lot is not None:
        lot = view.lot.material_lot
        yield refuse(
            "material-lot-not-next",
            lot.material_lot_id,
            f"lot {before[0].material_lot_id} of {lot.material_definition_id} is to be used"
            f" before {lot.material_lot_id}",
            offers=tuple(other.material_lot_id for other in before),
        )
