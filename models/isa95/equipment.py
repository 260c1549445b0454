"""Equipment: the role-based hierarchy of the plant (ISA-95 Part 2, equipment model)."""

from dataclasses import dataclass
from enum import Enum, unique

from models.added import added
from models.isa95.quantity import Quantity


@unique
class EquipmentLevel(Enum):
    """Levels of the role-based equipment hierarchy (ISA-95 Part 1, 5.3)."""

    ENTERPRISE = "Enterprise"
    SITE = "Site"
    AREA = "Area"
    PROCESS_CELL = "ProcessCell"
    UNIT = "Unit"
    PRODUCTION_LINE = "ProductionLine"
    WORK_CELL = "WorkCell"
    PRODUCTION_UNIT = "ProductionUnit"
    STORAGE_ZONE = "StorageZone"
    STORAGE_UNIT = "StorageUnit"
    WORK_CENTER = "WorkCenter"
    WORK_UNIT = "WorkUnit"
    EQUIPMENT_MODULE = "EquipmentModule"
    CONTROL_MODULE = "ControlModule"
    OTHER = "Other"


@unique
class EquipmentStatus(Enum):
    """Whether a piece of equipment may be used for production at all."""

    AVAILABLE = "Available"
    MAINTENANCE = "Maintenance"
    OUT_OF_SERVICE = "OutOfService"


@unique
class Cleanliness(Enum):
    """How a piece of equipment was left. Only a wet clean removes allergens."""

    DIRTY = "Dirty"
    DRY_CLEAN = "DryClean"
    WET_CLEAN = "WetClean"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningRule:
    """How long a state of cleanliness holds, in hours; None means for ever (21 CFR 211.67).

    ``clean_hold_h`` is how long it counts as clean after cleaning, ``dirty_hold_h`` how long it
    may wait dirty before it must be cleaned.
    """

    clean_hold_h: float | None = None
    dirty_hold_h: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """One role in the hierarchy; a work unit at which steps are performed is a *station*.

    ``physical_assets`` are the things with serial numbers that implement the role here and now
    (ISA-95 EquipmentAssetMapping). ``capacity`` is what it holds. ``cleaning`` is None where
    cleanliness is not tracked. After ``session_timeout_s`` without work a station's session
    no longer counts (21 CFR 11.200(a)(1)).
    """

    equipment_id: str
    description: str
    level: EquipmentLevel
    parent: str | None = None
    equipment_classes: tuple[str, ...] = ()
    physical_assets: tuple[str, ...] = ()
    is_station: bool = False
    capacity: Quantity | None = added(None)
    cleaning: CleaningRule | None = added(None)
    session_timeout_s: float = added(900.0)
