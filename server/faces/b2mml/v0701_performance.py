"""B2MML V0701: the content models of operations performance, as tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models.isa95 import work_performance as domain
from models.isa95.quantity import Quantity
from models.isa95.work_schedule import RequirementProperty
from server.faces.b2mml.tables import Child, ComplexType
from server.faces.b2mml.v0701_schedule import RESPONSE_ASKED


def _actual(name: str, holder: str, field: str) -> tuple[Child, ...]:
    """Return what personnel, equipment and physical asset actuals have alike, in order."""
    location = "PhysicalLocation" if name == "PhysicalAsset" else "OperationalLocation"
    return (
        Child("ID", "id", "1", "id"),
        Child(f"{name}ClassID", "id", "*", f"{field}_class_ids"),
        Child(f"{holder}ID", "id", "*", f"{_SNAKE[holder]}_ids"),
        Child("Description", "text", "*", "descriptions"),
        Child(f"{name}Use", "id", "?", f"{field}_use"),
        Child("Quantity", "Quantity", "*", "quantities"),
        Child("HierarchyScope", "any", "?"),
        Child("SpatialDefinition", "any", "?"),
        Child(location, "any", "?"),
        Child("TestResult", "any", "*"),
        Child(f"{name}ActualProperty", "any", "*"),
        Child(f"{name}ActualChild", "any", "*"),
        RESPONSE_ASKED,
    )


_SNAKE: Final = {
    "Person": "person",
    "Equipment": "equipment",
    "PhysicalAsset": "physical_asset",
}

_ACTUALS: Final[Mapping[str, ComplexType]] = {
    "Quantity": ComplexType(
        builds=Quantity,
        children=(
            Child("QuantityString", "number", "1", "value"),
            Child("DataType", "any", "?"),
            Child("UnitOfMeasure", "id", "1", "unit"),
            Child("Key", "any", "?"),
        ),
    ),
    "SegmentData": ComplexType(
        builds=domain.SegmentData,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("HierarchyScope", "any", "?"),
            Child("Value", "Value", "*", "values"),
            Child("SegmentDataChild", "any", "*"),
            RESPONSE_ASKED,
        ),
    ),
    "PersonnelActual": ComplexType(
        builds=domain.PersonnelActual, children=_actual("Personnel", "Person", "personnel")
    ),
    "EquipmentActual": ComplexType(
        builds=domain.EquipmentActual, children=_actual("Equipment", "Equipment", "equipment")
    ),
    "PhysicalAssetActual": ComplexType(
        builds=domain.PhysicalAssetActual,
        children=_actual("PhysicalAsset", "PhysicalAsset", "physical_asset"),
    ),
    "MaterialActualProperty": ComplexType(
        builds=RequirementProperty,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Value", "Value", "*", "values"),
            Child("Quantity", "QuantityValue", "*", "quantities"),
            Child("MaterialActualPropertyChild", "any", "*"),
            Child("MaterialClassPropertyID", "any", "?"),
            Child("MaterialDefinitionPropertyID", "any", "?"),
            Child("MaterialLotPropertyID", "any", "?"),
            RESPONSE_ASKED,
        ),
    ),
    "MaterialActual": ComplexType(
        builds=domain.MaterialActual,
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
            Child("Quantity", "Quantity", "*", "quantities"),
            Child("AssemblyActual", "any", "*"),
            Child("AssemblyType", "any", "?"),
            Child("AssemblyRelationship", "any", "?"),
            Child("HierarchyScope", "any", "?"),
            Child("TestResult", "any", "*"),
            Child("MaterialActualProperty", "MaterialActualProperty", "*", "properties"),
            RESPONSE_ASKED,
        ),
    ),
}

_PERFORMANCE: Final[Mapping[str, ComplexType]] = {
    "SegmentResponse": ComplexType(
        builds=domain.SegmentResponse,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("PublishedDate", "any", "?"),
            Child("PostingDate", "any", "?"),
            Child("ActualStartTime", "time", "?", "actual_start_time"),
            Child("ActualEndTime", "time", "?", "actual_end_time"),
            Child("HierarchyScope", "any", "?"),
            Child("OperationsType", "any", "?"),
            Child("ProcessSegmentID", "id", "*", "process_segment_ids"),
            Child("OperationsRequestID", "id", "*", "operations_request_ids"),
            Child("SegmentRequirementID", "id", "*", "segment_requirement_ids"),
            Child("OperationsDefinitionID", "id", "*", "operations_definition_ids"),
            Child("OperationsSegmentID", "id", "*", "operations_segment_ids"),
            Child("WorkResponseID", "any", "*"),
            Child("JobResponseID", "id", "*", "job_response_ids"),
            Child("SegmentState", "ResponseState", "?", "segment_state"),
            Child("SegmentData", "SegmentData", "*", "data"),
            Child("PersonnelActual", "PersonnelActual", "*", "personnel_actuals"),
            Child("EquipmentActual", "EquipmentActual", "*", "equipment_actuals"),
            Child("PhysicalAssetActual", "PhysicalAssetActual", "*", "physical_asset_actuals"),
            Child("MaterialActual", "MaterialActual", "*", "material_actuals"),
            Child("SegmentResponseChild", "any", "*"),
            RESPONSE_ASKED,
        ),
    ),
    "OperationsResponse": ComplexType(
        builds=domain.OperationsResponse,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Version", "any", "?"),
            Child("StartTime", "time", "?", "start_time"),
            Child("EndTime", "time", "?", "end_time"),
            Child("HierarchyScope", "any", "?"),
            Child("OperationsType", "any", "?"),
            Child("OperationsRequestID", "id", "*", "operations_request_ids"),
            Child("SegmentRequirementID", "any", "*"),
            Child("OperationsDefinitionID", "id", "*", "operations_definition_ids"),
            Child("OperationsSegmentID", "any", "*"),
            Child("ResponseState", "ResponseState", "?", "response_state"),
            Child("SegmentResponse", "SegmentResponse", "+", "segment_responses"),
        ),
    ),
    "OperationsPerformance": ComplexType(
        builds=domain.OperationsPerformance,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("Version", "any", "?"),
            Child("PublishedDate", "time", "?", "published_time"),
            Child("StartTime", "time", "?", "start_time"),
            # Spelled so by the schema of V0700 and V0701, in this one type.
            Child("Endtime", "time", "?", "end_time"),
            Child("HierarchyScope", "HierarchyScope", "?", "hierarchy_scope"),
            Child("OperationsType", "OperationsType", "?", "operations_type"),
            Child("OperationsScheduleID", "id", "?", "operations_schedule_id"),
            Child("PerformanceState", "ResponseState", "?", "performance_state"),
            Child("OperationsResponse", "OperationsResponse", "+", "responses"),
        ),
    ),
}

TYPES: Final[Mapping[str, ComplexType]] = MappingProxyType({**_ACTUALS, **_PERFORMANCE})
