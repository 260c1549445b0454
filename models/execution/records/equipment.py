"""Records of equipment, physical assets and stations."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.isa95.equipment import Cleanliness, Equipment, EquipmentStatus
from models.isa95.equipment_event import EquipmentEventKind
from models.isa95.physical_asset import PhysicalAsset


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRecord:
    """A piece of equipment, and what it last did.

    ``cleanliness`` holds since ``cleanliness_time``; ``allergens`` are those that were brought onto
    it since the last wet clean. ``in_use_for`` is the job order of the step that runs on it,
    ``in_use_steps`` every (job order, step) that does, and ``cleared_for`` the job order that its
    line was last cleared for. ``recent_orders`` are those that used it last, the latest at the
    end: what a failed device check has to look back on.
    """

    equipment: Equipment
    running: EquipmentEventKind | None = None
    running_time: datetime | None = None
    alarm: str = ""
    counts: tuple[tuple[str, str], ...] = ()
    status: EquipmentStatus = added(EquipmentStatus.AVAILABLE)
    status_reason: str = added("")
    status_time: datetime | None = added(None)
    cleanliness: Cleanliness | None = added(None)
    cleanliness_time: datetime | None = added(None)
    allergens: tuple[str, ...] = added(())
    in_use_for: str = added("")
    last_material: str = added("")
    cleared_for: str = added("")
    in_use_steps: tuple[tuple[str, str], ...] = added(())
    recent_orders: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalAssetRecord:
    """An instrument, as described and with the calibration that counts now.

    ``verified`` is whether the last check with test pieces was good, ``verified_time`` when the
    last *good* one was, ``verified_for`` for which job order.
    """

    defined: PhysicalAsset
    calibration_due_time: datetime | None
    certificate: str = ""
    calibration_failed: bool = added(default=False)
    verified: bool | None = added(None)
    verified_time: datetime | None = added(None)
    verified_for: str = added("")


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRecord:
    """Who is at the station, and for which job order; all None when nobody is."""

    station: str
    person_id: str | None = None
    account: str | None = None
    job_order_id: str | None = None
    opened_time: datetime | None = added(None)
