"""What an event makes of equipment, instruments and stations."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.isa95.equipment import Cleanliness
from models.isa95.equipment_event import EquipmentEventKind

RECENT_ORDERS: Final = 20
"""How many job orders a record of equipment remembers to have used it."""


def equipment(record: r.Record | None, event: e.Event, time: datetime) -> r.Record | None:
    """Take in what happens at stations, on machines and with instruments."""
    match record:
        case r.EquipmentRecord():
            return _equipment(record, event, time)
        case r.PhysicalAssetRecord():
            return _physical_asset(record, event, time)
        case None | r.StationRecord():
            return _station(event, time)
        case _:
            return None


def _station(event: e.Event, time: datetime) -> r.Record | None:
    match event:
        case e.StationSessionOpened():
            return r.StationRecord(
                station=event.station,
                person_id=event.person_id,
                account=event.account,
                job_order_id=event.job_order_id,
                opened_time=time,
            )
        case e.StationSessionClosed():
            return r.StationRecord(station=event.station)
        case _:
            return None


def _physical_asset(
    record: r.PhysicalAssetRecord, event: e.Event, time: datetime
) -> r.Record | None:
    match event:
        case e.CalibrationRecorded():
            return replace(
                record,
                calibration_due_time=event.due_time,
                certificate=event.certificate,
                calibration_failed=event.failed,
            )
        case e.DeviceVerified() if event.passed:
            return replace(
                record, verified=True, verified_time=time, verified_for=event.job_order_id
            )
        case e.DeviceVerified():
            return replace(record, verified=False)
        case _:
            return None


def _equipment(record: r.EquipmentRecord, event: e.Event, time: datetime) -> r.Record | None:
    match event:
        case e.EquipmentEventRecorded():
            return _equipment_event(record, event)
        case e.EquipmentStatusChanged():
            return replace(
                record, status=event.status, status_reason=event.reason, status_time=time
            )
        case e.EquipmentCleaned():
            wet = event.cleanliness is Cleanliness.WET_CLEAN
            return replace(
                record,
                cleanliness=event.cleanliness,
                cleanliness_time=time,
                allergens=() if wet else record.allergens,
            )
        case e.EquipmentUseBegan():
            return _use_began(record, event)
        case e.EquipmentUseEnded():
            return _use_ended(record, event, time)
        case e.LineCleared():
            return replace(record, cleared_for=event.job_order_id)
        case _:
            return None


def _use_began(record: r.EquipmentRecord, event: e.EquipmentUseBegan) -> r.EquipmentRecord:
    """Take the product onto the equipment; another order's product ends a line clearance."""
    order_id = event.job_order_id
    others = tuple(x for x in record.recent_orders if x != order_id)
    return replace(
        record,
        in_use_for=order_id,
        in_use_steps=(*record.in_use_steps, (order_id, event.step_id)),
        last_material=event.material_definition_id,
        allergens=_with(record.allergens, event.allergens),
        cleared_for=record.cleared_for if record.cleared_for == order_id else "",
        recent_orders=(*others, order_id)[-RECENT_ORDERS:],
    )


def _use_ended(
    record: r.EquipmentRecord, event: e.EquipmentUseEnded, time: datetime
) -> r.EquipmentRecord:
    """Leave the equipment dirty, where its cleanliness is tracked at all."""
    ended = (event.job_order_id, event.step_id)
    left = tuple(use for use in record.in_use_steps if use != ended)
    now = replace(
        record,
        in_use_for=left[-1][0] if left else "",
        in_use_steps=left,
        allergens=_with(record.allergens, event.allergens),
    )
    if record.equipment.cleaning is None and record.cleanliness is None:
        return now
    return replace(now, cleanliness=Cleanliness.DIRTY, cleanliness_time=time)


def _with(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*known, *more}))


def _equipment_event(
    record: r.EquipmentRecord, event: e.EquipmentEventRecorded
) -> r.EquipmentRecord:
    happened = event.event
    match happened.kind:
        case EquipmentEventKind.RUNNING | EquipmentEventKind.STOPPED | EquipmentEventKind.FAULT:
            return replace(record, running=happened.kind, running_time=happened.source_time)
        case EquipmentEventKind.ALARM:
            return replace(record, alarm=happened.name)
        case EquipmentEventKind.COUNT:
            counts = dict(record.counts) | {happened.name: happened.value}
            return replace(record, counts=tuple(sorted(counts.items())))
        case _:
            return record
