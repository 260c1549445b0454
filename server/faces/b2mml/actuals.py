"""What a job order came to, in the nouns of operations performance; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster
from models.isa95.work_performance import (
    EquipmentActual,
    MaterialActual,
    OperationsPerformance,
    OperationsResponse,
    PersonnelActual,
    PhysicalAssetActual,
    SegmentData,
    SegmentResponse,
)
from models.isa95.work_schedule import Code, HierarchyScope, Value
from server.faces.b2mml.performance import requirement_properties

# OPC 10031-4 job order states and B2MML V0701 response states are two vocabularies.
RESPONSE_STATES: Final[Mapping[JobOrderState, Code]] = MappingProxyType(
    {
        JobOrderState.NOT_ALLOWED_TO_START: Code("Waiting"),
        JobOrderState.ALLOWED_TO_START: Code("Ready"),
        JobOrderState.RUNNING: Code("Running"),
        JobOrderState.INTERRUPTED: Code("Held"),
        JobOrderState.ENDED: Code("Completed"),
        JobOrderState.ABORTED: Code("Aborted"),
    }
)
SEGMENT_STATES: Final[Mapping[StepState, Code]] = MappingProxyType(
    {
        StepState.PLANNED: Code("Waiting"),
        StepState.READY: Code("Ready"),
        StepState.IN_PROGRESS: Code("Running"),
        StepState.EXCEPTION: Code("Held"),
        StepState.COMPLETE: Code("Completed"),
        StepState.VERIFIED: Code("Completed"),
        StepState.CLOSED: Code("Closed"),
    }
)


def performance_of(
    record: JobOrderRecord,
    directive: WorkMaster,
    *,
    published_time: datetime,
    produced: Quantity | None = None,
    scope: HierarchyScope | None = None,
) -> OperationsPerformance:
    """Return the actuals of a job order, a segment response for every step that was begun.

    ``produced`` is the amount on record for the lot that was made; without it the lot is
    reported without an amount, for the planned one is no actual.
    """
    begun = [step for step in record.steps if step.start_time is not None]
    segments = [_segment(record, directive, step) for step in begun]
    state = RESPONSE_STATES[record.state]
    response = OperationsResponse(
        id=f"{record.job_order_id}-response",
        start_time=record.start_time,
        end_time=record.end_time,
        operations_request_ids=_request_ids(record),
        operations_definition_ids=(record.work_master_id,),
        response_state=state,
        segment_responses=(*segments, _production(record, produced)),
    )
    return OperationsPerformance(
        id=f"{record.job_order_id}-performance",
        published_time=published_time,
        start_time=record.start_time,
        end_time=record.end_time,
        hierarchy_scope=scope,
        operations_type=Code("Production"),
        operations_schedule_id=record.operations_schedule_id or None,
        performance_state=state,
        responses=(response,),
    )


def _request_ids(record: JobOrderRecord) -> tuple[str, ...]:
    """Return the id of the request as its sender wrote it, blanks included."""
    theirs = _referenced(record, "OperationsRequestID")
    return theirs or (record.job_order_id,)


def _referenced(record: JobOrderRecord, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in record.erp_reference if key == name)


def _production(record: JobOrderRecord, produced: Quantity | None) -> SegmentResponse:
    """Return the segment that reports the lot that was made."""
    return SegmentResponse(
        id=f"{record.job_order_id}-product",
        actual_start_time=record.start_time,
        actual_end_time=record.end_time,
        operations_request_ids=_request_ids(record),
        segment_requirement_ids=_referenced(record, "SegmentRequirementID")[-1:],
        segment_state=RESPONSE_STATES[record.state],
        material_actuals=(
            MaterialActual(
                id="1",
                material_definition_ids=(record.material_definition_id,),
                material_lot_ids=(record.material_lot_id,),
                material_use=Code("Produced"),
                quantities=(produced,) if produced is not None else (),
                properties=requirement_properties(
                    record.erp_reference, record.material_definition_id
                ),
            ),
        ),
    )


def _segment(record: JobOrderRecord, directive: WorkMaster, step: StepRecord) -> SegmentResponse:
    specification = directive.step(step.step_id)
    stations = (step.station,) if step.station else ()
    instruments = [item.instrument_id for item in step.consumed]
    instruments += [item.instrument_id for item in step.evidence if item.instrument_id]
    verifiers = (step.verification.person_id,) if step.verification else ()
    persons = [("performed", person) for person in step.performers]
    persons += [("verified", person) for person in verifiers]
    return SegmentResponse(
        id=f"{record.job_order_id}-{step.step_id}",
        descriptions=(specification.description,) if specification else (),
        actual_start_time=step.start_time,
        actual_end_time=step.end_time,
        process_segment_ids=(specification.process_segment_id,) if specification else (),
        operations_request_ids=_request_ids(record),
        segment_state=SEGMENT_STATES[step.state],
        data=tuple(_data(step)),
        personnel_actuals=tuple(
            PersonnelActual(id=str(n), person_ids=(person,), personnel_use=use)
            for n, (use, person) in enumerate(dict.fromkeys(persons), start=1)
        ),
        equipment_actuals=tuple(
            EquipmentActual(id=str(n), equipment_ids=(station,))
            for n, station in enumerate(stations, start=1)
        ),
        physical_asset_actuals=tuple(
            PhysicalAssetActual(id=str(n), physical_asset_ids=(instrument,))
            for n, instrument in enumerate(dict.fromkeys(instruments), start=1)
        ),
        material_actuals=tuple(_consumed(record, step)),
    )


def _data(step: StepRecord) -> Iterable[SegmentData]:
    for item in step.evidence:
        value = Value(value_string=item.value, unit_of_measure=item.unit or None)
        yield SegmentData(id=item.evidence_id, descriptions=(item.source.value,), values=(value,))


def _consumed(record: JobOrderRecord, step: StepRecord) -> Iterable[MaterialActual]:
    for n, item in enumerate(step.consumed, start=1):
        yield MaterialActual(
            id=str(n),
            material_definition_ids=(item.material_definition_id,),
            material_lot_ids=(item.material_lot_id,),
            material_sublot_ids=(item.material_sublot_id,) if item.material_sublot_id else (),
            material_use=Code("Consumed"),
            quantities=(item.quantity,),
            properties=requirement_properties(record.erp_reference, item.material_definition_id),
        )
