"""Equipment events: what a mapping concludes from tag values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from models.tag_value import Quality


@unique
class EquipmentEventKind(Enum):
    """The normalized vocabulary that every machine is translated into."""

    RUNNING = "Running"
    STOPPED = "Stopped"
    FAULT = "Fault"
    BATCH_START = "BatchStart"
    BATCH_END = "BatchEnd"
    PARAMETER_CHANGE = "ParameterChange"
    ALARM = "Alarm"
    COUNT = "Count"


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentEvent:
    """Something notifiable that happened on a piece of equipment (ISA-95 OperationsEvent).

    ``name`` says which fault, parameter or counter; ``value`` and ``unit`` how much.
    ``source_time`` is that of the tag value from which it was concluded, and ``mapping`` the
    mapping file with its version that concluded it.
    """

    equipment_id: str
    kind: EquipmentEventKind
    source_time: datetime
    name: str = ""
    value: str = ""
    unit: str = ""
    quality: Quality = Quality.GOOD
    mapping: str = ""
