"""Gate: no more is drawn than the container holds."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def container_holds_enough(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``container-overdrawn`` when the weight exceeds what is left."""
    sublot, weight = view.container.sublot, view.quantity
    if sublot is None or weight is None:
        return
    comparable = weight.converts_to(sublot.remaining.unit)
    if not comparable or sublot.remaining < weight:
        yield refuse(
            "container-overdrawn",
            view.container.code,
            f"{weight} was weighed, but {view.container.code} holds {sublot.remaining}",
        )
