"""The stores in memory: the same ports and rules as the database, and nothing survives.

For trying out, for simulations and for tests. The contract suite runs against these and against
PostgreSQL, so a decision that was tried here meets the same answers there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from historian.bell import Bell
from historian.outbox import BEGINNING, FollowerOvertakenError
from historian.seal import FIRST_PREVIOUS_HASH, Seal, seal_hash, seal_mac
from models.execution.log_row import (
    Appended,
    Chunk,
    Conflict,
    Cursor,
    LogRow,
    OutgoingMessage,
    Repeated,
    StoredOutcome,
    StreamHead,
)
from models.tag_columns import TagColumns
from models.tag_value import TagValue

_LONGEST_PAUSE: Final = timedelta(minutes=5)


class BrokenChunkError(ValueError):
    """The rows of a chunk do not continue their streams; nothing was written."""


def _place(row: LogRow) -> tuple[datetime, int]:
    return row.server_time, row.position or 0


class InMemoryExecutionLog:
    """The append-only log as lists and dictionaries."""

    def __init__(self) -> None:
        self._rows: list[tuple[Cursor, LogRow]] = []
        self._heads: dict[str, StreamHead] = {}
        self._outcomes: dict[str, StoredOutcome] = {}
        self._seals: list[Seal] = []
        self._transaction = 0
        self._bell = Bell()

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        """Return the heads of the streams that exist."""
        return {name: self._heads[name] for name in streams if name in self._heads}

    async def append(self, chunk: Chunk) -> Appended | Conflict | Repeated:
        """Append all of the chunk or nothing; BrokenChunkError when it does not fit."""
        known = sorted({o.command_id for o in chunk.outcomes} & self._outcomes.keys())
        if known:
            return Repeated(tuple(known))
        moved = [name for name, at in chunk.expected.items() if self._version(name) != at]
        if moved:
            return Conflict(tuple(sorted(moved)))
        self._check(chunk)
        self._transaction += 1
        positions = range(len(self._rows) + 1, len(self._rows) + len(chunk.rows) + 1)
        self._rows += (
            (Cursor(self._transaction, position), replace(row, position=position))
            for position, row in zip(positions, chunk.rows, strict=True)
        )
        self._heads |= {head.stream: head for head in chunk.heads}
        self._outcomes |= {stored.command_id: stored for stored in chunk.outcomes}
        self._bell.ring()
        return Appended(tuple(positions))

    async def outcomes(self, command_ids: Collection[str]) -> Mapping[str, StoredOutcome]:
        """Return what these commands were answered, as far as they are known."""
        return {name: self._outcomes[name] for name in command_ids if name in self._outcomes}

    async def read(self, after: Cursor, limit: int) -> Sequence[tuple[Cursor, LogRow]]:
        """Return rows in the order in which they were appended."""
        self._bell.look()
        return self._behind(after)[:limit]

    async def end(self) -> Cursor:
        """Return the cursor of the last row; the beginning of an empty log."""
        return self._rows[-1][0] if self._rows else Cursor(0, 0)

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        """Return the rows of one stream in order."""
        found = [
            row for _, row in self._rows if row.stream == stream and row.version > after_version
        ]
        return found[:limit]

    async def read_by_time(
        self,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: tuple[datetime, int] | None = None,
        newest_first: bool = False,
    ) -> Sequence[LogRow]:
        """Return committed rows with start <= server time < end, in the order of time.

        ``after`` is (server time, position) of the last row of the page before.
        """
        rows = [row for _, row in self._rows if start <= row.server_time < end]
        rows.sort(key=_place, reverse=newest_first)
        if after is not None:
            rows = [row for row in rows if (_place(row) < after) is newest_first]
            rows = [row for row in rows if _place(row) != after]
        return rows[:limit]

    async def find(
        self, *, command_id: str | None = None, position: int | None = None
    ) -> Sequence[LogRow]:
        """Return the rows of one command, or the row at one position."""
        if (command_id is None) == (position is None):
            raise ValueError("find by command_id or by position, exactly one of them")
        if command_id is not None:
            return [row for _, row in self._rows if row.command_id == command_id]
        return [row for _, row in self._rows if row.position == position]

    async def heads(self, kind: str, after: str, limit: int) -> Sequence[StreamHead]:
        """Return the heads of all streams ``kind:…`` in order of their names, paged."""
        names = [name for name in self._heads if name.startswith(f"{kind}:") and name > after]
        return [self._heads[name] for name in sorted(names)[:limit]]

    async def wait_for_rows(self, timeout_s: float) -> None:
        """Wait until something is appended, at most ``timeout_s`` seconds.

        Counted from the last ``read`` of the same task, so nothing falls between the two.
        """
        await self._bell.wait(timeout_s)

    async def seal(self, *, key: bytes, time: datetime) -> Seal | None:
        """Chain the rows behind the last seal into a new one; None when there are none."""
        before = self._seals[-1] if self._seals else None
        covered = self._behind(before.last if before else BEGINNING)
        if not covered:
            return None
        previous_hash = before.hash if before else FIRST_PREVIOUS_HASH
        hash_ = seal_hash(previous_hash, (row.hash for _, row in covered))
        seal = Seal(
            number=len(self._seals) + 1,
            previous_hash=previous_hash,
            first=covered[0][0],
            last=covered[-1][0],
            row_count=len(covered),
            hash=hash_,
            mac=seal_mac(key, hash_),
            sealed_time=time,
        )
        self._seals.append(seal)
        return seal

    async def rows_by_stream(self, stream: str, version: int, limit: int) -> Sequence[LogRow]:
        """Return rows of all streams behind (stream, version), stream by stream."""
        rows = [row for _, row in self._rows if (row.stream, row.version) > (stream, version)]
        return sorted(rows, key=lambda row: (row.stream, row.version))[:limit]

    async def all_heads(self, after: str, limit: int) -> Sequence[StreamHead]:
        """Return heads of all streams behind a name, in byte order of their names."""
        return [self._heads[name] for name in sorted(self._heads) if name > after][:limit]

    async def seals(self, after: int, limit: int) -> Sequence[Seal]:
        """Return the seals behind a number, in order."""
        return self._seals[after:][:limit]

    async def row_hashes(
        self, after: Cursor, last: Cursor, limit: int
    ) -> Sequence[tuple[Cursor, bytes]]:
        """Return the hashes of the rows behind ``after`` up to ``last``, in follower order."""
        found = [(cursor, row.hash) for cursor, row in self._behind(after) if cursor <= last]
        return found[:limit]

    async def count_behind(self, cursor: Cursor) -> int:
        """Return how many rows lie behind a cursor."""
        return len(self._behind(cursor))

    def _behind(self, after: Cursor) -> list[tuple[Cursor, LogRow]]:
        return [(cursor, row) for cursor, row in self._rows if cursor > after]

    def _version(self, stream: str) -> int:
        return self._heads[stream].version if stream in self._heads else 0

    def _check(self, chunk: Chunk) -> None:
        """Hold the rows against their streams, and the heads against the rows."""
        ends: dict[str, tuple[int, bytes]] = {}
        for row in chunk.rows:
            stored = self._heads.get(row.stream)
            start = (stored.version, stored.hash) if stored else (0, row.previous_hash)
            version, hash_ = ends.get(row.stream, start)
            if row.stream not in chunk.expected or (row.version, row.previous_hash) != (
                version + 1,
                hash_,
            ):
                raise BrokenChunkError(f"the chunk does not continue the log: {row.stream}")
            ends[row.stream] = (row.version, row.hash)
        if ends != {head.stream: (head.version, head.hash) for head in chunk.heads}:
            raise BrokenChunkError("the heads are not the last rows of their streams")


class InMemoryTagValues:
    """The store of tag values as one dictionary per tag."""

    def __init__(self) -> None:
        self._values: dict[str, dict[tuple[datetime, int], TagValue]] = {}
        self._order: dict[str, list[tuple[datetime, int]]] = {}

    async def write(self, values: Sequence[TagValue]) -> None:
        """Store the values; the same (tag, source time, sequence) again is not a second row."""
        for value in values:
            self._order.pop(value.tag, None)
            of_tag = self._values.setdefault(value.tag, {})
            of_tag.setdefault((value.source_time, value.sequence), value)

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
        """Return the values with start <= source time < end, in order, paged by ``after``."""
        of_tag, keys = self._values.get(tag, {}), self._in_order(tag)
        first, last = bisect_left(keys, (start,)), bisect_left(keys, (end,))
        if after is not None and newest_first:
            last = min(last, bisect_left(keys, after))
        elif after is not None:
            first = max(first, bisect_right(keys, after))
        found = keys[max(first, last - limit) : last] if newest_first else keys[first:last][:limit]
        return [of_tag[key] for key in (reversed(found) if newest_first else found)]

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
        """Return what ``read`` returns, as columns."""
        found = await self.read(
            tag, start, end, limit=limit, after=after, newest_first=newest_first
        )
        return TagColumns.of(found)

    def _in_order(self, tag: str) -> list[tuple[datetime, int]]:
        """Return the keys of a tag, sorted once after each change."""
        of_tag = self._values.get(tag, {})
        keys = self._order.get(tag)
        if keys is None or len(keys) != len(of_tag):
            keys = self._order[tag] = sorted(of_tag)
        return keys


@dataclass(frozen=True, slots=True)
class _Delivery:
    attempts: int = 0
    delivered: bool = False
    next_attempt_time: datetime | None = None


class InMemoryOutbox:
    """The outbox as lists; ``clock`` says which failed messages may be tried again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._messages: dict[str, OutgoingMessage] = {}
        self._cursors: dict[str, Cursor] = {}
        self._deliveries: dict[tuple[str, str], _Delivery] = {}

    async def put(self, follower: str, cursor: Cursor, messages: Sequence[OutgoingMessage]) -> None:
        """Store messages and the follower's cursor; a message id that is stored stays."""
        if cursor < self._cursors.get(follower, BEGINNING):
            raise FollowerOvertakenError(f"the follower {follower} is behind {cursor} already")
        self._cursors[follower] = cursor
        for message in messages:
            self._messages.setdefault(message.message_id, message)

    async def cursor(self, follower: str) -> Cursor:
        """Return where the follower stands; the beginning when it never ran."""
        return self._cursors.get(follower, BEGINNING)

    async def undelivered(self, transport: str, limit: int) -> Sequence[OutgoingMessage]:
        """Return the oldest messages that this transport has not delivered and may try now."""
        found = [m for m in self._messages.values() if self._may_try(transport, m.message_id)]
        return found[:limit]

    async def delivered(self, transport: str, message_id: str, time: datetime) -> None:  # noqa: ARG002 -- memory keeps no record of when
        """Record that the transport handed the message over."""
        before = self._deliveries.get((transport, message_id), _Delivery())
        self._deliveries[transport, message_id] = replace(before, delivered=True)

    async def failed(self, transport: str, message_id: str, time: datetime, reason: str) -> None:  # noqa: ARG002 -- as above
        """Record a failed attempt; the next one waits 2, 4, 8 … seconds, at most five minutes."""
        before = self._deliveries.get((transport, message_id), _Delivery())
        attempts = before.attempts + 1
        pause = min(timedelta(seconds=2.0 ** min(attempts, 20)), _LONGEST_PAUSE)
        self._deliveries[transport, message_id] = replace(
            before, attempts=attempts, next_attempt_time=time + pause
        )

    async def messages(
        self, channel: str, after: str | None, limit: int
    ) -> Sequence[OutgoingMessage]:
        """Return the messages of a channel in order, after a message id."""
        ids = list(self._messages)
        start = ids.index(after) + 1 if after in self._messages else 0
        found = [self._messages[name] for name in ids[start:]]
        return [message for message in found if message.channel == channel][:limit]

    def _may_try(self, transport: str, message_id: str) -> bool:
        delivery = self._deliveries.get((transport, message_id), _Delivery())
        if delivery.delivered:
            return False
        return delivery.next_attempt_time is None or delivery.next_attempt_time <= self._clock()
