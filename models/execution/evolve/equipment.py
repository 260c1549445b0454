"""What an event makes of equipment, instruments and stations."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r
from models.isa95.equipment_event import EquipmentEventKind


def equipment(record: r.Record | None, event: e.Event, time: datetime) -> r.Record | None:
    """Take in what happens at stations, on machines and with instruments."""
    match event, record:
        case e.EquipmentEventRecorded(), r.EquipmentRecord():
            return _equipment_event(record, event)
        case e.CalibrationRecorded(), r.PhysicalAssetRecord():
            return replace(
                record, calibration_due_time=event.due_time, certificate=event.certificate
            )
        case e.StationSessionOpened(), None | r.StationRecord():
            return r.StationRecord(
                station=event.station,
                person_id=event.person_id,
                account=event.account,
                job_order_id=event.job_order_id,
                opened_time=time,
            )
        case e.StationSessionClosed(), r.StationRecord():
            return r.StationRecord(station=event.station)
        case _:
            return None


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
