"""Where readings of tags come from: the historian, asked in columns and within bounds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np
from asyncua import ua

from models.tag_columns import TagColumns, instant
from models.tag_value import Quality
from server.command_path.ports import TagValues
from server.faces.opcua.history.asked import BEGINNING, END, INSTANT
from server.faces.opcua.history.rows import Rows, joined, rows_of
from server.faces.opcua.instances.tag_nodes import TagRow

_NEAR: Final = 8
_FAR: Final = 2_000
"""How many readings beyond an interval are looked at to find two that are Good: first a few."""

_CHUNK: Final = 20_000
"""Readings that the store is asked for at once; between two of them others get their turn."""

_NEEDED: Final = 2
"""So many Good readings on one side make a line that can be extrapolated."""


class TagSource:
    """The readings of the tags that the face shows."""

    def __init__(self, tags: Mapping[ua.NodeId, TagRow], tag_values: TagValues) -> None:
        self._tags = tags
        self._tag_values = tag_values

    def row(self, node_id: ua.NodeId) -> TagRow | None:
        """Return the tag behind a node; None when it has no history."""
        return self._tags.get(node_id)

    async def columns(
        self,
        row: TagRow,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: tuple[datetime, int] | None = None,
        backwards: bool = False,
    ) -> TagColumns:
        """Return readings with start <= source time < end, the latest first on wish."""
        return await self._tag_values.read_columns(
            row.tag, start, end, limit=limit, after=after, newest_first=backwards
        )

    async def before(self, row: TagRow, time: datetime) -> Rows:
        """Return the readings before a time that an estimate there may need, in order."""
        return (await self._beside(row, BEGINNING, time, backwards=True)).turned()

    async def after(self, row: TagRow, time: datetime) -> Rows:
        """Return the readings at and after a time that an estimate there may need, in order."""
        return await self._beside(row, time, END, backwards=False)

    async def _beside(
        self, row: TagRow, start: datetime, end: datetime, *, backwards: bool
    ) -> Rows:
        """Look at a few readings, and at more when too few of them are Good."""
        found = TagColumns()
        for limit in (_NEAR, _FAR):
            found = await self.columns(row, start, end, limit=limit, backwards=backwards)
            good = np.frombuffer(found.qualities, dtype=np.int16) == Quality.GOOD.value
            if len(found) < limit or int(good.sum()) >= _NEEDED:
                break
        return rows_of(row, found)

    async def with_surroundings(self, row: TagRow, inner: Rows, lo: datetime, hi: datetime) -> Rows:
        """Return all readings from lo up to hi with what lies around them."""
        return joined([await self.before(row, lo), inner, await self.after(row, hi)])

    async def inside(
        self, row: TagRow, lo: datetime, hi: datetime, *, limit: int, backwards: bool = False
    ) -> tuple[Rows, bool]:
        """Return readings with lo <= time < hi in order, and whether these are all of them.

        When they are not, the ones nearest to ``lo`` are given, or nearest to ``hi`` backwards.
        """
        parts: list[Rows] = []
        room, after = limit + 1, None
        while room > 0:
            size = min(room, _CHUNK)
            found = await self.columns(row, lo, hi, limit=size, after=after, backwards=backwards)
            parts.append(rows_of(row, found))
            room -= len(found)
            if len(found) < size:
                break
            after = (instant(found.times[-1]), found.sequences[-1])
        rows = joined(parts)
        complete = len(rows) <= limit
        rows = rows.part(0, limit)
        return (rows.turned() if backwards else rows), complete


def next_instant(time: datetime) -> datetime:
    """Return the time just after; the end of time has none."""
    return min(time, END - INSTANT) + INSTANT
