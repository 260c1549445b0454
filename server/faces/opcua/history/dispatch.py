"""HistoryRead (OPC 10000-4, 5.11.3): every kind of details to the one that reads it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from asyncua import ua

from server.command_path.ports import IdSource, TagValues
from server.faces.opcua.access.caller import current_caller
from server.faces.opcua.history.asked import Asked, HistoryReader, refused
from server.faces.opcua.history.at_time import AtTimeReader
from server.faces.opcua.history.processed import ProcessedReader
from server.faces.opcua.history.raw import RawReader
from server.faces.opcua.history.tag_source import TagSource
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.wire.encoded_value import BOTH, SERVER, SOURCE
from server.faces.opcua.wire.failure import code_of, service_failure
from server.faces.opcua.wire.turns import Room, Turn

diagnostics = logging.getLogger("interlock.opcua")

MAX_VALUES_PER_ANSWER: Final = 100_000
"""Values of all nodes in one answer; each gets its share, and a continuation point leads on."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of an answer where nobody says how many a client takes."""

_EVENT_DETAILS: Final = ("ReadEventDetails", "ReadEventDetails2", "ReadEventDetailsSorted")

Refusal = Callable[[ua.HistoryReadValueId], ua.StatusCode | None]
"""Says why an entry is not answered; None when it is."""


class EventHistory(Protocol):
    """Reads events that were; it keeps its own continuation points."""

    async def read_events(
        self, details: Any, item: ua.HistoryReadValueId, session: str
    ) -> ua.HistoryReadResult:
        """Answer one entry; what is wrong with it stands in the StatusCode of the answer."""
        ...

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point; one that is not known is none of its own."""
        ...


class _Events:
    """Event history as a reader among the others."""

    def __init__(self, events: EventHistory) -> None:
        self._events = events

    async def read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        """Answer one entry."""
        return await self._events.read_events(details, asked.item, asked.session)

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point."""
        self._events.release(session, point)


class HistoryDispatch:
    """Takes the place of asyncua's history manager; nothing of the history lies in memory here."""

    def __init__(self, readers: Mapping[str, HistoryReader]) -> None:
        self._readers = dict(readers)

    async def init(self) -> None:
        """Do nothing: asyncua calls it at the start."""

    async def stop(self) -> None:
        """Do nothing: asyncua calls it at the end."""

    def serve_events(self, events: EventHistory) -> None:
        """Answer ReadEventDetails from here on."""
        reader = _Events(events)
        self._readers |= dict.fromkeys(_EVENT_DETAILS, reader)

    async def read_history(
        self,
        params: ua.HistoryReadParameters,
        refusal: Refusal = lambda _: None,
        most_bytes: int = MAX_BYTES,
    ) -> list[ua.HistoryReadResult]:
        """Answer a HistoryRead, one result per entry.

        Raises ServiceError when the request as a whole makes no sense, and BadResponseTooLarge
        as soon as the answer gets larger than it may be.
        """
        session = current_caller().session_id.to_string()
        wanted = params.NodesToRead
        timestamps = int(params.TimestampsToReturn)
        if params.ReleaseContinuationPoints:
            for item in wanted:
                self._release(session, bytes(item.ContinuationPoint or b""))
            return [ua.HistoryReadResult() for _ in wanted]
        is_of_events = type(params.HistoryReadDetails).__name__ in _EVENT_DETAILS
        if timestamps not in (SOURCE, SERVER, BOTH) and not is_of_events:  # a value has its time
            raise service_failure(ua.StatusCodes.BadTimestampsToReturnInvalid)
        share = max(1, MAX_VALUES_PER_ANSWER // len(wanted))
        results = []
        room, turn = Room(most_bytes), Turn()
        for place, item in enumerate(wanted):
            await turn.pass_on()
            code = refusal(item)
            asked = Asked(
                session=session,
                item=item,
                place=place,
                entries=len(wanted),
                room=share,
                timestamps=timestamps,
            )
            result = (
                ua.HistoryReadResult(StatusCode=code)
                if code is not None
                else await self._read(params.HistoryReadDetails, asked)
            )
            room.take(result.HistoryData.Body or b"")
            results.append(result)
        return results

    async def _read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        # What arrives is of the generated class, of which asyncua's own may be a subclass.
        reader = self._readers.get(type(details).__name__)
        if reader is None:
            return refused(ua.StatusCodes.BadHistoryOperationUnsupported)
        encoding = asked.item.DataEncoding
        if encoding is not None and encoding.Name:  # only structures have a choice
            return refused(ua.StatusCodes.BadDataEncodingInvalid)
        try:
            return await reader.read(details, asked)
        except Exception as failure:  # noqa: BLE001 - the boundary: one node fails, not the others
            code = code_of(failure)
            if code is None:
                diagnostics.exception("the history of %s could not be read", asked.node_id)
            return refused(code or ua.StatusCodes.BadResourceUnavailable)

    def _release(self, session: str, point: bytes) -> None:
        for reader in set(self._readers.values()):
            reader.release(session, point)


def tag_history(
    tags: Mapping[ua.NodeId, TagRow], tag_values: TagValues, new_id: IdSource
) -> HistoryDispatch:
    """Return the history of tags: raw, modified, at given times, and aggregates of it."""
    source = TagSource(tags, tag_values)
    return HistoryDispatch(
        {
            "ReadRawModifiedDetails": RawReader(source, new_id),
            "ReadAtTimeDetails": AtTimeReader(source, new_id),
            "ReadProcessedDetails": ProcessedReader(source, new_id),
        }
    )
