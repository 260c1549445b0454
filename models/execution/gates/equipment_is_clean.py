"""Gate: equipment that has to be clean has been cleaned, and was not used since."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView
from models.isa95.equipment import Cleanliness


def equipment_is_clean(view: StepView) -> Iterator[Refusal]:
    """Refuse ``equipment-not-clean`` where the step asks for clean equipment (21 CFR 211.67)."""
    record = view.session.equipment
    if not view.specification.must_be_clean:
        return
    name = record.equipment.equipment_id
    if record.in_use_steps:
        order_id, step_id = record.in_use_steps[-1]
        text = f"{name} is in use by {order_id} step {step_id}"
        yield refuse("equipment-not-clean", name, text)
    elif record.cleanliness is None:
        text = f"no cleaning of {name} is on record"
        yield refuse("equipment-not-clean", name, text)
    elif record.cleanliness is Cleanliness.DIRTY:
        since = f" since {record.cleanliness_time:%Y-%m-%d %H:%M} UTC"
        yield refuse("equipment-not-clean", name, f"{name} is dirty{since}")
