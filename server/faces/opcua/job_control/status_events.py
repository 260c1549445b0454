"""A job order's change of state as an event (OPC 10031-4, 6.2.4), one for each row of the log."""

from typing import Final

from asyncua import ua

from models.execution import events as e
from models.execution.log_row import LogRow
from models.execution.records import JobOrderRecord
from models.isa95.work_definition import WorkMaster
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.job_control.receiver_nodes import Place
from server.faces.opcua.job_control.shown_orders import job_order, stored
from server.faces.opcua.job_control.work_centers import SITE
from server.faces.opcua.types.job_control_structures import ISA95JobResponseDataType
from server.faces.opcua.types.own_types import JOB_ORDER_STATUS_EVENT_TYPE

TRANSITIONS: Final = (
    e.JobOrderStored,
    e.JobOrderUpdated,
    e.JobOrderAllowedToStart,
    e.JobOrderStartRevoked,
    e.JobOrderRunBegan,
    e.JobOrderPaused,
    e.JobOrderResumed,
    e.JobOrderReleased,
    e.JobOrderStopped,
    e.JobOrderSplit,
    e.JobOrderCancelled,
    e.JobOrderAborted,
)
"""What moves a job order; the update moves it to where it is, and is told like any other."""

_NOTABLE: Final = 300
_GRAVE: Final = 700
_GIVEN_UP: Final = e.JobOrderAborted | e.JobOrderStopped | e.JobOrderPaused
_EVENT_ID: Final = b"JO"
"""Before the hash of the row, whose own event has the hash alone as its id."""

_V: Final = ua.VariantType


def status_event(
    row: LogRow,
    event: e.Event,
    order: JobOrderRecord,
    directive: WorkMaster | None,
    response: ISA95JobResponseDataType,
) -> EventNotification:
    """Return the event of a change of state; its fields say how the job order stands after it."""
    states = [stored(one) for one in response.JobState]
    why = str(getattr(event, "reason", "") or getattr(event, "remark", ""))
    return EventNotification(
        event_type=JOB_ORDER_STATUS_EVENT_TYPE,
        source_node=Place(SITE).provider,
        source_name="JobResponseProvider",
        message=f"{order.job_order_id} is {order.state.value}" + (f": {why}" if why else ""),
        severity=_GRAVE if isinstance(event, _GIVEN_UP) else _NOTABLE,
        time=row.server_time,
        event_id=_EVENT_ID + row.hash[:14],
        fields={
            "JobOrder": ua.Variant(stored(job_order(order, directive)), _V.ExtensionObject),
            "JobState": ua.Variant(states, _V.ExtensionObject, is_array=True),
            "JobResponse": ua.Variant(stored(response), _V.ExtensionObject),
        },
    )
