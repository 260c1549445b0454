"""Events of equipment and physical assets."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.signature import Signature
from models.isa95.equipment import Cleanliness, EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentEventRecorded:
    """A device did something notifiable."""

    event: EquipmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecorded:
    """An instrument was calibrated, or ``failed`` to be."""

    physical_asset_id: str
    due_time: datetime
    certificate: str
    failed: bool = added(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentStatusChanged:
    """Equipment was put into service, maintenance, or out of service."""

    equipment_id: str
    status: EquipmentStatus
    reason: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentCleaned:
    """Equipment was cleaned."""

    equipment_id: str
    cleanliness: Cleanliness
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentUseBegan:
    """A step began on the equipment; ``allergens`` are those that its materials bring."""

    equipment_id: str
    job_order_id: str
    step_id: str
    material_definition_id: str
    material_lot_id: str = ""
    allergens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentUseEnded:
    """The step on the equipment ended; the equipment is dirty from now on.

    ``allergens`` are those of what was consumed, which may be more than was known at the start.
    """

    equipment_id: str
    job_order_id: str
    step_id: str
    allergens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCleared:
    """The line was cleared for a job order."""

    equipment_id: str
    job_order_id: str
    step_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceVerified:
    """A device was checked with its test pieces."""

    physical_asset_id: str
    station: str
    job_order_id: str
    passed: bool
    description: str
    person_id: str
