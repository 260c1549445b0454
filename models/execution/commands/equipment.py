"""Commands about equipment and physical assets."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.principal import Identity
from models.isa95.equipment import Cleanliness, EquipmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCalibration:
    """Put a new calibration of an instrument on record; one that ``failed`` blocks it at once."""

    physical_asset_id: str
    due_time: datetime
    certificate: str
    failed: bool = added(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEquipmentStatus:
    """Put equipment into service, maintenance, or out of service."""

    equipment_id: str
    status: EquipmentStatus
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCleaning:
    """Put on record how a piece of equipment was cleaned, signed by who did it."""

    equipment_id: str
    cleanliness: Cleanliness
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyDevice:
    """Put on record whether a device found its test pieces (metal detector, checkweigher).

    A failed check holds every unit since the last good one, and the job order.
    """

    station: str
    physical_asset_id: str
    passed: bool
    description: str = ""
