"""Tag values in PostgreSQL or TimescaleDB: written by the chunk, read by tag and window."""

from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from historian.binary_array import BinaryArray, float8s, int2s, int4s, texts, times
from historian.connections import Connections, Record
from historian.named_sql import queries
from models.tag_columns import TagColumns, split
from models.tag_value import Quality, TagValue

_SQL: Final = queries("tag_values")
_PARTITION_DAYS_BACK: Final = timedelta(days=31)
_PARTITION_DAYS_AHEAD: Final = timedelta(days=2)
_BEFORE_ALL: Final = (datetime(1, 1, 1, tzinfo=UTC), 0)
_AFTER_ALL: Final = (datetime(9999, 12, 31, tzinfo=UTC), 0)
_EPOCH_US: Final = 946_684_800_000_000
"""2000-01-01, where PostgreSQL begins to count, in microseconds since 1970-01-01."""
_ARRAY_HEADER: Final = 20

_QUALITIES: Final = {quality.value: quality for quality in Quality}


class PostgresqlTagValues:
    """The store of tag values; build it with ``open``, end it with ``close``."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._ids: dict[str, int] = {}
        self._partitioned: set[date] = set()

    @classmethod
    async def open(cls, dsn: str, *, connection_limit: int = 4, allow_unsafe: bool = False) -> Self:
        """Connect and check that commits are durable; UnsafeDatabaseError when they are not."""
        connections = await Connections.open(dsn, connection_limit, allow_unsafe=allow_unsafe)
        return cls(connections)

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    async def write(self, values: Sequence[TagValue]) -> None:
        """Store the values; the same (tag, source time, sequence) again is not a second row.

        Durable when it returns. Tens of thousands of values in one call are fine.
        """
        if not values:
            return
        ids = await self._ids_of({value.tag for value in values})
        await self._make_partitions(values)
        await self._fetch("store", *_columns(values, ids))

    async def read(
        self,
        tag: str,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: tuple[datetime, int] | None = None,
        newest_first: bool = False,
    ) -> Sequence[TagValue]:
        """Return the values with start <= source time < end, in order, paged by ``after``.

        ``after`` is the (source time, sequence) of the last value of the page before. A tag
        that was never written has no values.
        """
        known = await self._known(tag)
        if known is None:
            return []
        name = "read_newest_first" if newest_first else "read_oldest_first"
        time, sequence = after or (_AFTER_ALL if newest_first else _BEFORE_ALL)
        records = await self._fetch(name, known, start, end, time, sequence, limit)
        return [_tag_value(tag, record) for record in records]

    async def read_columns(
        self,
        tag: str,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: tuple[datetime, int] | None = None,
        newest_first: bool = False,
    ) -> TagColumns:
        """Return what ``read`` returns, as columns: a hundred thousand values in one record."""
        known = await self._known(tag)
        if known is None:
            return TagColumns()
        name = "columns_newest_first" if newest_first else "columns_oldest_first"
        time, sequence = after or (_AFTER_ALL if newest_first else _BEFORE_ALL)
        (record,) = await self._fetch(name, known, start, end, time, sequence, limit)
        return _tag_columns(record)

    async def _known(self, tag: str) -> int | None:
        """Return the number of a tag; None while it was never written."""
        known = self._ids.get(tag)
        if known is None and (found := await self._fetch("known_tag", tag)):
            known = self._ids[tag] = found[0][0]
        return known

    async def _ids_of(self, tags: set[str]) -> Mapping[str, int]:
        missing = tags - self._ids.keys()
        if missing:
            found = await self._fetch("tag_ids", texts(sorted(missing)))
            self._ids.update({record[0]: record[1] for record in found})
        return self._ids

    async def _make_partitions(self, values: Sequence[TagValue]) -> None:
        """Make the partitions of the days before they are needed.

        A day far from the server's own time is a device with a wrong clock: it gets no partition
        of its own, its values are kept in the default one.
        """
        now = max(value.server_time for value in values)
        first, last = now - _PARTITION_DAYS_BACK, now + _PARTITION_DAYS_AHEAD
        days = {
            value.source_time.astimezone(UTC).date()
            for value in values
            if first <= value.source_time <= last
        }
        days |= {(now + timedelta(days=ahead)).astimezone(UTC).date() for ahead in range(3)}
        for day in sorted(days - self._partitioned):
            await self._fetch("make_partitions", day, day)
            self._partitioned.add(day)

    async def _fetch(self, name: str, *arguments: object) -> list[Record]:
        return await self._connections.fetch(_SQL[name], arguments)


def _columns(values: Sequence[TagValue], ids: Mapping[str, int]) -> tuple[BinaryArray, ...]:
    stored = [split(value.value) for value in values]
    strings = [text for _, _, text in stored]
    return (
        int4s([ids[value.tag] for value in values]),
        times([value.source_time for value in values]),
        int4s([value.sequence for value in values]),
        int2s([kind for kind, _, _ in stored]),
        int2s([value.quality.value for value in values]),
        times([value.server_time for value in values]),
        float8s([number for _, number, _ in stored]),
        texts(strings if any(text is not None for text in strings) else ()),
    )


def _tag_columns(record: Record) -> TagColumns:
    """Return the columns of a record whose fields are arrays in the binary format."""
    times, server_times, sequences, qualities, kinds, values, strings = record
    if times is None:
        return TagColumns()
    return TagColumns(
        times=_times_of(times),
        server_times=_times_of(server_times),
        sequences=array("i", _numbers_of(sequences, ">i4").astype("=i4").tobytes()),
        qualities=array("h", _numbers_of(qualities, ">i2").astype("=i2").tobytes()),
        kinds=array("h", _numbers_of(kinds, ">i2").astype("=i2").tobytes()),
        values=array("d", _numbers_of(values, ">f8").astype("=f8").tobytes()),
        texts={place: text for place, text in enumerate(strings or ()) if text is not None},
    )


def _times_of(sent: bytes) -> "array[int]":
    """Return an array of timestamptz as microseconds since 1970-01-01 UTC."""
    return array("q", (_numbers_of(sent, ">i8").astype("=i8") + _EPOCH_US).tobytes())


def _numbers_of(sent: bytes, form: str) -> NDArray[Any]:
    """Return the elements of an array in PostgreSQL's binary format that holds no null.

    Twenty bytes say that it has one dimension, of what type and how long; then each element
    follows its length.
    """
    element = np.dtype([("length", ">i4"), ("value", form)])
    return np.frombuffer(sent, dtype=element, offset=_ARRAY_HEADER)["value"]


def _tag_value(tag: str, record: Record) -> TagValue:
    kind, number, text, quality, time, server_time, sequence = record
    value: float | int | bool | str | None
    match kind:
        case 0:
            value = None
        case 2:
            value = int(number) if text is None else int(text)
        case 3:
            value = bool(number)
        case 4:
            value = text
        case _:
            value = number
    return TagValue(tag, value, _QUALITIES[quality], time, server_time, sequence)
