"""Gate: the equipment is in service."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView
from models.isa95.equipment import EquipmentStatus


def equipment_is_available(view: StepView) -> Iterator[Refusal]:
    """Refuse ``equipment-not-available`` in maintenance and out of service."""
    record = view.session.equipment
    if record.status is not EquipmentStatus.AVAILABLE:
        name = record.equipment.equipment_id
        why = f": {record.status_reason}" if record.status_reason else ""
        text = f"{name} is in status {record.status.value}{why}"
        yield refuse("equipment-not-available", name, text)
