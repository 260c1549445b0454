"""Gate: the equipment holds what the step needs."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def equipment_is_large_enough(view: StepView) -> Iterator[Refusal]:
    """Refuse ``equipment-too-small``, also where nobody said how much the equipment holds."""
    least = view.specification.minimum_capacity
    if least is None:
        return
    station = view.session.equipment.equipment
    holds = station.capacity
    if holds is not None and holds.converts_to(least.unit) and least <= holds:
        return
    has = f"holds {holds}" if holds is not None else "has no capacity in the plant files"
    wanted = view.specification.equipment_class
    yield refuse(
        "equipment-too-small",
        station.equipment_id,
        f"{view.subject} needs a {wanted} of at least {least}; {station.equipment_id} {has}",
    )
