"""ReadRaw and ReadModified (OPC 10000-11, 6.5.3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from models.tag_columns import instant, microseconds
from server.command_path.ports import IdSource
from server.faces.opcua.history.asked import (
    BEGINNING,
    END,
    INSTANT,
    Asked,
    refused,
    time_of,
)
from server.faces.opcua.history.continuations import Continuations
from server.faces.opcua.history.history_data import history_data, no_modified_data
from server.faces.opcua.history.rows import Rows, cut_rows, joined, missing, rows_of
from server.faces.opcua.history.tag_source import TagSource
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.wire.failure import status
from server.faces.opcua.wire.index_range import parse_index_range

MAX_VALUES: Final = 20_000
"""Values of one node in one answer; a continuation point leads on."""

MAX_TEXTS: Final = 2_000
"""The same for text, which may be long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """What is still to be read of one request, ``page`` values at a time.

    It holds its ``start`` and not its ``end``. ``opening`` and ``closing`` are the times of the
    bounds that are still to be given (6.5.3.2); they count as values. A window with only one end
    is as long as the number of values asked for: ``left`` are missing.
    """

    row: TagRow
    start: datetime
    end: datetime
    backwards: bool
    page: int
    left: int | None
    opening: datetime | None
    closing: datetime | None
    after: tuple[datetime, int] | None = None


class RawReader:
    """Reads what is stored, as it is stored."""

    def __init__(self, source: TagSource, new_id: IdSource) -> None:
        self._source = source
        self._continuations: Continuations[_Window] = Continuations(new_id)

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point."""
        self._continuations.release(session, point)

    async def read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        """Answer one node."""
        row = self._source.row(asked.node_id)
        if row is None:
            return refused(ua.StatusCodes.BadHistoryOperationUnsupported)
        window = self._window(details, asked, row)
        if isinstance(window, int):
            return refused(window)
        if details.IsReadModified:
            return _never_modified()
        cut = parse_index_range(asked.item.IndexRange) if asked.item.IndexRange else ()
        if cut is None:
            return refused(ua.StatusCodes.BadIndexRangeInvalid)
        rows, rest = await self._page(window, asked.room)
        result = ua.HistoryReadResult()
        result.HistoryData = history_data(cut_rows(rows, cut) if cut else rows, asked.timestamps)
        self._continuations.release(asked.session, asked.point)
        if rest is not None:
            result.ContinuationPoint = self._continuations.keep(asked.session, asked.node_id, rest)
        elif len(rows) == 0 and window.after is None:
            result.StatusCode = status(ua.StatusCodes.GoodNoData)
        return result

    def _window(self, details: Any, asked: Asked, row: TagRow) -> _Window | int:
        """Return what is to be read, or the StatusCode of what is wrong with it."""
        if asked.point:
            kept = self._continuations.find(asked.session, asked.node_id, asked.point)
            return kept or int(ua.StatusCodes.BadContinuationPointInvalid)
        return _window(details, row) or int(ua.StatusCodes.BadInvalidTimestampArgument)

    async def _page(self, window: _Window, room: int) -> tuple[Rows, _Window | None]:
        """Return the next values, and what is left after them; None when that is nothing."""
        size = min(window.page, room)
        size = size if window.left is None else min(size, window.left)
        found = await self._source.columns(
            window.row,
            window.start,
            window.end,
            limit=size + 1,
            after=window.after,
            backwards=window.backwards,
        )
        rows = rows_of(window.row, found)
        parts = []
        if window.opening is not None and not _begins_at(rows, window.opening):
            parts.append(await self._bound(window, window.opening, is_earlier=not window.backwards))
        taken = min(len(rows), size - len(parts))
        parts.append(rows.part(0, taken))
        count = sum(len(part) for part in parts)
        is_all = taken == len(rows)
        if is_all and window.closing is not None and count < size:
            parts.append(await self._bound(window, window.closing, is_earlier=window.backwards))
            count, window = count + 1, replace(window, closing=None)
        left = None if window.left is None else window.left - count
        is_over = left == 0 or (is_all and window.closing is None)
        if is_over:
            return joined(parts), None
        after = window.after
        if taken:
            after = (instant(found.times[taken - 1]), found.sequences[taken - 1])
        return joined(parts), replace(window, opening=None, after=after, left=left)

    async def _bound(self, window: _Window, edge: datetime, *, is_earlier: bool) -> Rows:
        """Return the value at or next to an edge of the window, on its far side."""
        start, end = (BEGINNING, edge + INSTANT) if is_earlier else (edge, END)
        found = await self._source.columns(window.row, start, end, limit=1, backwards=is_earlier)
        rows = rows_of(window.row, found)
        if len(rows):
            return rows
        return missing(rows, microseconds(edge), ua.StatusCodes.BadBoundNotFound)


def _begins_at(rows: Rows, time: datetime) -> bool:
    return len(rows) > 0 and int(rows.times[0]) == microseconds(time)


def _window(details: Any, row: TagRow) -> _Window | None:
    """Return what is asked for: at least two of start, end and a number of values (6.5.3.1)."""
    start, end = time_of(details, "StartTime"), time_of(details, "EndTime")
    count = int(details.NumValuesPerNode or 0)
    if (start is None) + (end is None) + (count == 0) > 1:
        return None
    backwards = start is None or (end is not None and end < start)
    first, last = (start or end, end if start else None)
    assert first is not None, "two of three are given"
    most = MAX_TEXTS if row.variant_type is ua.VariantType.String else MAX_VALUES
    if backwards:  # the window holds its later end and not its earlier one
        lower = last + INSTANT if last is not None else BEGINNING
        upper = first + INSTANT
    else:
        lower, upper = first, END if last is None else last
        if upper == lower:
            upper = lower + INSTANT
    bounds = bool(details.ReturnBounds)
    return _Window(
        row=row,
        start=lower,
        end=upper,
        backwards=backwards,
        page=min(count or most, most),
        left=count if last is None else None,
        opening=first if bounds else None,
        closing=last if bounds else None,
    )


def _never_modified() -> ua.HistoryReadResult:
    """Say that nothing was modified, which is so.

    The historian adds and never overwrites, inserts afterwards or deletes. Readings of one
    instant with different sequence numbers are readings of their own, and ReadRaw gives them all.
    """
    result = ua.HistoryReadResult(StatusCode=status(ua.StatusCodes.GoodNoData))
    result.HistoryData = no_modified_data()
    return result
