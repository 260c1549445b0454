"""What happened, as OPC UA events: state changes and refusals, with what they are about."""

from typing import Final

from asyncua import ua

from models.execution import events as e
from models.execution.log_row import LogRow
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.instances.work_nodes import INTERLOCK, job_order_node_id, station_id
from server.faces.opcua.types.execution_table import REFUSAL_EVENT_TYPE, STATE_CHANGE_EVENT_TYPE

_CALM: Final = 100
_NOTABLE: Final = 300
_REFUSED: Final = 500
_EXCEPTION: Final = 700
_SECURITY: Final = 900
"""Severities, 1 to 1000 (OPC 10000-5, 6.4.2)."""

_SILENT: Final = (
    e.EquipmentDefined
    | e.PhysicalAssetDefined
    | e.MaterialDefinitionDefined
    | e.MaterialLotDefined
    | e.MaterialLotListed
    | e.MaterialSublotDefined
    | e.MaterialSublotListed
    | e.PersonDefined
    | e.AccountDefined
    | e.WorkMasterDefined
    | e.WorkDirectiveCopied
)
"""Events about descriptions; clients see their result in the address space."""


def notification(row: LogRow, event: e.Event) -> EventNotification | None:
    """Return the event for clients, or None for what the address space itself shows."""
    if isinstance(event, _SILENT):
        return None
    refused = isinstance(event, e.CommandRefused | e.CommandDenied)
    order = getattr(event, "job_order_id", None) or ""
    source, name = _source(row, order)
    return EventNotification(
        event_type=REFUSAL_EVENT_TYPE if refused else STATE_CHANGE_EVENT_TYPE,
        source_node=source,
        source_name=name,
        message=_message(row, event),
        severity=_severity(event),
        time=row.server_time,
        event_id=row.hash[:16],
        fields={
            "JobOrderId": ua.Variant(order, ua.VariantType.String),
            "StepId": ua.Variant(getattr(event, "step_id", None) or "", ua.VariantType.String),
            "Station": ua.Variant(row.station or "", ua.VariantType.String),
            "Codes": ua.Variant(_codes(row, event), ua.VariantType.String, is_array=True),
            "DecisionId": ua.Variant(row.command_id, ua.VariantType.String),
        },
    )


def _source(row: LogRow, job_order_id: str) -> tuple[ua.NodeId, str]:
    if row.station:
        return station_id(row.station), row.station
    if job_order_id:
        return job_order_node_id(job_order_id), job_order_id
    return INTERLOCK, "Interlock"


def _severity(event: e.Event) -> int:
    match event:
        case e.CommandRefused() | e.CommandDenied():
            return _REFUSED
        case e.ExceptionOpened() | e.JobOrderAborted():
            return _EXCEPTION
        case e.AccountLocked() | e.LoginFailed():
            return _SECURITY
        case e.EquipmentEventRecorded():
            return _CALM
        case _:
            return _NOTABLE


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


def _message(row: LogRow, event: e.Event) -> str:
    match event:
        case e.CommandRefused():
            return " ".join(f"{item.obstacle}. {item.remedy}" for item in event.refusals)
        case e.CommandDenied():
            return event.reason
        case e.ExceptionOpened():
            return f"{event.exception_id}: {event.description}"
        case e.AccountLocked() | e.AccountUnlocked():
            return f"{row.type} {event.account}: {event.reason}"
        case e.LoginFailed() | e.LoginSucceeded():
            return f"{row.type} {event.account} at {event.door}"
        case e.EquipmentEventRecorded():
            happened = event.event
            words = (happened.equipment_id, happened.kind.value, happened.name, happened.value)
            return " ".join(word for word in words if word)
        case _:
            about = (getattr(event, "job_order_id", ""), getattr(event, "step_id", "") or "")
            return " ".join(word for word in (row.type, *about) if word)
