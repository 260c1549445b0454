"""What an event makes of a job order as a whole; its steps, evidence and exceptions are beside."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve import (
    confirmations,
    corrections,
    evidence,
    exceptions,
    instructions,
    materials_used,
    steps,
)
from models.execution.evolve.changes import Change, moved
from models.execution.job_order_state import JobOrderState, JobOrderTransition


def evolve_job_order(
    record: r.JobOrderRecord | None, event: e.Event, time: datetime
) -> r.JobOrderRecord:
    """Return the job order after the event that was decided at ``time``."""
    if isinstance(event, e.JobOrderStored):
        return _stored(event, time)
    assert record is not None, "a job order begins by being stored"
    return JOB_ORDER_CHANGES[type(event)](record, event, time)


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
        part_of=event.part_of,
        stations=event.stations,
    )


def _updated(record: r.JobOrderRecord, event: e.JobOrderUpdated, _: datetime) -> r.JobOrderRecord:
    """Take in what is asked now; what was said of steps of another copy is about no step of it."""
    moved_on = moved(record, JobOrderTransition.UPDATE)
    was = (record.work_master_id, record.work_master_version, record.quantity)
    is_same = was == (event.work_master_id, event.work_master_version, event.quantity)
    ready, fresh = record.steps[0], tuple(r.StepRecord(step_id=one) for one in event.step_ids)
    first = (replace(fresh[0], state=ready.state, active_time=ready.active_time), *fresh[1:])
    return replace(
        moved_on,
        work_master_id=event.work_master_id,
        work_master_version=event.work_master_version,
        quantity=event.quantity,
        steps=record.steps if is_same else first,
        planned_start=event.planned_start,
        planned_end=event.planned_end,
        priority=event.priority,
        lot_allocations=event.lot_allocations,
        stations=event.stations,
    )


def _allowed(record: r.JobOrderRecord, _: e.Event, __: datetime) -> r.JobOrderRecord:
    return moved(record, JobOrderTransition.START)


def _run_began(record: r.JobOrderRecord, _: e.Event, time: datetime) -> r.JobOrderRecord:
    return replace(moved(record, JobOrderTransition.RUN), start_time=time)


def _released(
    record: r.JobOrderRecord, event: e.JobOrderReleased, time: datetime
) -> r.JobOrderRecord:
    ended = moved(record, JobOrderTransition.RELEASE)
    return replace(ended, end_time=time, release=event.signature)


def _aborted(
    record: r.JobOrderRecord, event: e.JobOrderAborted, time: datetime
) -> r.JobOrderRecord:
    aborted = moved(record, JobOrderTransition.ABORT)
    return replace(aborted, end_time=time, abort_reason=event.reason)


def _cancelled(
    record: r.JobOrderRecord, event: e.JobOrderCancelled, time: datetime
) -> r.JobOrderRecord:
    cancelled = moved(record, JobOrderTransition.CANCEL)
    return replace(cancelled, end_time=time, abort_reason=event.reason, cancelled=True)


def _stopped(
    record: r.JobOrderRecord, event: e.JobOrderStopped, time: datetime
) -> r.JobOrderRecord:
    stopped = moved(record, JobOrderTransition.STOP)
    return replace(stopped, end_time=time, stop_reason=event.reason)


def _cleared(record: r.JobOrderRecord, _: e.Event, time: datetime) -> r.JobOrderRecord:
    return replace(record, cleared_time=time)


def _revoked(record: r.JobOrderRecord, _: e.Event, __: datetime) -> r.JobOrderRecord:
    return moved(record, JobOrderTransition.REVOKE_START)


def _paused(record: r.JobOrderRecord, event: e.JobOrderPaused, time: datetime) -> r.JobOrderRecord:
    paused = moved(record, JobOrderTransition.PAUSE)
    deliberate = event.deliberate or event.signature is not None
    return replace(paused, held_reason=event.reason, deliberate_hold=deliberate, held_time=time)


def _resumed(record: r.JobOrderRecord, _: e.Event, __: datetime) -> r.JobOrderRecord:
    resumed = moved(record, JobOrderTransition.RESUME)
    return replace(resumed, held_reason="", deliberate_hold=False)


def _split(record: r.JobOrderRecord, event: e.JobOrderSplit, time: datetime) -> r.JobOrderRecord:
    ended = moved(record, JobOrderTransition.SPLIT)
    return replace(ended, end_time=time, parts=event.parts)


def _part_ended(
    record: r.JobOrderRecord, event: e.JobOrderPartEnded, _: datetime
) -> r.JobOrderRecord:
    return replace(record, ended_parts=(*record.ended_parts, event.part_id))


_CHANGES: Final[dict[type, Change]] = {
    e.JobOrderUpdated: _updated,
    e.JobOrderAllowedToStart: _allowed,
    e.JobOrderStartRevoked: _revoked,
    e.JobOrderPaused: _paused,
    e.JobOrderResumed: _resumed,
    e.JobOrderSplit: _split,
    e.JobOrderPartEnded: _part_ended,
    e.JobOrderRunBegan: _run_began,
    e.JobOrderReleased: _released,
    e.JobOrderAborted: _aborted,
    e.JobOrderStopped: _stopped,
    e.JobOrderCancelled: _cancelled,
    e.JobOrderCleared: _cleared,
}

JOB_ORDER_CHANGES: Final = MappingProxyType(
    {
        **_CHANGES,
        **steps.CHANGES,
        **confirmations.CHANGES,
        **evidence.CHANGES,
        **materials_used.CHANGES,
        **exceptions.CHANGES,
        **corrections.CHANGES,
        **instructions.CHANGES,
    }
)
"""What each event makes of a job order that is stored."""

JOB_ORDER_EVENTS: Final = (e.JobOrderStored, *JOB_ORDER_CHANGES)
"""The events that belong to the stream of a job order."""
