"""What an event makes of a record: the projections, as one pure function."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve_job_order import JOB_ORDER_EVENTS, evolve_job_order
from models.isa95.equipment_event import EquipmentEventKind


class HistoryError(Exception):
    """The log holds an event that cannot follow what came before it."""


def evolve(record: r.Record | None, event: e.Event, time: datetime) -> r.Record:
    """Return the record after the event that was decided at ``time``.

    Raises HistoryError for an event that does not fit the record: decisions never produce
    one, so it means that the log was not written by them.
    """
    if isinstance(event, JOB_ORDER_EVENTS):
        if record is not None and not isinstance(record, r.JobOrderRecord):
            raise _misfit(record, event)
        return evolve_job_order(record, event, time)
    return _evolve_other(record, event)


def _misfit(record: r.Record | None, event: e.Event) -> HistoryError:
    return HistoryError(f"{type(event).__name__} cannot follow {type(record).__name__}")


def _evolve_other(record: r.Record | None, event: e.Event) -> r.Record:
    for part in (_described, _material, _at_work):
        found = part(record, event)
        if found is not None:
            return found
    raise _misfit(record, event)


def _described(record: r.Record | None, event: e.Event) -> r.Record | None:
    """Take in what the plant's files say."""
    match event, record:
        case e.EquipmentDefined(), None:
            return r.EquipmentRecord(equipment=event.equipment)
        case e.EquipmentDefined(), r.EquipmentRecord():
            return replace(record, equipment=event.equipment)
        case e.PhysicalAssetDefined(), None | r.PhysicalAssetRecord():
            asset = event.physical_asset
            return r.PhysicalAssetRecord(
                defined=asset, calibration_due_time=asset.calibration_due_time
            )
        case e.PersonDefined(), None | r.PersonRecord():
            return r.PersonRecord(person=event.person)
        case e.WorkMasterDefined(), None | r.WorkMasterRecord():
            versions = record.versions if record else ()
            return r.WorkMasterRecord(versions=(*versions, event.work_master))
        case e.WorkDirectiveCopied(), None:
            return r.WorkDirectiveRecord(work_directive=event.work_directive)
        case _:
            return None


def _material(record: r.Record | None, event: e.Event) -> r.Record | None:
    """Take in what is known of materials, lots and containers."""
    match event, record:
        case e.MaterialDefinitionDefined(), None:
            return r.MaterialDefinitionRecord(material_definition=event.material_definition)
        case e.MaterialDefinitionDefined(), r.MaterialDefinitionRecord():
            return replace(record, material_definition=event.material_definition)
        case e.MaterialLotListed(), r.MaterialDefinitionRecord():
            return replace(record, material_lots=(*record.material_lots, event.material_lot_id))
        case e.MaterialLotDefined(), None:
            return r.MaterialLotRecord(material_lot=event.material_lot)
        case e.MaterialSublotListed(), r.MaterialLotRecord():
            sublots = (*record.material_sublots, event.material_sublot_id)
            return replace(record, material_sublots=sublots)
        case e.MaterialLotDispositionChanged(), r.MaterialLotRecord():
            lot = replace(record.material_lot, disposition=event.disposition, status=event.status)
            return replace(record, material_lot=lot)
        case e.MaterialSublotDefined(), None:
            sublot = event.material_sublot
            return r.MaterialSublotRecord(
                material_sublot_id=sublot.material_sublot_id,
                material_lot_id=sublot.material_lot_id,
                original=sublot.quantity,
                remaining=sublot.quantity,
                storage_location=sublot.storage_location,
            )
        case e.MaterialSublotDrawn(), r.MaterialSublotRecord():
            return replace(record, remaining=record.remaining - event.quantity)
        case _:
            return None


def _at_work(record: r.Record | None, event: e.Event) -> r.Record | None:
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
            )
        case e.StationSessionClosed(), r.StationRecord():
            return r.StationRecord(station=event.station)
        case e.CommandRefused(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, refused=was.refused + 1)
        case e.CommandDenied(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, denied=was.denied + 1)
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
