"""What became of a job order, as a JobResponse: actuals from the records, nothing estimated."""

from collections.abc import Iterable, Iterator, Sequence

from asyncua import ua

from models.execution.records import JobOrderRecord
from models.isa95.work_definition import WorkMaster
from models.isa95.work_performance import MaterialActual, SegmentData, SegmentResponse
from server.faces.opcua.instances.engineering_units import unit_information
from server.faces.opcua.job_control.job_states import job_state
from server.faces.opcua.job_control.shown_orders import amount, moment, stored
from server.faces.opcua.types.job_control_structures import (
    ISA95EquipmentDataType,
    ISA95JobResponseDataType,
    ISA95MaterialDataType,
    ISA95ParameterDataType,
    ISA95PersonnelDataType,
    ISA95PhysicalAssetDataType,
)
from server.queries.performance import requested_as, segments


def job_response(
    order: JobOrderRecord, directive: WorkMaster | None, *, is_loaded: bool
) -> ISA95JobResponseDataType:
    """Return the response of a job order as its records have it now."""
    made = segments(order, directive, requested_as(order)) if directive else ()
    why = order.ended_early or order.held_reason
    return ISA95JobResponseDataType(
        JobResponseID=order.job_order_id,
        Description=ua.LocalizedText(why) if why else None,
        JobOrderID=order.job_order_id,
        StartTime=moment(order.start_time),
        EndTime=moment(order.end_time),
        JobState=job_state(order, is_loaded=is_loaded),
        JobResponseData=list(_data(made)) or None,
        PersonnelActuals=list(_personnel(made)) or None,
        EquipmentActuals=list(_equipment(made)) or None,
        PhysicalAssetActuals=list(_assets(made)) or None,
        MaterialActuals=[_material(one) for each in made for one in each.material_actuals] or None,
    )


def response_list(responses: Iterable[ISA95JobResponseDataType]) -> ua.Variant:
    """Return responses as an output."""
    kind = ua.VariantType.ExtensionObject
    return ua.Variant([stored(one) for one in responses], kind, is_array=True)


def _data(made: Sequence[SegmentResponse]) -> Iterator[ISA95ParameterDataType]:
    """Yield what is on record: values by step and evidence, exactly as they were recorded."""
    for segment in made:
        for item in segment.data:
            yield _parameter(f"{segment.id}/{item.id}", item)


def _parameter(name: str, item: SegmentData) -> ISA95ParameterDataType:
    value = item.values[0] if item.values else None
    unit = value.unit_of_measure if value else None
    return ISA95ParameterDataType(
        ID=name,
        Value=ua.Variant(value.value_string if value else "", ua.VariantType.String),
        Description=[ua.LocalizedText(text) for text in item.descriptions if text] or None,
        EngineeringUnits=unit_information(unit) if unit else None,
    )


def _personnel(made: Sequence[SegmentResponse]) -> Iterator[ISA95PersonnelDataType]:
    found = (
        (person, actual.personnel_use or "")
        for segment in made
        for actual in segment.personnel_actuals
        for person in actual.person_ids
    )
    for person, use in dict.fromkeys(found):
        yield ISA95PersonnelDataType(ID=person, PersonnelUse=use)


def _equipment(made: Sequence[SegmentResponse]) -> Iterator[ISA95EquipmentDataType]:
    found = (
        (name, segment.id)
        for segment in made
        for actual in segment.equipment_actuals
        for name in actual.equipment_ids
    )
    for name, step in dict.fromkeys(found):
        yield ISA95EquipmentDataType(ID=name, EquipmentUse=f"Step {step}")


def _assets(made: Sequence[SegmentResponse]) -> Iterator[ISA95PhysicalAssetDataType]:
    found = (
        (name, segment.id)
        for segment in made
        for actual in segment.physical_asset_actuals
        for name in actual.physical_asset_ids
    )
    for name, step in dict.fromkeys(found):
        yield ISA95PhysicalAssetDataType(ID=name, PhysicalAssetUse=f"Step {step}")


def _material(actual: MaterialActual) -> ISA95MaterialDataType:
    quantity = actual.quantities[0] if actual.quantities else None
    return ISA95MaterialDataType(
        MaterialDefinitionID=next(iter(actual.material_definition_ids), None),
        MaterialLotID=next(iter(actual.material_lot_ids), None),
        MaterialSublotID=next(iter(actual.material_sublot_ids), None),
        Description=[ua.LocalizedText(text) for text in actual.descriptions] or None,
        MaterialUse=actual.material_use.value if actual.material_use else None,
        Quantity=amount(quantity) if quantity else None,
        EngineeringUnits=unit_information(quantity.unit) if quantity else None,
    )
