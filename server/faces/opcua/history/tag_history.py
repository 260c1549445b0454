"""History: raw values of tags from the historian (OPC 10000-11, ReadRaw)."""

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from asyncua import ua

from models.tag_value import TagValue
from server.command_path.ports import IdSource, TagValues
from server.faces.opcua.access.caller import current_caller
from server.faces.opcua.instances.tag_nodes import TagRow, shown

diagnostics = logging.getLogger("interlock.opcua")

MAX_VALUES: Final = 10_000
"""Values in one answer; a continuation point leads on."""

MAX_CONTINUATIONS: Final = 1000
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(9999, 1, 1, tzinfo=UTC)
_OPC_EPOCH_YEAR: Final = 1602
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """What is still to be read of one request, ``page`` values at a time.

    A window with only one end is as long as the number of values asked for: ``left`` are missing.
    """

    row: TagRow
    start: datetime
    end: datetime
    backwards: bool
    page: int
    left: int | None
    session: str
    bounds: bool
    after: tuple[datetime, int] | None = None


class TagHistory:
    """Takes the place of asyncua's history manager; values never lie in memory here.

    A continuation point is good once, for the session that got it, and lost when
    ``MAX_CONTINUATIONS`` others came after it.
    """

    def __init__(
        self, tags: Mapping[ua.NodeId, TagRow], tag_values: TagValues, new_id: IdSource
    ) -> None:
        self._tags = tags
        self._tag_values = tag_values
        self._new_id = new_id
        self._continuations: OrderedDict[bytes, _Window] = OrderedDict()

    async def init(self) -> None:
        """Do nothing: asyncua calls it at the start."""

    async def stop(self) -> None:
        """Do nothing: asyncua calls it at the end."""

    async def read_history(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """Answer a HistoryRead, one result per node."""
        session = current_caller().session_id.to_string()
        if params.ReleaseContinuationPoints:
            for item in params.NodesToRead:
                self._continuations.pop(bytes(item.ContinuationPoint or b""), None)
            return [ua.HistoryReadResult() for _ in params.NodesToRead]
        return [
            await self._read(params.HistoryReadDetails, item, session)
            for item in params.NodesToRead
        ]

    async def _read(
        self, details: object, item: ua.HistoryReadValueId, session: str
    ) -> ua.HistoryReadResult:
        if not _is_raw(details):
            return _refused(ua.StatusCodes.BadHistoryOperationUnsupported)
        if item.ContinuationPoint:
            window = self._continuations.get(bytes(item.ContinuationPoint))
            if window is None or window.session != session:
                return _refused(ua.StatusCodes.BadContinuationPointInvalid)
        else:
            row = self._tags.get(item.NodeId)
            if row is None:
                return _refused(ua.StatusCodes.BadHistoryOperationUnsupported)
            found = _window(details, row, session)
            if found is None:
                return _refused(ua.StatusCodes.BadInvalidTimestampArgument)
            window = found
        try:
            result = await self._page(window)
        except Exception:  # noqa: BLE001 - the boundary: one node fails, the others are answered
            diagnostics.exception("the history of %s could not be read", window.row.tag)
            return _refused(ua.StatusCodes.BadResourceUnavailable)
        self._continuations.pop(bytes(item.ContinuationPoint or b""), None)
        return result

    async def _page(self, window: _Window) -> ua.HistoryReadResult:
        size = window.page if window.left is None else min(window.page, window.left)
        values = await self._tag_values.read(
            window.row.tag,
            window.start,
            window.end,
            limit=size + 1,
            after=window.after,
            newest_first=window.backwards,
        )
        result = _answer(window, values[:size])
        is_last = len(values) <= size
        if window.bounds:
            await self._add_bounds(window, result.HistoryData.DataValues, is_last=is_last)
        left = None if window.left is None else window.left - size
        if not is_last and left != 0:
            last = values[size - 1]
            rest = replace(window, after=(last.source_time, last.sequence), left=left)
            result.ContinuationPoint = self._continue(rest)
        if not result.HistoryData.DataValues and window.after is None:
            result.StatusCode = ua.StatusCode(ua.UInt32(ua.StatusCodes.GoodNoData))
        return result

    async def _add_bounds(
        self, window: _Window, shown_values: list[ua.DataValue], *, is_last: bool
    ) -> None:
        """Put a bounding value at each end that has no value of its own (6.5.3.2)."""
        lower, upper = (window.start, True), (window.end, False)
        first, last = (upper, lower) if window.backwards else (lower, upper)
        opening = window.end - _INSTANT if window.backwards else window.start
        if window.after is None and not _is_at(shown_values, opening):
            shown_values.insert(0, await self._bound(window, *first))
        if is_last:
            shown_values.append(await self._bound(window, *last))

    async def _bound(self, window: _Window, edge: datetime, before: bool) -> ua.DataValue:  # noqa: FBT001 - private
        """Return the value next to the edge of the window, on its far side."""
        start, end = (_BEGINNING, edge) if before else (edge, _END)
        found = await self._tag_values.read(
            window.row.tag, start, end, limit=1, newest_first=before
        )
        if found:
            return shown(found[0], window.row.variant_type)
        missing = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadBoundNotFound))
        return ua.DataValue(StatusCode=missing, SourceTimestamp=edge)  # type: ignore[arg-type]  # asyncua encodes datetime

    def _continue(self, window: _Window) -> bytes:
        point = self._new_id().encode()
        self._continuations[point] = window
        while len(self._continuations) > MAX_CONTINUATIONS:
            self._continuations.popitem(last=False)
        return point


def _is_raw(details: object) -> bool:
    # What arrives is of the generated class, of which ua.ReadRawModifiedDetails may be a subclass.
    name = type(details).__name__
    return name == "ReadRawModifiedDetails" and not getattr(details, "IsReadModified", False)


def _window(details: object, row: TagRow, session: str) -> _Window | None:
    """Return what is asked for: at least two of start, end and a number of values (6.5.3.2)."""
    start, end = _time(details, "StartTime"), _time(details, "EndTime")
    count = int(getattr(details, "NumValuesPerNode", 0) or 0)
    if (start is None) + (end is None) + (count == 0) > 1:
        return None
    lower, upper = start or _BEGINNING, end or _END
    backwards = start is None or (end is not None and end < start)
    if backwards:  # the window holds its later end and not its earlier one
        later = start or end
        lower = end + _INSTANT if start is not None and end is not None else _BEGINNING
        upper = later + _INSTANT if later is not None else _END
    elif start == end:
        upper = lower + _INSTANT
    return _Window(
        row=row,
        start=lower,
        end=upper,
        backwards=backwards,
        page=min(count or MAX_VALUES, MAX_VALUES),
        left=count if start is None or end is None else None,
        session=session,
        bounds=bool(getattr(details, "ReturnBounds", False)) and None not in (start, end),
    )


def _time(details: object, name: str) -> datetime | None:
    """Return a time of the request; OPC UA says "none" with its epoch, the year 1601."""
    value = getattr(details, name, None)
    if not isinstance(value, datetime) or value.year < _OPC_EPOCH_YEAR:
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _answer(window: _Window, values: Sequence[TagValue]) -> ua.HistoryReadResult:
    result = ua.HistoryReadResult()
    data = ua.HistoryData()
    data.DataValues = [shown(value, window.row.variant_type) for value in values]
    result.HistoryData = data
    return result


def _is_at(values: Sequence[ua.DataValue], time: datetime) -> bool:
    return bool(values) and values[0].SourceTimestamp == time


def _refused(code: int) -> ua.HistoryReadResult:
    result = ua.HistoryReadResult()
    result.StatusCode = ua.StatusCode(ua.UInt32(code))
    return result
