"""Gate: a weighing weighs something."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.targets import Target


def partial_weight_is_positive(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``weight-not-positive`` for a draw of nothing or less, however wide the tolerance.

    Nothing more may only close the sum of earlier draws.
    """
    weight, target = view.quantity, view.container.target
    if weight is None:
        return
    closes = isinstance(target, Target) and target.drawn.value > 0 and not view.partial
    if weight.value < 0 or (weight.value == 0 and not closes):
        name = view.instrument.instrument_id
        yield refuse("weight-not-positive", name, f"{name} shows {weight}")
