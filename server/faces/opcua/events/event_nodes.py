"""What happened, as OPC UA events: each row of the log is one, the same now and in its history."""

from collections.abc import Iterator
from typing import Any, Final

from asyncua import ua

from models.execution import alarms
from models.execution import events as e
from models.execution.commands import Severity
from models.execution.log_row import LogRow
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.events.event_table import EVENT_ROWS, EventRow
from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.instances.work_nodes import INTERLOCK, job_order_node_id, station_id
from server.faces.opcua.namespaces import plant, word
from server.faces.opcua.types.execution_table import STATE_CHANGE_EVENT_TYPE

_V: Final = ua.VariantType
_GRAVE: Final = {Severity.MINOR: 500, Severity.MAJOR: 700, Severity.CRITICAL: 900}
_NESTED: Final = ("material_lot", "material_sublot", "equipment", "physical_asset", "event")
"""Fields of events that hold what the event is about as a noun, which has the id."""


def notification(row: LogRow, event: e.Event) -> EventNotification:
    """Return the event of a row of the log; made of nothing but the row, so it never changes."""
    of = EVENT_ROWS.get(type(event)) or _unknown(row)
    about = _about(row, event)
    (source, name), *others = _sources(row, about)
    return EventNotification(
        event_type=of.event_type,
        source_node=source,
        source_name=name,
        message=_message(of, row, event),
        severity=_severity(of, event),
        time=row.server_time,
        event_id=row.hash[:16],
        fields={
            **{key: ua.Variant(text, _V.String) for key, text in about.items()},
            "Station": ua.Variant(row.station or "", _V.String),
            "Codes": ua.Variant(_codes(row, event), _V.String, is_array=True),
            "DecisionId": ua.Variant(row.command_id, _V.String),
            "LogPosition": ua.Variant(row.position or 0, _V.UInt64),
            "Stream": ua.Variant(row.stream, _V.String),
            "JobOrderState": ua.Variant(of.job_order_state, _V.String),
            "StepState": ua.Variant(of.step_state, _V.String),
            "PersonId": ua.Variant(row.person or "", _V.String),
            "Account": ua.Variant(row.account, _V.String),
            "Face": ua.Variant(row.face, _V.String),
        },
        also=tuple(node_id for node_id, _ in others),
    )


def _unknown(row: LogRow) -> EventRow:
    return EventRow(event_type=STATE_CHANGE_EVENT_TYPE, severity=300, text=row.type)


def _about(row: LogRow, event: e.Event) -> dict[str, str]:
    """Return the ids of what the event is about, by the names of the fields."""
    alarm_id = _id(event, "alarm_id")
    about = {
        "JobOrderId": _id(event, "job_order_id"),
        "StepId": _id(event, "step_id"),
        "MaterialLotId": _id(event, "material_lot_id"),
        "MaterialSublotId": _id(event, "material_sublot_id"),
        "EquipmentId": _id(event, "equipment_id"),
        "PhysicalAssetId": _id(event, "physical_asset_id"),
        "ExceptionId": _id(event, "exception_id"),
        "AlarmId": alarm_id,
    }
    subject = alarms.subject_of(alarm_id) if alarm_id else row.stream
    kind, _, name = (subject or "").partition(":")
    key = _KEYS.get(kind)
    return {**about, key: name} if key and not about[key] else about


_KEYS: Final = {
    "job_order": "JobOrderId",
    "work_directive": "JobOrderId",
    "material_lot": "MaterialLotId",
    "material_sublot": "MaterialSublotId",
    "equipment": "EquipmentId",
    "physical_asset": "PhysicalAssetId",
}


def _id(event: e.Event, name: str) -> str:
    found: Any = getattr(event, name, None)
    for nested in _NESTED:
        found = found or getattr(getattr(event, nested, None), name, None)
    return found if isinstance(found, str) else ""


def _sources(row: LogRow, about: dict[str, str]) -> list[tuple[ua.NodeId, str]]:
    """Return what the event comes from: the thing itself first, then all that it concerns."""
    kind = row.stream.partition(":")[0]
    things = dict(_things(row, about))
    own = _OWN.get(kind, ())
    first = [things.pop(key) for key in own if key in things][:1]
    found = [*first, *things.values()]
    return found or [(INTERLOCK, "Interlock")]


_OWN: Final = {
    "material_lot": ("lot",),
    "material_sublot": ("lot",),
    "equipment": ("equipment",),
    "physical_asset": ("asset",),
    "person": ("person",),
    "work_master": ("masters",),
    "document": ("masters",),
    "alarm": ("asset", "equipment", "station", "order"),
}
"""What events of a stream come from, where that is not the station or the job order."""


def _things(row: LogRow, about: dict[str, str]) -> Iterator[tuple[str, tuple[ua.NodeId, str]]]:
    kind, _, name = row.stream.partition(":")
    if row.station:
        yield "station", (station_id(row.station), row.station)
    if order := about["JobOrderId"]:
        yield "order", (job_order_node_id(order), order)
    if lot := about["MaterialLotId"]:
        yield "lot", (isa95_id("Materials", "Lots", word(lot)), lot)
    if equipment := about["EquipmentId"]:
        yield "equipment", (isa95_id("Equipment", equipment), equipment)
    if asset := about["PhysicalAssetId"]:
        yield "asset", (isa95_id("PhysicalAssets", asset), asset)
    if kind == "person":
        yield "person", (isa95_id("Personnel", "Persons", name), name)
    if kind in {"work_master", "document"}:
        yield "masters", (plant("WorkMasters"), name)


def _severity(of: EventRow, event: e.Event) -> int:
    match event:
        case e.ExceptionOpened():
            return _GRAVE[event.severity]
        case e.AlarmRaised():
            return event.severity
        case _:
            return of.severity


def _codes(row: LogRow, event: e.Event) -> list[str]:
    match event:
        case e.CommandRefused():
            return [refusal.code for refusal in event.refusals]
        case e.CommandDenied():
            return [event.code]
        case e.EquipmentEventRecorded():
            return [event.event.kind.value]
        case _:
            return [row.type]


def _message(of: EventRow, row: LogRow, event: e.Event) -> str:
    if isinstance(event, e.CommandRefused):
        return " ".join(f"{item.obstacle}. {item.remedy}" for item in event.refusals)
    try:
        text = of.text.format(e=event)
    except (AttributeError, ValueError):  # an old row knows less; its type still says something
        text = row.type
    return " ".join(text.split())
