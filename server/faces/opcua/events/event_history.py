"""Event history: HistoryRead of events, from the execution log (OPC 10000-11, 6.5.2).

What is read later is what was told at the time: the same events with the same ids, seen through
the same filters. A client that was away reads from the time of its last event on, and drops what
it has by EventId or LogPosition.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from models.execution.event_types import read_event
from models.execution.log_row import LogRow
from server.command_path.ports import ExecutionLog, IdSource
from server.faces.opcua.access.caller import Caller, current_caller
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.events.event_nodes import notification
from server.faces.opcua.events.event_notification import SERVER, EventNotification, NotifierTree
from server.faces.opcua.history.asked import BEGINNING, END, INSTANT, refused, time_of
from server.faces.opcua.history.continuations import Continuations
from server.faces.opcua.instances.work_nodes import INTERLOCK
from server.faces.opcua.namespaces import standard
from server.faces.opcua.subscriptions.event_filter import EventSelection, event_selection
from server.faces.opcua.subscriptions.event_record import EventRecord, EventTypes
from server.faces.opcua.wire.turns import Turn

MAX_EVENTS: Final = 1_000
"""Events in one answer; a continuation point leads on."""

MAX_ROWS: Final = 20_000
"""Rows that are looked at for one answer: what is seldom is found with more of them."""

_PAGE: Final = 500
_HISTORY_EVENT: Final = standard(ua.ObjectIds.HistoryEvent_Encoding_DefaultBinary)
_int32: Final = struct.Struct("<i")

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """What is still to be read of one request: rows with start <= time < end, after a place.

    A window with only one end has ``left`` events at most; ``page`` are in one answer.
    """

    node_id: ua.NodeId
    start: datetime
    end: datetime
    backwards: bool
    page: int
    left: int | None
    selection: EventSelection
    after: Place | None = None


class LogEvents:
    """Reads events out of the execution log for the nodes that pass them on."""

    def __init__(
        self,
        log: ExecutionLog,
        new_id: IdSource,
        *,
        types: EventTypes,
        notifiers: NotifierTree,
        access: NodeAccess,
        stands: Callable[[ua.NodeId], bool],
    ) -> None:
        self._log = log
        self._types = types
        self._notifiers = notifiers
        self._access = access
        self._stands = stands
        self._continuations: Continuations[_Window] = Continuations(new_id)

    async def read_events(
        self, details: Any, item: ua.HistoryReadValueId, session: str
    ) -> ua.HistoryReadResult:
        """Answer one entry; what is wrong with it stands in the StatusCode of the answer."""
        point = bytes(item.ContinuationPoint or b"")
        if point:
            window = self._continuations.find(session, item.NodeId, point)
            if window is None:
                return refused(ua.StatusCodes.BadContinuationPointInvalid)
        else:
            if not self._notifiers.is_notifier(item.NodeId):
                return refused(ua.StatusCodes.BadHistoryOperationUnsupported)
            found = _window(details, item.NodeId, self._types)
            if found is None:
                return refused(ua.StatusCodes.BadInvalidTimestampArgument)
            window = found
        result, rest = await self._page(window, current_caller())
        self._continuations.release(session, point)
        if rest is not None:
            result.ContinuationPoint = self._continuations.keep(session, item.NodeId, rest)
        return result

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point."""
        self._continuations.release(session, point)

    async def _page(
        self, window: _Window, caller: Caller
    ) -> tuple[ua.HistoryReadResult, _Window | None]:
        """Return one answer, and what is left after it."""
        size = window.page if window.left is None else min(window.page, window.left)
        events: list[bytes] = []
        after, seen, reached_end = window.after, 0, False
        turn = Turn()
        while len(events) < size and seen < MAX_ROWS and not reached_end:
            rows = await self._log.read_by_time(
                window.start, window.end, limit=_PAGE, after=after, newest_first=window.backwards
            )
            reached_end = len(rows) < _PAGE
            seen += len(rows)
            for row in rows:
                if len(events) == size:
                    reached_end = False
                    break
                await turn.pass_on()
                after = (row.server_time, row.position or 0)
                fields = self._selected(row, window, caller)
                if fields is not None:
                    events.append(fields)
        result = ua.HistoryReadResult()
        body = _int32.pack(len(events)) + b"".join(events)
        result.HistoryData = ua.ExtensionObject(TypeId=_HISTORY_EVENT, Body=ua.ByteString(body))
        left = None if window.left is None else window.left - len(events)
        if not events and window.after is None and reached_end:
            result.StatusCode = ua.StatusCode(ua.UInt32(ua.StatusCodes.GoodNoData))
        rest = None if reached_end or left == 0 else replace(window, after=after, left=left)
        return result, rest

    def _selected(self, row: LogRow, window: _Window, caller: Caller) -> bytes | None:
        """Return the fields that the client wants of the event of a row, None if it gets none."""
        event = notification(row, read_event(row.type, row.type_version, row.payload))
        if not self._access.may_receive(caller, event.event_type, event.source_node):
            return None
        if window.node_id != SERVER and window.node_id not in self._told_at(event):
            return None
        record = EventRecord(event)
        return window.selection.fields(record) if window.selection.passes(record) else None

    def _told_at(self, event: EventNotification) -> set[ua.NodeId]:
        source = event.source_node if self._stands(event.source_node) else INTERLOCK
        return {event.source_node, *event.also, *self._notifiers.passing_on(source, *event.also)}


def _window(details: Any, node_id: ua.NodeId, types: EventTypes) -> _Window | None:
    """Return what is asked for: at least two of start, end and a number of events.

    Raises ServiceError BadEventFilterInvalid for a filter that is wrong.
    """
    start, end = time_of(details, "StartTime"), time_of(details, "EndTime")
    count = int(getattr(details, "NumValuesPerNode", 0) or 0)
    if (start is None) + (end is None) + (count == 0) > 1:
        return None
    selection, _ = event_selection(types, details.Filter)
    lower, upper = start or BEGINNING, end or END
    backwards = start is None or (end is not None and end < start)
    if backwards:  # the window holds its later end and not its earlier one
        later = start or end
        lower = end + INSTANT if start is not None and end is not None else BEGINNING
        upper = later + INSTANT if later is not None else END
    elif start == end:
        upper = lower + INSTANT
    return _Window(
        node_id=node_id,
        start=lower,
        end=upper,
        backwards=backwards,
        page=min(count or MAX_EVENTS, MAX_EVENTS),
        left=count if start is None or end is None else None,
        selection=selection,
    )
