"""B2MML V0701: the content models of operations schedules, as tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.isa95 import work_schedule as domain
from server.faces.b2mml.tables import Child, ComplexType

RESPONSE_ASKED: Final = Child("RequiredByRequestedSegmentResponse", "any", "?")

_VALUE_TAIL: Final = (
    Child("DataType", "DataType", "?", "data_type"),
    Child("UnitOfMeasure", "id", "?", "unit_of_measure"),
    Child("Key", "id", "?", "key"),
)
_REQUIREMENT_MIDDLE: Final = (
    Child("Quantity", "QuantityValue", "*", "quantities"),
    Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
    Child("SpatialDefinition", "any", "?"),
    Child("OperationalLocation", "any", "?"),
)


def requirement_property(prefix: str, *property_ids: str) -> ComplexType:
    """Return the table of a requirement's property; only its references differ by resource."""
    child = Child(f"{prefix}RequirementPropertyChild", "any", "*")
    references = tuple(Child(name, "any", "?") for name in property_ids)
    return ComplexType(
        builds=domain.RequirementProperty,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Value", "Value", "*", "values"),
            Child("Quantity", "QuantityValue", "*", "quantities"),
            *references,
            child,
            RESPONSE_ASKED,
        ),
    )


_VALUES: Final[Mapping[str, ComplexType]] = {
    "Value": ComplexType(
        builds=domain.Value,
        children=(Child("ValueString", "text", "1", "value_string"), *_VALUE_TAIL),
    ),
    "QuantityValue": ComplexType(
        builds=domain.QuantityValue,
        children=(Child("QuantityString", "text", "1", "quantity_string"), *_VALUE_TAIL),
    ),
    "HierarchyScope": ComplexType(
        builds=domain.HierarchyScope,
        children=(
            Child("EquipmentID", "id", "1", "equipment_id"),
            Child("EquipmentElementLevel", "EquipmentLevel", "?", "equipment_level", alias=True),
            Child("EquipmentLevel", "EquipmentLevel", "?", "equipment_level"),
            Child("HierarchyScopeChild", "HierarchyScope", "?", "child"),
        ),
        choice=("EquipmentLevel", "EquipmentElementLevel"),
    ),
    "ResourceLocation": ComplexType(
        builds=domain.ResourceLocation,
        children=(
            Child("Location", "text", "1", "location"),
            Child("LocationType", "ResourceLocationType", "1", "location_type"),
            Child("LocationChild", "ResourceLocation", "*", "children"),
        ),
    ),
    "Parameter": ComplexType(
        builds=domain.Parameter,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Value", "Value", "*", "values"),
            Child("Description", "text", "*", "descriptions"),
            Child("HierarchyScope", "any", "?"),
            Child("ParameterChild", "Parameter", "*", "children"),
            Child("ParameterSpecificationID", "any", "*"),
            Child("ProcessSegmentParameterID", "any", "*"),
        ),
    ),
}

_REQUIREMENTS: Final[Mapping[str, ComplexType]] = {
    "MaterialProperty": requirement_property(
        "Material",
        "MaterialClassPropertyID",
        "MaterialDefinitionPropertyID",
        "MaterialLotPropertyID",
    ),
    "EquipmentProperty": requirement_property(
        "Equipment", "EquipmentClassPropertyID", "EquipmentPropertyID"
    ),
    "PersonnelProperty": requirement_property(
        "Personnel", "PersonnelClassPropertyID", "PersonPropertyID"
    ),
    "MaterialRequirement": ComplexType(
        builds=domain.MaterialRequirement,
        children=(
            Child("ID", "id", "1", "id"),
            Child("MaterialClassID", "id", "*", "material_class_ids"),
            Child("MaterialDefinitionID", "id", "*", "material_definition_ids"),
            Child("MaterialLotID", "id", "*", "material_lot_ids"),
            Child("MaterialSubLotID", "id", "*", "material_sublot_ids"),
            Child("Description", "text", "*", "descriptions"),
            Child("MaterialUse", "MaterialUse", "?", "material_use"),
            Child("SpatialDefinition", "any", "?"),
            Child("StorageLocation", "ResourceLocation", "?", "storage_location"),
            Child("Quantity", "QuantityValue", "*", "quantities"),
            Child("AssemblyRequirement", "any", "*"),
            Child("AssemblyType", "any", "?"),
            Child("AssemblyRelationship", "any", "?"),
            Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
            Child("MaterialRequirementProperty", "MaterialProperty", "*", "properties"),
            RESPONSE_ASKED,
            Child("TestSpecificationID", "any", "*"),
        ),
    ),
    "EquipmentRequirement": ComplexType(
        builds=domain.EquipmentRequirement,
        children=(
            Child("ID", "id", "1", "id"),
            Child("EquipmentClassID", "id", "*", "equipment_class_ids"),
            Child("EquipmentID", "id", "*", "equipment_ids"),
            Child("EquipmentLevel", "EquipmentLevel", "?", "equipment_level"),
            Child("Description", "text", "*", "descriptions"),
            Child("EquipmentUse", "id", "?", "equipment_use"),
            *_REQUIREMENT_MIDDLE,
            Child("EquipmentRequirementChild", "any", "*"),
            Child("EquipmentRequirementProperty", "EquipmentProperty", "*", "properties"),
            RESPONSE_ASKED,
            Child("TestSpecificationID", "any", "*"),
        ),
    ),
    "PersonnelRequirement": ComplexType(
        builds=domain.PersonnelRequirement,
        children=(
            Child("ID", "id", "1", "id"),
            Child("PersonnelClassID", "id", "*", "personnel_class_ids"),
            Child("PersonID", "id", "*", "person_ids"),
            Child("Description", "text", "*", "descriptions"),
            Child("PersonnelUse", "id", "?", "personnel_use"),
            *_REQUIREMENT_MIDDLE,
            Child("PersonnelRequirementChild", "any", "*"),
            Child("PersonnelRequirementProperty", "PersonnelProperty", "*", "properties"),
            RESPONSE_ASKED,
            Child("TestSpecificationID", "any", "*"),
        ),
    ),
}

_SCHEDULE: Final[Mapping[str, ComplexType]] = {
    "SegmentRequirement": ComplexType(
        builds=domain.SegmentRequirement,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Version", "id", "?", "version"),
            Child("EarliestStartTime", "time", "?", "earliest_start_time"),
            Child("LatestEndTime", "time", "?", "latest_end_time"),
            Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
            Child("OperationsType", "OperationsType", "?", "operations_type"),
            Child("ProcessSegmentID", "id", "1", "process_segment_id"),
            Child("Duration", "duration", "?", "duration"),
            Child("OperationsDefinitionID", "id", "1", "operations_definition_id"),
            Child("OperationsSegmentID", "id", "1", "operations_segment_id"),
            Child("SegmentState", "RequestState", "?", "segment_state"),
            Child("SegmentParameter", "Parameter", "*", "parameters"),
            Child("PersonnelRequirement", "PersonnelRequirement", "*", "personnel_requirements"),
            Child("EquipmentRequirement", "EquipmentRequirement", "*", "equipment_requirements"),
            Child("PhysicalAssetRequirement", "any", "*"),
            Child("MaterialRequirement", "MaterialRequirement", "*", "material_requirements"),
            Child("SegmentRequirementChild", "SegmentRequirement", "*", "children"),
            Child("RequestedSegmentResponse", "any", "*"),
            RESPONSE_ASKED,
        ),
    ),
    "OperationsRequest": ComplexType(
        builds=domain.OperationsRequest,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Version", "id", "?", "version"),
            Child("StartTime", "time", "?", "start_time"),
            Child("EndTime", "time", "?", "end_time"),
            Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
            Child("OperationsType", "OperationsType", "?", "operations_type"),
            Child("Priority", "decimal", "?", "priority"),
            Child("RequestState", "RequestState", "?", "request_state"),
            Child("OperationsDefinitionID", "id", "?", "operations_definition_id"),
            Child("OperationsSegmentID", "id", "?", "operations_segment_id"),
            Child("SegmentRequirement", "SegmentRequirement", "+", "segment_requirements"),
            Child("RequestedSegmentResponse", "any", "*"),
            RESPONSE_ASKED,
        ),
    ),
    "OperationsSchedule": ComplexType(
        builds=domain.OperationsSchedule,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Version", "id", "?", "version"),
            Child("PublishedDate", "time", "?", "published_time"),
            Child("StartTime", "time", "?", "start_time"),
            Child("EndTime", "time", "?", "end_time"),
            Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
            Child("OperationsType", "OperationsType", "?", "operations_type"),
            Child("ScheduleState", "RequestState", "?", "schedule_state"),
            Child("OperationsRequest", "OperationsRequest", "+", "requests"),
        ),
    ),
}

TYPES: Final[Mapping[str, ComplexType]] = MappingProxyType(
    {**_VALUES, **_REQUIREMENTS, **_SCHEDULE}
)
