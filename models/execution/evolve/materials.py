"""What an event makes of materials, lots and containers."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def material(  # noqa: C901 -- one case per event
    record: r.Record | None, event: e.Event, _: datetime
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
