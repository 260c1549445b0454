"""ReadProcessed: aggregates over intervals (OPC 10000-11, 6.5.4; OPC 10000-13)."""

import asyncio
import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from asyncua import ua

from models.tag_columns import instant, microseconds
from server.command_path.ports import IdSource
from server.faces.opcua.history.aggregates.catalogue import AGGREGATES, Aggregate, aggregated
from server.faces.opcua.history.aggregates.series import Configuration, Intervals
from server.faces.opcua.history.asked import Asked, refused, time_of
from server.faces.opcua.history.configuration import configuration_of
from server.faces.opcua.history.continuations import Continuations
from server.faces.opcua.history.history_data import history_data
from server.faces.opcua.history.rows import Rows, rows_of_answer
from server.faces.opcua.history.tag_source import TagSource, next_instant
from server.faces.opcua.instances.tag_nodes import TagRow

MAX_INTERVALS: Final = 10_000
"""Intervals in one answer; a continuation point leads on."""

MAX_RAW: Final = 1_000_000
"""Readings of one interval: eleven days, one a second. More are refused."""

BATCH: Final = 200_000
"""Readings that are read and worked on at a time, as long as an interval fits in."""

SHORTEST_US: Final = 1_000
"""The least processing interval, a millisecond."""

_IN_A_THREAD: Final = 20_000
"""From so many readings on the sums are made beside the event loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is still to be answered: the intervals from ``done`` on.

    ``start`` and ``end`` are microseconds since 1970; the time runs backwards when the end comes
    first. ``width`` is that of an interval, ``count`` how many there are.
    """

    row: TagRow
    aggregate: Aggregate
    rules: Configuration
    start: int
    end: int
    width: int
    count: int
    done: int = 0

    @property
    def backwards(self) -> bool:
        """Whether time runs backwards."""
        return self.end < self.start

    def intervals(self, first: int, last: int) -> Intervals:
        """Return the intervals from ``first`` up to ``last``, which is not one of them."""
        begins = np.arange(first, last, dtype=np.int64) * self.width
        ends = np.minimum(begins + self.width, abs(self.end - self.start))
        short = ends - begins < self.width
        if self.backwards:
            return Intervals(
                lo=self.start - ends, hi=self.start - begins, short=short, backwards=True
            )
        return Intervals(lo=self.start + begins, hi=self.start + ends, short=short)


class ProcessedReader:
    """Reads aggregates, batch by batch: memory never holds more than one of them."""

    def __init__(self, source: TagSource, new_id: IdSource) -> None:
        self._source = source
        self._continuations: Continuations[_Plan] = Continuations(new_id)

    def release(self, session: str, point: bytes) -> None:
        """Forget a continuation point."""
        self._continuations.release(session, point)

    async def read(self, details: Any, asked: Asked) -> ua.HistoryReadResult:
        """Answer one node with the aggregate that stands in its place of the request."""
        row = self._source.row(asked.node_id)
        if row is None:
            return refused(ua.StatusCodes.BadHistoryOperationUnsupported)
        if asked.item.IndexRange:  # an aggregate is a single value
            return refused(ua.StatusCodes.BadIndexRangeNoData)
        plan: _Plan | int | None
        if asked.point:
            plan = self._continuations.find(asked.session, asked.node_id, asked.point)
            if plan is None:
                return refused(ua.StatusCodes.BadContinuationPointInvalid)
        else:
            plan = _plan(details, asked, row)
            if isinstance(plan, int):
                return refused(plan)
        found = await self._page(plan, min(MAX_INTERVALS, asked.room))
        if found is None:
            return refused(ua.StatusCodes.BadTooManyOperations)
        rows, rest = found
        result = ua.HistoryReadResult(HistoryData=history_data(rows, asked.timestamps))
        self._continuations.release(asked.session, asked.point)
        if rest.done < rest.count:
            result.ContinuationPoint = self._continuations.keep(asked.session, asked.node_id, rest)
        return result

    async def _page(self, plan: _Plan, room: int) -> tuple[Rows, _Plan] | None:
        """Return the next intervals as far as a batch reaches, or None when not even one does."""
        last = min(plan.done + room, plan.count)
        asked = plan.intervals(plan.done, last)
        lo, hi = _reach(asked)
        inner, complete = await self._batch(plan, lo, hi, BATCH)
        if not complete:
            last = _reached(plan, asked, inner)
            if last == plan.done:  # one interval holds more than a batch
                last += 1
                lo, hi = _reach(plan.intervals(plan.done, last))
                inner, complete = await self._batch(plan, lo, hi, MAX_RAW)
                if not complete:
                    return None
            asked = plan.intervals(plan.done, last)
            lo, hi = _reach(asked)
        rows = await self._source.with_surroundings(plan.row, _within(inner, lo, hi), lo, hi)
        answered = await _worked_out(plan, rows, asked)
        return answered, replace(plan, done=last)

    async def _batch(
        self, plan: _Plan, lo: datetime, hi: datetime, limit: int
    ) -> tuple[Rows, bool]:
        return await self._source.inside(plan.row, lo, hi, limit=limit, backwards=plan.backwards)


async def _worked_out(plan: _Plan, rows: Rows, asked: Intervals) -> Rows:
    def work() -> Rows:
        return rows_of_answer(aggregated(plan.aggregate, rows.points(), asked, plan.rules), rows)

    return await asyncio.to_thread(work) if len(rows) > _IN_A_THREAD else work()


def _reach(asked: Intervals) -> tuple[datetime, datetime]:
    """Return from when up to before when intervals reach, both ends included."""
    lo, hi = instant(int(asked.lo.min())), instant(int(asked.hi.max()))
    return lo, next_instant(hi)


def _reached(plan: _Plan, asked: Intervals, inner: Rows) -> int:
    """Return up to which interval the readings reach that could be read."""
    whole = asked.lo > int(inner.times[0]) if plan.backwards else asked.hi < int(inner.times[-1])
    return plan.done + int(whole.sum())


def _within(inner: Rows, lo: datetime, hi: datetime) -> Rows:
    first, last = np.searchsorted(inner.times, [microseconds(lo), microseconds(hi)], "left")
    return inner.part(int(first), int(last))


def _plan(details: Any, asked: Asked, row: TagRow) -> _Plan | int:
    """Return what is asked for, or the StatusCode of what is wrong with it."""
    aggregate = _aggregate(details, asked, row)
    if isinstance(aggregate, int):
        return aggregate
    rules = configuration_of(details, row)
    if isinstance(rules, int):
        return rules
    start, end = time_of(details, "StartTime"), time_of(details, "EndTime")
    if start is None or end is None:
        return int(ua.StatusCodes.BadInvalidTimestampArgument)
    length = abs(microseconds(end) - microseconds(start))
    interval_ms = float(details.ProcessingInterval or 0.0)
    if length == 0 or not math.isfinite(interval_ms) or interval_ms < 0:
        return int(ua.StatusCodes.BadInvalidArgument)
    width = min(round(interval_ms * 1000), length) if interval_ms else length
    if interval_ms and width < min(SHORTEST_US, length):
        return int(ua.StatusCodes.BadInvalidArgument)
    return _Plan(
        row=row,
        aggregate=aggregate,
        rules=rules,
        start=microseconds(start),
        end=microseconds(end),
        width=width,
        count=-(-length // width),
    )


def _aggregate(details: Any, asked: Asked, row: TagRow) -> Aggregate | int:
    wanted = details.AggregateType or []
    if len(wanted) != asked.entries:
        return int(ua.StatusCodes.BadAggregateListMismatch)
    node_id = wanted[asked.place]
    found = AGGREGATES.get(node_id.Identifier) if node_id.NamespaceIndex == 0 else None
    is_text = row.variant_type is ua.VariantType.String
    is_state = is_text or row.variant_type is ua.VariantType.Boolean
    if found is None or (found.is_numeric and is_state) or (is_text and not found.is_for_text):
        return int(ua.StatusCodes.BadAggregateNotSupported)
    return found
