"""Gate: the weight lies within the tolerance of the step; its limits belong to it."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.targets import Target


def weight_is_within_tolerance(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``weight-out-of-tolerance`` below the lower or above the upper limit.

    And ``reading-bad`` where the scale shows no number at all.

    A partial draw has no lower limit; the last one closes the sum of all.
    """
    target, weight = view.container.target, view.quantity
    yield from _no_number(view)
    wanted = view.container.specification
    if wanted is None or weight is None or not isinstance(target, Target):
        return
    if not weight.converts_to(target.quantity.unit):
        text = f"{weight} can't be compared with {target.quantity}"
        yield refuse("weight-out-of-tolerance", wanted.material_definition_id, text)
        return
    too_little = weight < target.lower and not view.partial
    if too_little or target.upper < weight:
        low = "more than 0" if view.partial else str(target.lower)
        yield refuse(
            "weight-out-of-tolerance",
            wanted.material_definition_id,
            f"{weight} of {view.container.material_definition_id} was weighed;"
            f" {low} to {target.upper} is accepted",
        )


def _no_number(view: WeighingView) -> Iterator[Refusal]:
    """Refuse a reading that is there, and is no amount; one that is missing says so itself."""
    reading = view.instrument.reading
    if (
        view.quantity is None
        and view.instrument.measurement
        and reading
        and reading.value is not None
    ):
        name = view.instrument.instrument_id
        yield refuse("reading-bad", name, f"{name} shows {reading.value!r}, which is no weight")
