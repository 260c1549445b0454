"""What the enterprise asks for: operations schedules (ISA-95 Part 2, IEC 62264-2).

These are the nouns as they were exchanged: identifiers and values stay as the sender wrote
them, because they are echoed back. What they mean for a job order is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Code:
    """A value of a standard enumeration, with the vendor's own word where it says ``Other``."""

    value: str
    other_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as text, with its data type and unit (ISA-95 Part 2, Value)."""

    value_string: str
    data_type: Code | None = None
    unit_of_measure: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityValue:
    """A quantity as the sender wrote it; it may be empty (ISA-95 Part 2, QuantityValue)."""

    quantity_string: str
    data_type: Code | None = None
    unit_of_measure: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyScope:
    """The part of the plant that a document is about, from the widest scope down."""

    equipment_id: str
    equipment_level: Code
    child: "HierarchyScope | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLocation:
    """Where a resource is or shall be, from the widest location down."""

    location: str
    location_type: Code
    children: "tuple[ResourceLocation, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A set point of a segment, with the parameters below it."""

    id: str
    values: tuple[Value, ...] = ()
    descriptions: tuple[str, ...] = ()
    children: "tuple[Parameter, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementProperty:
    """What the sender attaches to a requirement, such as a reservation or an item number."""

    id: str
    descriptions: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    quantities: tuple[QuantityValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRequirement:
    """A material to consume or to produce."""

    id: str
    material_class_ids: tuple[str, ...] = ()
    material_definition_ids: tuple[str, ...] = ()
    material_lot_ids: tuple[str, ...] = ()
    material_sublot_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    material_use: Code | None = None
    storage_location: ResourceLocation | None = None
    quantities: tuple[QuantityValue, ...] = ()
    hierarchy_scope: HierarchyScope | None = None
    properties: tuple[RequirementProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRequirement:
    """The equipment, or the class of equipment, to work on."""

    id: str
    equipment_class_ids: tuple[str, ...] = ()
    equipment_ids: tuple[str, ...] = ()
    equipment_level: Code | None = None
    descriptions: tuple[str, ...] = ()
    equipment_use: str | None = None
    quantities: tuple[QuantityValue, ...] = ()
    hierarchy_scope: HierarchyScope | None = None
    properties: tuple[RequirementProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonnelRequirement:
    """The persons, or the class of persons, to do the work."""

    id: str
    personnel_class_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    personnel_use: str | None = None
    quantities: tuple[QuantityValue, ...] = ()
    hierarchy_scope: HierarchyScope | None = None
    properties: tuple[RequirementProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRequirement:
    """One segment of an operations request. ``duration`` is an ISO 8601 duration."""

    id: str
    process_segment_id: str
    operations_definition_id: str
    operations_segment_id: str
    descriptions: tuple[str, ...] = ()
    version: str | None = None
    earliest_start_time: datetime | None = None
    latest_end_time: datetime | None = None
    hierarchy_scope: HierarchyScope | None = None
    operations_type: Code | None = None
    duration: str | None = None
    segment_state: Code | None = None
    parameters: tuple[Parameter, ...] = ()
    personnel_requirements: tuple[PersonnelRequirement, ...] = ()
    equipment_requirements: tuple[EquipmentRequirement, ...] = ()
    material_requirements: tuple[MaterialRequirement, ...] = ()
    children: "tuple[SegmentRequirement, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsRequest:
    """What shall be made or done, in which segments (a process or production order)."""

    id: str
    segment_requirements: tuple[SegmentRequirement, ...]
    descriptions: tuple[str, ...] = ()
    version: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    hierarchy_scope: HierarchyScope | None = None
    operations_type: Code | None = None
    priority: Decimal | None = None
    request_state: Code | None = None
    operations_definition_id: str | None = None
    operations_segment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsSchedule:
    """A set of operations requests. Times are aware and keep the sender's offset."""

    id: str
    requests: tuple[OperationsRequest, ...]
    descriptions: tuple[str, ...] = ()
    version: str | None = None
    published_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    hierarchy_scope: HierarchyScope | None = None
    operations_type: Code | None = None
    schedule_state: Code | None = None
