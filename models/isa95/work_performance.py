"""What was done: operations performance (ISA-95 Part 2, IEC 62264-2)."""

from dataclasses import dataclass
from datetime import datetime

from models.isa95.quantity import Quantity
from models.isa95.work_schedule import (
    Code,
    HierarchyScope,
    RequirementProperty,
    ResourceLocation,
    Value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentData:
    """A value recorded while a segment was performed."""

    id: str
    descriptions: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonnelActual:
    """Who did the work."""

    id: str
    personnel_class_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    personnel_use: str | None = None
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentActual:
    """On which equipment the work was done."""

    id: str
    equipment_class_ids: tuple[str, ...] = ()
    equipment_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    equipment_use: str | None = None
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalAssetActual:
    """With which machine or instrument, by serial number, the work was done."""

    id: str
    physical_asset_class_ids: tuple[str, ...] = ()
    physical_asset_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    physical_asset_use: str | None = None
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialActual:
    """What was consumed or produced; ``properties`` are those of the requirement, echoed."""

    id: str
    material_class_ids: tuple[str, ...] = ()
    material_definition_ids: tuple[str, ...] = ()
    material_lot_ids: tuple[str, ...] = ()
    material_sublot_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    material_use: Code | None = None
    storage_location: ResourceLocation | None = None
    quantities: tuple[Quantity, ...] = ()
    properties: tuple[RequirementProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResponse:
    """How one segment was performed, from its actual start to its actual end."""

    id: str
    descriptions: tuple[str, ...] = ()
    actual_start_time: datetime | None = None
    actual_end_time: datetime | None = None
    process_segment_ids: tuple[str, ...] = ()
    operations_request_ids: tuple[str, ...] = ()
    segment_requirement_ids: tuple[str, ...] = ()
    operations_definition_ids: tuple[str, ...] = ()
    operations_segment_ids: tuple[str, ...] = ()
    job_response_ids: tuple[str, ...] = ()
    segment_state: Code | None = None
    data: tuple[SegmentData, ...] = ()
    personnel_actuals: tuple[PersonnelActual, ...] = ()
    equipment_actuals: tuple[EquipmentActual, ...] = ()
    physical_asset_actuals: tuple[PhysicalAssetActual, ...] = ()
    material_actuals: tuple[MaterialActual, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsResponse:
    """The answer to one operations request."""

    id: str
    segment_responses: tuple[SegmentResponse, ...]
    descriptions: tuple[str, ...] = ()
    start_time: datetime | None = None
    end_time: datetime | None = None
    operations_request_ids: tuple[str, ...] = ()
    operations_definition_ids: tuple[str, ...] = ()
    response_state: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsPerformance:
    """The answers to the requests of one operations schedule."""

    id: str
    responses: tuple[OperationsResponse, ...]
    descriptions: tuple[str, ...] = ()
    published_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    hierarchy_scope: HierarchyScope | None = None
    operations_type: Code | None = None
    operations_schedule_id: str | None = None
    performance_state: Code | None = None
