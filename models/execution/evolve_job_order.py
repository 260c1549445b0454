"""What an event makes of a job order and its steps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from models.execution import events as e
from models.execution import records as r
from models.execution.job_order_state import (
    JOB_ORDER_TRANSITIONS,
    JobOrderState,
    JobOrderTransition,
)
from models.execution.step_state import STEP_TRANSITIONS, StepTransition

JobOrderEvent = (
    e.JobOrderStored
    | e.JobOrderAllowedToStart
    | e.JobOrderRunBegan
    | e.JobOrderReleased
    | e.JobOrderAborted
    | e.StepBecameReady
    | e.StepBegan
    | e.MaterialIdentified
    | e.WeightCaptured
    | e.EvidenceRecorded
    | e.StepCompleted
    | e.StepVerified
    | e.StepClosed
    | e.ExceptionOpened
    | e.ExceptionDispositioned
)
JOB_ORDER_EVENTS: Final = JobOrderEvent.__args__


def evolve_job_order(  # noqa: C901, PLR0911, PLR0912 -- one case per event
    record: r.JobOrderRecord | None, event: JobOrderEvent, time: datetime
) -> r.JobOrderRecord:
    """Return the job order after the event that was decided at ``time``."""
    if record is None or isinstance(event, e.JobOrderStored):
        assert isinstance(event, e.JobOrderStored), "a job order begins by being stored"
        return _stored(event, time)
    match event:
        case e.JobOrderAllowedToStart():
            return _moved(record, JobOrderTransition.START)
        case e.JobOrderRunBegan():
            return replace(_moved(record, JobOrderTransition.RUN), start_time=time)
        case e.JobOrderReleased():
            ended = _moved(record, JobOrderTransition.STOP)
            return replace(ended, end_time=time, release=event.signature)
        case e.JobOrderAborted():
            aborted = _moved(record, JobOrderTransition.ABORT)
            return replace(aborted, end_time=time, abort_reason=event.reason)
        case e.StepBecameReady():
            return _step(record, event.step_id, _to(StepTransition.MAKE_READY))
        case e.StepBegan():
            return _step(record, event.step_id, _began(event, time))
        case e.MaterialIdentified():
            return _step(record, event.step_id, _identified(event))
        case e.WeightCaptured():
            return _step(record, event.step_id, _weighed(event, time))
        case e.EvidenceRecorded():
            return _step(record, event.step_id, _recorded(event, time))
        case e.StepCompleted():
            return _step(record, event.step_id, _completed(event, time))
        case e.StepVerified():
            return _step(record, event.step_id, _verified(event))
        case e.StepClosed():
            return _step(record, event.step_id, _to(StepTransition.CLOSE))
        case e.ExceptionOpened():
            return _exception_opened(record, event, time)
        case e.ExceptionDispositioned():
            return _exception_dispositioned(record, event)
        case _:
            assert_never(event)


StepChange = Callable[[r.StepRecord], r.StepRecord]


def _stored(event: e.JobOrderStored, time: datetime) -> r.JobOrderRecord:
    return r.JobOrderRecord(
        job_order_id=event.job_order_id,
        work_master_id=event.work_master_id,
        work_master_version=event.work_master_version,
        material_definition_id=event.material_definition_id,
        material_lot_id=event.material_lot_id,
        quantity=event.quantity,
        state=JobOrderState.NOT_ALLOWED_TO_START,
        steps=tuple(r.StepRecord(step_id=step_id) for step_id in event.step_ids),
        stored_time=time,
        planned_start=event.planned_start,
        planned_end=event.planned_end,
        priority=event.priority,
        operations_schedule_id=event.operations_schedule_id,
        erp_reference=event.erp_reference,
        lot_allocations=event.lot_allocations,
    )


def _moved(record: r.JobOrderRecord, transition: JobOrderTransition) -> r.JobOrderRecord:
    return replace(record, state=JOB_ORDER_TRANSITIONS[record.state, transition])


def _step(record: r.JobOrderRecord, step_id: str, change: StepChange) -> r.JobOrderRecord:
    steps = tuple(change(step) if step.step_id == step_id else step for step in record.steps)
    return replace(record, steps=steps)


def _to(transition: StepTransition) -> StepChange:
    return lambda step: replace(step, state=STEP_TRANSITIONS[step.state, transition])


def _with_performer(step: r.StepRecord, person_id: str) -> tuple[str, ...]:
    known = person_id in step.performers
    return step.performers if known else (*step.performers, person_id)


def _began(event: e.StepBegan, time: datetime) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(
            step,
            state=STEP_TRANSITIONS[step.state, StepTransition.BEGIN],
            station=event.station,
            start_time=time,
            performers=_with_performer(step, event.person_id),
        )

    return change


def _identified(event: e.MaterialIdentified) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        found = r.IdentifiedMaterial(
            material_definition_id=event.material_definition_id,
            material_lot_id=event.material_lot_id,
            material_sublot_id=event.material_sublot_id,
        )
        performers = _with_performer(step, event.person_id)
        return replace(step, identified=found, performers=performers)

    return change


def _weighed(event: e.WeightCaptured, time: datetime) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        item = r.ConsumedMaterial(
            material_definition_id=event.material_definition_id,
            material_lot_id=event.material_lot_id,
            material_sublot_id=event.material_sublot_id,
            quantity=event.quantity,
            instrument_id=event.instrument_id,
            person_id=event.person_id,
            time=time,
        )
        return replace(
            step,
            identified=None,
            consumed=(*step.consumed, item),
            performers=_with_performer(step, event.person_id),
        )

    return change


def _recorded(event: e.EvidenceRecorded, time: datetime) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        item = r.Evidence(
            evidence_id=event.evidence_id,
            value=event.value,
            unit=event.unit,
            source=event.source,
            person_id=event.person_id,
            time=time,
            instrument_id=event.instrument_id,
        )
        others = tuple(e for e in step.evidence if e.evidence_id != event.evidence_id)
        performers = _with_performer(step, event.person_id)
        return replace(step, evidence=(*others, item), performers=performers)

    return change


def _completed(event: e.StepCompleted, time: datetime) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(
            step,
            state=STEP_TRANSITIONS[step.state, StepTransition.COMPLETE],
            end_time=time,
            performers=_with_performer(step, event.person_id),
        )

    return change


def _verified(event: e.StepVerified) -> StepChange:
    def change(step: r.StepRecord) -> r.StepRecord:
        state = STEP_TRANSITIONS[step.state, StepTransition.VERIFY]
        return replace(step, state=state, verification=event.signature)

    return change


def _exception_opened(
    record: r.JobOrderRecord, event: e.ExceptionOpened, time: datetime
) -> r.JobOrderRecord:
    opened = r.ExceptionRecord(
        exception_id=event.exception_id,
        kind=event.kind,
        description=event.description,
        opened_time=time,
        step_id=event.step_id,
        person_id=event.person_id,
        withheld=event.withheld,
    )
    record = replace(record, exceptions=(*record.exceptions, opened))
    step = record.step(event.step_id) if event.step_id else None
    if step is None or (step.state, StepTransition.OPEN_EXCEPTION) not in STEP_TRANSITIONS:
        return record
    return _step(record, step.step_id, _to(StepTransition.OPEN_EXCEPTION))


def _exception_dispositioned(
    record: r.JobOrderRecord, event: e.ExceptionDispositioned
) -> r.JobOrderRecord:
    def closed(item: r.ExceptionRecord) -> r.ExceptionRecord:
        if item.exception_id != event.exception_id:
            return item
        return replace(
            item,
            disposition=event.disposition,
            reason=event.reason,
            signature=event.signature,
        )

    record = replace(record, exceptions=tuple(closed(item) for item in record.exceptions))
    found = next(x for x in record.exceptions if x.exception_id == event.exception_id)
    step = record.step(found.step_id) if found.step_id else None
    still_open = step is not None and bool(record.open_exceptions(step.step_id))
    if step is None or still_open:
        return record
    if (step.state, StepTransition.CLOSE_EXCEPTION) not in STEP_TRANSITIONS:
        return record
    return _step(record, step.step_id, _to(StepTransition.CLOSE_EXCEPTION))
