"""ReadAtTime: the values at given times, stored or estimated (OPC 10000-11, 6.5.5)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from models.tag_columns import instant, microseconds
from server.command_path.ports import IdSource
from server.faces.opcua.history.aggregates.answer import Answer
from server.faces.opcua.history.aggregates.lines import at_times
from server.faces.opcua.history.aggregates.series import Intervals, Work
from server.faces.opcua.history.aggregates.status import INTERPOLATED
from server.faces.opcua.history.asked import BEGINNING, END, Asked, refused
from server.faces.opcua.history.configuration import default_configuration
from server.faces.opcua.history.continuations import Continuations
from server.faces.opcua.history.history_data import history_data
from server.faces.opcua.history.rows import Rows, cut_rows, joined, rows_of_answer
from server.faces.opcua.history.tag_source import TagSource, next_instant
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.wire.index_range import parse_index_range

MAX_TIMES: Final = 1_000
"""Times in one answer; a continuation point leads on."""

MAX_ASKED: Final = 10_000
"""Times in one request, for all its nodes alike."""

MAX_FAR_APART: Final = 500
"""Times in one request that are looked up one by one, because too much lies between them."""

_AT_ONCE: Final = 50_000
"""Readings between the first and the last of the times that are worth reading in one go."""

_NO_INTERVAL: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rest:
    """The times that are still to be answered."""

    row: TagRow
    times: tuple[int, ...]
    simple: bool


class AtTimeReader:
    """Reads values at given times."""

    def __init__(self, source: TagSource, new_id: IdSource) -> None:
        self._source = source
        self._continuations: Continuations[_Rest] = Continuations(new_id)
        self._last: tuple[Any, tuple[int, ...]] = (None, ())  # the details read last, their times

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point."""
        self._continuations.release(session, point)

    async def read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        """Answer one node, in the order of the times."""
        row = self._source.row(asked.node_id)
        if row is None:
            return refused(ua.StatusCodes.BadHistoryOperationUnsupported)
        rest: _Rest | int | None
        if asked.point:
            rest = self._continuations.find(asked.session, asked.node_id, asked.point)
            if rest is None:
                return refused(ua.StatusCodes.BadContinuationPointInvalid)
        else:
            rest = self._whole(details, row)
            if isinstance(rest, int):
                return refused(rest)
        cut = parse_index_range(asked.item.IndexRange) if asked.item.IndexRange else ()
        if cut is None:
            return refused(ua.StatusCodes.BadIndexRangeInvalid)
        size = min(MAX_TIMES, asked.room)
        rows = await self._values(rest, rest.times[:size], max(1, MAX_FAR_APART // asked.entries))
        result = ua.HistoryReadResult()
        result.HistoryData = history_data(cut_rows(rows, cut) if cut else rows, asked.timestamps)
        self._continuations.release(asked.session, asked.point)
        if len(rest.times) > len(rows):
            after = replace(rest, times=rest.times[len(rows) :])
            result.ContinuationPoint = self._continuations.keep(asked.session, asked.node_id, after)
        return result

    def _whole(self, details: Any, row: TagRow) -> _Rest | int:
        """Return what is asked for, or the StatusCode of what is wrong with it.

        The times are the same for all nodes of a request, so they are looked at once.
        """
        if self._last[0] is not details:
            times = _times(details)
            if isinstance(times, int):
                return times
            self._last = details, times
        return _Rest(row=row, times=self._last[1], simple=bool(details.UseSimpleBounds))

    async def _values(self, rest: _Rest, times: tuple[int, ...], far_apart: int) -> Rows:
        """Return the values at as many of the times as can be answered now."""
        at = np.array(times, dtype=np.int64)
        lo, hi = instant(int(at.min())), next_instant(instant(int(at.max())))
        inner, complete = await self._source.inside(rest.row, lo, hi, limit=_AT_ONCE)
        if complete:
            rows = await self._source.with_surroundings(rest.row, inner, lo, hi)
            return _estimated(rest, rows, at)
        found = []
        for time in times[:far_apart]:  # what lies between them is not worth reading
            lo, hi = instant(time), next_instant(instant(time))
            inner, _ = await self._source.inside(rest.row, lo, hi, limit=_AT_ONCE)
            rows = await self._source.with_surroundings(rest.row, inner, lo, hi)
            found.append(_estimated(rest, rows, np.array([time], dtype=np.int64)))
        return joined(found)


def _estimated(rest: _Rest, rows: Rows, at: NDArray[np.int64]) -> Rows:
    """Return the value at each time: what is stored there, however good, or an estimate."""
    points = rows.points()
    rules = default_configuration(rest.row)
    nothing = Intervals(lo=_NO_INTERVAL, hi=_NO_INTERVAL, short=_NO_INTERVAL.astype(np.bool_))
    answer = at_times(Work(points, nothing, rules), at, simple=rest.simple)
    return rows_of_answer(_as_stored(answer, rows, at), rows)


def _as_stored(answer: Answer, rows: Rows, at: NDArray[np.int64]) -> Answer:
    """Put what is stored at a time in the place of an estimate, even where it is Bad."""
    if len(rows) == 0:
        return answer
    place = np.maximum(np.searchsorted(rows.times, at, "right") - 1, 0)
    passed_over = (rows.times[place] == at) & (
        (answer.codes & INTERPOLATED != 0) | ~answer.has_value
    )
    points = rows.points()
    return replace(
        answer,
        has_value=np.where(passed_over, rows.held[place], answer.has_value),
        values=np.where(passed_over, points.values[place], answer.values),
        codes=np.where(passed_over, rows.codes[place], answer.codes).astype(np.uint32),
    )


def _times(details: Any) -> tuple[int, ...] | int:
    """Return the times in microseconds since 1970, or the StatusCode of what is wrong."""
    given = details.ReqTimes or ()
    if not given:
        return int(ua.StatusCodes.BadInvalidTimestampArgument)
    if len(given) > MAX_ASKED:
        return int(ua.StatusCodes.BadTooManyOperations)
    times = []
    for time in given:
        if not isinstance(time, datetime):
            return int(ua.StatusCodes.BadInvalidTimestampArgument)
        aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
        times.append(microseconds(min(max(aware, BEGINNING), END)))
    return tuple(times)
