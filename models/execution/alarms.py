"""Alarms that records show: what stands, since when, and what was said about it.

What is active follows from the records alone. What people said (seen, confirmed, put aside) stands
in the alarm's own stream, and is bound to one *occurrence*: the next time it is a new alarm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.execution import alarm_kinds as k
from models.execution import records as r
from models.execution import streams
from models.execution.codec import time_text
from models.execution.job_order_state import JobOrderState
from models.execution.snapshot import Snapshot
from models.execution.step_state import StepState
from models.isa95.equipment import EquipmentStatus
from models.isa95.equipment_event import EquipmentEventKind

_STATUS_SEVERITIES: Final = {
    EquipmentStatus.MAINTENANCE: k.IN_MAINTENANCE,
    EquipmentStatus.OUT_OF_SERVICE: k.OUT_OF_SERVICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm as it stands: ``subject`` is the stream of what it is about.

    ``occurrence`` names this time that it came up; ``since`` is when. ``state`` is which of its
    states it is in (Critical, Overdue, HighHigh), ``settled`` whether a signed decision has ended
    it, after which nobody has to acknowledge it any more. Severity is from 1 to 1000.
    """

    alarm_id: str
    kind: k.AlarmKind
    subject: str
    occurrence: str
    since: datetime
    active: bool
    state: str
    message: str
    severity: int
    job_order_id: str = ""
    step_id: str = ""
    equipment_id: str = ""
    material_lot_id: str = ""
    settled: bool = False


def alarms_of(record: r.Record) -> Iterator[Alarm]:
    """Yield the alarms that a record shows; those that people need not look at are not active."""
    match record:
        case r.JobOrderRecord():
            yield from _exceptions(record)
            yield from _holds(record)
        case r.EquipmentRecord():
            yield from _equipment(record)
        case r.AlarmRecord() if record.occurrence:
            yield from _reported(record)
        case _:
            return


def subject_of(alarm_id: str) -> str | None:
    """Return the stream on which the alarm stands, or None for an id that means nothing."""
    kind, names = k.kind_of(alarm_id), k.names_of(alarm_id)
    if kind is None or not names or "" in names:
        return None
    match kind.name:
        case k.EXCEPTION | k.HOLD | k.STEP_HOLD:
            return streams.job_order(names[0])
        case k.STATUS | k.FAULT:
            return streams.equipment(names[0])
        case _:
            return streams.alarm(alarm_id)


def find(alarm_id: str, snapshot: Snapshot) -> Alarm | None:
    """Return the alarm as it stands now, or None when there is none of this id."""
    subject = subject_of(alarm_id)
    record = snapshot.states.get(subject) if subject else None
    found = alarms_of(record) if record is not None else iter(())
    return next((one for one in found if one.alarm_id == alarm_id), None)


def is_acknowledged(alarm: Alarm, said: r.AlarmRecord | None) -> bool:
    """Return whether somebody has seen this occurrence; a signed decision says so too."""
    return alarm.settled or _is_of(alarm, said.acknowledged if said else None)


def is_confirmed(alarm: Alarm, said: r.AlarmRecord | None) -> bool:
    """Return whether somebody has confirmed that what was to be done about it is done."""
    return alarm.settled or _is_of(alarm, said.confirmed if said else None)


def is_retained(alarm: Alarm, said: r.AlarmRecord | None) -> bool:
    """Return whether people still have to look at it (OPC 10000-9, 5.5.2)."""
    if said is not None and said.disabled:
        return False
    return alarm.active or not (is_acknowledged(alarm, said) and is_confirmed(alarm, said))


def shelved_until(alarm: Alarm, said: r.AlarmRecord | None, time: datetime) -> datetime | None:
    """Return until when the alarm is put aside at this time; None when it is not.

    One that is put aside once comes back with its next occurrence.
    """
    if said is None or said.shelved_until is None or said.shelved_until <= time:
        return None
    if said.one_shot and (said.shelved_occurrence != alarm.occurrence or not alarm.active):
        return None
    return said.shelved_until


def _is_of(alarm: Alarm, remark: r.AlarmRemark | None) -> bool:
    return remark is not None and remark.occurrence == alarm.occurrence


def _exceptions(order: r.JobOrderRecord) -> Iterator[Alarm]:
    for one in order.exceptions:
        yield Alarm(
            alarm_id=k.alarm_id(k.EXCEPTION, order.job_order_id, one.exception_id),
            kind=k.ALARM_KINDS[k.EXCEPTION],
            subject=streams.job_order(order.job_order_id),
            occurrence=time_text(one.opened_time),
            since=one.opened_time,
            active=one.is_open,
            state=one.severity.value,
            message=f"{one.exception_id}: {one.description}",
            severity=k.SEVERITIES[one.severity],
            job_order_id=order.job_order_id,
            step_id=one.step_id or "",
            equipment_id=one.equipment_id,
            material_lot_id=one.material_lot_id or order.material_lot_id,
            settled=not one.is_open,
        )


def _holds(order: r.JobOrderRecord) -> Iterator[Alarm]:
    held = order.state is JobOrderState.INTERRUPTED and bool(order.held_reason)
    if order.held_time is not None:
        yield _hold(order, None, order.held_time, order.held_reason, active=held)
    for step in order.steps:
        if step.state is StepState.HELD and step.active_time is not None:
            yield _hold(order, step, step.active_time, step.held_reason, active=True)


def _hold(
    order: r.JobOrderRecord,
    step: r.StepRecord | None,
    since: datetime,
    reason: str,
    *,
    active: bool,
) -> Alarm:
    names = (order.job_order_id, *((step.step_id,) if step else ()))
    kind = k.STEP_HOLD if step else k.HOLD
    what = f"step {step.step_id} of {order.job_order_id}" if step else order.job_order_id
    return Alarm(
        alarm_id=k.alarm_id(kind, *names),
        kind=k.ALARM_KINDS[kind],
        subject=streams.job_order(order.job_order_id),
        occurrence=time_text(since),
        since=since,
        active=active,
        state="Held" if active else "",
        message=f"{what} is held: {reason}" if active else f"{what} is no longer held",
        severity=k.HELD,
        job_order_id=order.job_order_id,
        step_id=step.step_id if step else "",
        equipment_id=(step.station or "") if step else "",
        material_lot_id=order.material_lot_id,
        settled=not active,
    )


def _equipment(record: r.EquipmentRecord) -> Iterator[Alarm]:
    name = record.equipment.equipment_id
    if record.status_time is not None:
        away = record.status is not EquipmentStatus.AVAILABLE
        text = f"{name} is {record.status.value}: {record.status_reason}"
        yield _of_equipment(
            k.STATUS, name, record.status_time, record.status.value if away else "", text,
            _STATUS_SEVERITIES.get(record.status, k.IN_MAINTENANCE),
        )  # fmt: skip
    if record.running_time is not None:
        fault = record.running is EquipmentEventKind.FAULT
        said = record.alarm and f": {record.alarm}"
        text = f"{name} has a fault{said}" if fault else f"{name} has no fault"
        yield _of_equipment(
            k.FAULT, name, record.running_time, "Fault" if fault else "", text, k.FAULTED
        )


def _of_equipment(
    kind: str, name: str, since: datetime, state: str, message: str, severity: int
) -> Alarm:
    return Alarm(
        alarm_id=k.alarm_id(kind, name),
        kind=k.ALARM_KINDS[kind],
        subject=streams.equipment(name),
        occurrence=time_text(since),
        since=since,
        active=bool(state),
        state=state,
        message=message,
        severity=severity,
        equipment_id=name,
        settled=not state,
    )


def _reported(record: r.AlarmRecord) -> Iterator[Alarm]:
    kind = k.kind_of(record.alarm_id)
    if kind is None or record.since is None:
        return
    yield Alarm(
        alarm_id=record.alarm_id,
        kind=kind,
        subject=streams.physical_asset(record.physical_asset_id),
        occurrence=record.occurrence,
        since=record.since,
        active=record.active,
        state=record.state if record.active else "",
        message=record.message,
        severity=record.severity,
    )
