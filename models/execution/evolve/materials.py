"""What an event makes of materials, lots and containers."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def material(  # noqa: C901, PLR0911, PLR0912 -- one case per event
    record: r.Record | None, event: e.Event, time: datetime
) -> r.Record | None:
    """Take in what is known of materials, lots and containers."""
    match event, record:
        case e.MaterialDefinitionDefined(), None:
            return r.MaterialDefinitionRecord(material_definition=event.material_definition)
        case e.MaterialDefinitionDefined(), r.MaterialDefinitionRecord():
            return replace(record, material_definition=event.material_definition)
        case e.MaterialLotListed(), r.MaterialDefinitionRecord():
            return replace(record, material_lots=(*record.material_lots, event.material_lot_id))
        case e.MaterialLotDefined(), None:
            return r.MaterialLotRecord(
                material_lot=event.material_lot, job_order_id=event.job_order_id
            )
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
        case e.TestResultRecorded(), r.MaterialLotRecord():
            return _tested(record, event, time)
        case e.MaterialSublotDrawn(), r.MaterialSublotRecord():
            drawn_by = dict.fromkeys((*record.drawn_by, event.job_order_id))
            remaining = record.remaining - event.quantity
            return replace(record, remaining=remaining, drawn_by=tuple(drawn_by))
        case e.MaterialSublotCorrected(), r.MaterialSublotRecord():
            return replace(record, remaining=record.remaining - event.difference)
        case e.MaterialSublotMoved(), r.MaterialSublotRecord():
            return replace(record, storage_location=event.storage_location)
        case e.MaterialSublotHeld(), r.MaterialSublotRecord():
            held_by = dict.fromkeys((*record.held_by, event.exception_id))
            return replace(record, held=event.reason, held_by=tuple(held_by))
        case e.MaterialSublotFreed(), r.MaterialSublotRecord():
            still = tuple(x for x in record.held_by if x != event.exception_id)
            return replace(record, held=record.held if still else "", held_by=still)
        case _:
            return None


def _tested(
    record: r.MaterialLotRecord, event: e.TestResultRecorded, time: datetime
) -> r.MaterialLotRecord:
    result = r.TestResult(
        test_id=event.test_id,
        value=event.value,
        unit=event.unit,
        passed=event.passed,
        time=time,
        reference=event.reference,
    )
    others = tuple(item for item in record.test_results if item.test_id != event.test_id)
    return replace(record, test_results=(*others, result))
