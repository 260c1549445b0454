"""Gate: no more is drawn than the container holds."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import WeighingView


def container_holds_enough(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``container-overdrawn`` when the weight exceeds what is left."""
    sublot, weight = view.container.sublot, view.quantity
    if sublot is not None and weight is not None and sublot.remaining < weight:
        yield refuse(
            "container-overdrawn",
            view.container.code,
            f"{weight} was weighed, but {view.container.code} holds {sublot.remaining}",
        )
