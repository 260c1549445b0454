"""Gate: the weight lies within the tolerance of the step; its limits belong to it."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import WeighingView


def weight_is_within_tolerance(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``weight-out-of-tolerance`` below the lower or above the upper limit."""
    wanted, weight = view.container.specification, view.quantity
    if wanted is None or weight is None:
        return
    lower, upper = wanted.quantity - wanted.below, wanted.quantity + wanted.above
    if weight < lower or upper < weight:
        yield refuse(
            "weight-out-of-tolerance",
            wanted.material_definition_id,
            f"{weight} of {wanted.material_definition_id} was weighed;"
            f" {lower} to {upper} is accepted",
        )
