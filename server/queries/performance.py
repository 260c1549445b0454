"""What became of a job order, as the operations performance that an ERP reads (ISA-95 Part 2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from models.execution.job_order_state import JobOrderState
from models.execution.records import (
    ConsumedMaterial,
    Evidence,
    ExceptionRecord,
    JobOrderRecord,
    StepRecord,
)
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from models.isa95.work_definition import StepSpecification, ValueKind, WorkMaster
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
from models.isa95.work_schedule import Code, HierarchyScope, RequirementProperty, Value

PRODUCED_QUANTITY: Final = "produced-quantity"
"""The evidence that states how much was made; without it the ordered quantity is reported."""

PASSES: Final = "rework-passes"
"""The data of a segment that says how often its step was performed, where it was reworked."""

RESPONSE_STATES: Final[Mapping[JobOrderState, str]] = MappingProxyType(
    {
        JobOrderState.NOT_ALLOWED_TO_START: "Waiting",
        JobOrderState.ALLOWED_TO_START: "Ready",
        JobOrderState.RUNNING: "Running",
        JobOrderState.INTERRUPTED: "Held",
        JobOrderState.ENDED: "Completed",
        JobOrderState.ABORTED: "Aborted",
    }
)
"""The ISA-95 response state of a job order."""

SEGMENT_STATES: Final[Mapping[StepState, str]] = MappingProxyType(
    {
        StepState.PLANNED: "Waiting",
        StepState.READY: "Ready",
        StepState.IN_PROGRESS: "Running",
        StepState.HELD: "Held",
        StepState.EXCEPTION: "Held",
        StepState.COMPLETE: "Completed",
        StepState.VERIFIED: "Completed",
        StepState.CLOSED: "Completed",
        StepState.ABORTED: "Aborted",
    }
)
"""The ISA-95 response state of a step; what an aborted order left unfinished is Aborted.

A step that a branch led past was not performed, so it has no response at all.
"""

_DATA_TYPES: Final[Mapping[ValueKind, str]] = MappingProxyType(
    {ValueKind.NUMBER: "decimal", ValueKind.BOOLEAN: "boolean", ValueKind.TEXT: "string"}
)
PRODUCTION: Final = Code("Production")
"""The operations type of every performance."""

Passes = tuple[StepRecord, ...]
"""A step as often as it was performed: its earlier passes, then the present one."""


def performance(
    order: JobOrderRecord,
    directive: WorkMaster,
    *,
    published_time: datetime,
    hierarchy_scope: HierarchyScope | None = None,
) -> OperationsPerformance:
    """Return the actuals of a job order as its records have them; nothing is estimated.

    ``directive`` is the frozen WorkMaster copy that the order executed. Equal records give an
    equal performance.
    """
    request_ids = requested_as(order)
    state = Code(response_state(order))
    response = OperationsResponse(
        id=order.job_order_id,
        descriptions=(order.ended_early,) if order.ended_early else (),
        start_time=order.start_time,
        end_time=order.end_time,
        operations_request_ids=request_ids,
        operations_definition_ids=(order.work_master_id,),
        response_state=state,
        segment_responses=segments(order, directive, request_ids),
    )
    return OperationsPerformance(
        id=order.job_order_id,
        published_time=published_time,
        start_time=order.start_time,
        end_time=order.end_time,
        hierarchy_scope=hierarchy_scope,
        operations_type=PRODUCTION,
        operations_schedule_id=order.operations_schedule_id or None,
        performance_state=state,
        responses=(response,),
    )


def response_state(order: JobOrderRecord) -> str:
    """Return the response state; a job order that was stopped is Aborted, never Completed."""
    return RESPONSE_STATES[JobOrderState.ABORTED if order.stop_reason else order.state]


def requested_as(order: JobOrderRecord) -> tuple[str, ...]:
    """Return the ids under which the ERP asked for the job order; its own id without any."""
    return _echoed(order, "OperationsRequestID") or (order.job_order_id,)


def segments(
    order: JobOrderRecord, directive: WorkMaster, request_ids: tuple[str, ...]
) -> tuple[SegmentResponse, ...]:
    """Return one segment per step; what concerns the whole order stands in the last one.

    So does what concerns a step without a segment: one that a branch led past, or that was
    planned before an update. No exception is lost on the way to the ERP.
    """
    steps = [step for step in order.steps if step.state is not StepState.NOT_SELECTED]
    found = _exceptions_of(order, tuple(step.step_id for step in steps))
    made = [
        replace(
            _segment(order, step, directive.step(step.step_id)),
            operations_request_ids=request_ids,
            data=tuple(_data(step, directive.step(step.step_id), found[step.step_id])),
        )
        for step in steps
    ]
    if order.release is not None:
        made[-1] = _with_release(made[-1], order, directive, order.release.person_id)
    return tuple(made)


def _segment(
    order: JobOrderRecord, step: StepRecord, wanted: StepSpecification | None
) -> SegmentResponse:
    state = SEGMENT_STATES[step.state]
    if response_state(order) == "Aborted" and state != "Completed":
        state = response_state(order)
    process_segment_id = wanted.process_segment_id if wanted else ""
    passes = order.passes(step.step_id)
    return SegmentResponse(
        id=step.step_id,
        descriptions=(wanted.description,) if wanted and wanted.description else (),
        actual_start_time=next((one.start_time for one in passes if one.start_time), None),
        actual_end_time=step.end_time,
        process_segment_ids=(process_segment_id,) if process_segment_id else (),
        segment_requirement_ids=_requirement_ids(order, process_segment_id),
        operations_definition_ids=(order.work_master_id,),
        segment_state=Code(state),
        personnel_actuals=tuple(_personnel(passes)),
        equipment_actuals=tuple(_equipment(passes, wanted)),
        physical_asset_actuals=tuple(_instruments(passes)),
        material_actuals=tuple(_consumed(order, passes)),
    )


def _echoed(order: JobOrderRecord, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in order.erp_reference if key == name)


def _requirement_ids(order: JobOrderRecord, process_segment_id: str) -> tuple[str, ...]:
    """Return the ERP's segment that a step fulfils: of its process segment, or the only one."""
    ids = _echoed(order, "SegmentRequirementID")
    segments = _echoed(order, "ProcessSegmentID")
    if len(ids) == 1:
        return ids
    pairs = zip(ids, segments, strict=False)
    return tuple(
        requirement for requirement, segment in pairs if segment.strip() == process_segment_id
    )


def _personnel(passes: Passes) -> Iterator[PersonnelActual]:
    uses = [(person_id, "Performed") for one in passes for person_id in one.performers]
    signed = (one.verification for one in passes if one.verification is not None)
    uses += [(signature.person_id, "Verified") for signature in signed]
    for number, (person_id, use) in enumerate(dict.fromkeys(uses), start=1):
        yield PersonnelActual(id=f"P{number}", person_ids=(person_id,), personnel_use=use)


def _equipment(passes: Passes, wanted: StepSpecification | None) -> Iterator[EquipmentActual]:
    classes = (wanted.equipment_class,) if wanted else ()
    stations = dict.fromkeys(one.station for one in passes if one.station is not None)
    for number, station in enumerate(stations, start=1):
        yield EquipmentActual(
            id=f"E{number}", equipment_class_ids=classes, equipment_ids=(station,)
        )


def _instruments(passes: Passes) -> Iterator[PhysicalAssetActual]:
    scales = [item.instrument_id for one in passes for item in one.consumed]
    others = [item.instrument_id for one in passes for item in one.evidence]
    used = (asset_id for asset_id in dict.fromkeys((*scales, *others)) if asset_id)
    for number, asset_id in enumerate(used, start=1):
        yield PhysicalAssetActual(id=f"A{number}", physical_asset_ids=(asset_id,))


def _consumed(order: JobOrderRecord, passes: Passes) -> Iterator[MaterialActual]:
    """Yield what was drawn from each container, exactly, whichever pass it was drawn in."""
    drawn = [item for one in passes for item in one.consumed]
    for number, (key, quantity) in enumerate(_totals(drawn).items(), start=1):
        definition, lot, sublot = key
        yield MaterialActual(
            id=f"M{number}",
            material_definition_ids=(definition,),
            material_lot_ids=(lot,),
            material_sublot_ids=(sublot,),
            material_use=Code("Consumed"),
            quantities=(quantity,),
            properties=_properties(order, definition),
        )


def _totals(consumed: Iterable[ConsumedMaterial]) -> dict[tuple[str, str, str], Quantity]:
    totals: dict[tuple[str, str, str], Quantity] = {}
    for item in consumed:
        key = (item.material_definition_id, item.material_lot_id, item.material_sublot_id)
        totals[key] = totals[key] + item.quantity if key in totals else item.quantity
    return totals


def _properties(
    order: JobOrderRecord, material_definition_id: str
) -> tuple[RequirementProperty, ...]:
    """Return the properties that the ERP gave the material, as it wrote them."""
    prefix = f"MaterialRequirement/{material_definition_id}/"
    return tuple(
        RequirementProperty(id=name.removeprefix(prefix), values=(Value(value_string=value),))
        for name, value in dict.fromkeys(order.erp_reference)
        if name.startswith(prefix)
    )


def _exceptions_of(
    order: JobOrderRecord, step_ids: Sequence[str]
) -> Mapping[str, list[ExceptionRecord]]:
    """Return the exceptions that each step's segment tells of."""
    found: dict[str, list[ExceptionRecord]] = {name: [] for name in step_ids}
    for item in order.exceptions:
        found.get(item.step_id or "", found[step_ids[-1]]).append(item)
    return found


def _data(
    step: StepRecord, wanted: StepSpecification | None, exceptions: Iterable[ExceptionRecord]
) -> Iterator[SegmentData]:
    kinds = {item.evidence_id: item for item in wanted.evidence} if wanted else {}
    for item in step.evidence:
        known = kinds.get(item.evidence_id)
        origin = f"{item.source.value}, {item.instrument_id or item.person_id}"
        yield SegmentData(
            id=item.evidence_id,
            descriptions=(known.description, origin) if known else (origin,),
            values=(_value(item, _DATA_TYPES[known.kind if known else ValueKind.TEXT]),),
        )
    if step.iteration > 1:
        passes = Value(value_string=str(step.iteration), data_type=Code("int"))
        yield SegmentData(id=PASSES, descriptions=("Performed as rework",), values=(passes,))
    for exception in exceptions:
        yield _exception(exception)


def _value(item: Evidence, data_type: str) -> Value:
    unit = item.unit or None
    return Value(value_string=item.value, data_type=Code(data_type), unit_of_measure=unit)


def _exception(item: ExceptionRecord) -> SegmentData:
    outcome = item.disposition.value if item.disposition else "Open"
    texts = (f"{item.kind}: {item.description}", item.reason)
    return SegmentData(
        id=item.exception_id,
        descriptions=tuple(text for text in texts if text),
        values=(Value(value_string=outcome, data_type=Code("string")),),
    )


def _with_release(
    segment: SegmentResponse, order: JobOrderRecord, directive: WorkMaster, person_id: str
) -> SegmentResponse:
    """Add the produced lot and who released it."""
    quantity, origin = produced_quantity(order, directive)
    released = PersonnelActual(
        id=f"P{len(segment.personnel_actuals) + 1}",
        person_ids=(person_id,),
        personnel_use="Released",
    )
    produced = MaterialActual(
        id=f"M{len(segment.material_actuals) + 1}",
        material_definition_ids=(order.material_definition_id,),
        material_lot_ids=(order.material_lot_id,),
        descriptions=(origin,),
        material_use=Code("Produced"),
        quantities=(quantity,),
        properties=_properties(order, directive.material_definition_id),
    )
    return replace(
        segment,
        personnel_actuals=(*segment.personnel_actuals, released),
        material_actuals=(*segment.material_actuals, produced),
    )


def produced_quantity(order: JobOrderRecord, directive: WorkMaster) -> tuple[Quantity, str]:
    """Return how much a job order made, and where that is known from."""
    for step in reversed(order.steps):
        for item in step.evidence:
            if item.evidence_id == PRODUCED_QUANTITY:
                try:
                    measured = Quantity(Decimal(item.value), item.unit or directive.quantity.unit)
                except (InvalidOperation, ValueError):
                    continue
                return measured, f"recorded in step {step.step_id}"
    return order.quantity, "as ordered; no produced quantity is on record"
