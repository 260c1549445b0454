"""Gate: a weighing weighs something."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.targets import Target
from models.isa95.quantity import Quantity


def partial_weight_is_positive(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``weight-not-positive`` for a draw of nothing or less, however wide the tolerance.

    Nothing more may only close the sum of earlier draws. A last draw that is too little for the
    tolerance is refused as that.
    """
    weight, target = view.quantity, view.container.target
    if weight is None or weight.value > 0:
        return
    if not view.partial and (not isinstance(target, Target) or _is_too_little(weight, target)):
        return
    closes = isinstance(target, Target) and target.drawn.value > 0 and not view.partial
    if weight.value < 0 or not closes:
        name = view.instrument.instrument_id
        yield refuse("weight-not-positive", name, f"{name} shows {weight}")


def _is_too_little(weight: Quantity, target: Target) -> bool:
    return not weight.converts_to(target.quantity.unit) or weight < target.lower
