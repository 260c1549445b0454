"""Gate: a partial draw draws something."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def partial_weight_is_positive(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``weight-not-positive`` for a partial draw of nothing or less."""
    weight = view.quantity
    if view.partial and weight is not None and weight.value <= 0:
        name = view.instrument.instrument_id
        yield refuse("weight-not-positive", name, f"{name} shows {weight}")
