"""Equipment: the role-based hierarchy of the plant (ISA-95 Part 2, equipment model)."""

from dataclasses import dataclass
from enum import Enum, unique


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """One role in the hierarchy; a work unit at which steps are performed is a *station*.

    ``physical_assets`` are the things with serial numbers that implement the role here and now
    (ISA-95 EquipmentAssetMapping).
    """

    equipment_id: str
    description: str
    level: EquipmentLevel
    parent: str | None = None
    equipment_classes: tuple[str, ...] = ()
    physical_assets: tuple[str, ...] = ()
    is_station: bool = False
