"""The execution log in PostgreSQL: one call per chunk, followers that never miss a row."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Self

import psycopg

from historian.binary_array import BinaryArray, texts
from historian.connections import Connections, Record
from historian.named_sql import queries
from historian.records import append_arguments, log_row, seal, stream_head
from historian.seal import Seal, seal_mac
from historian.wake_up import WakeUp
from models.execution.log_row import (
    Appended,
    Chunk,
    Conflict,
    Cursor,
    LogRow,
    Repeated,
    StoredOutcome,
    StreamHead,
)

_SQL: Final = queries("execution_log")
_APPEND_PAUSES_S: Final = (0.01, 0.02, 0.04)
_SEAL_ROWS: Final = 100_000
_BEFORE_ALL: Final = (datetime.min.replace(tzinfo=UTC), 0)
_AFTER_ALL: Final = (datetime.max.replace(tzinfo=UTC), 0)
# Sorts behind every "kind:…" and before whatever follows: the byte after the colon.
_END_OF_KIND: Final = ";"


class PostgresqlExecutionLog:
    """The append-only log; build it with ``open``, end it with ``close``.

    The DSN is that of the application's account, which can write nothing but through the
    functions of the schema.
    """

    def __init__(self, connections: Connections, wake_up: WakeUp) -> None:
        self._connections = connections
        self._wake_up = wake_up

    @classmethod
    async def open(cls, dsn: str, *, connection_limit: int = 6, allow_unsafe: bool = False) -> Self:
        """Connect and check that commits are durable; UnsafeDatabaseError when they are not."""
        connections = await Connections.open(dsn, connection_limit, allow_unsafe=allow_unsafe)
        return cls(connections, WakeUp(dsn, "interlock_log"))

    async def close(self) -> None:
        """Close all connections."""
        await self._wake_up.close()
        await self._connections.close()

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        """Return the heads of the streams that exist, in one round trip."""
        found = await self._fetch("load", texts(tuple(streams)))
        return {record[0]: stream_head(record) for record in found}

    async def append(self, chunk: Chunk) -> Appended | Conflict | Repeated:
        """Append all of the chunk or nothing, in one round trip; durable when it returns.

        A deadlock or a serialization failure is tried again here, a few times. Raises
        psycopg.errors.IntegrityError when the rows do not continue their streams.
        """
        ((verdict, positions, names),) = await self._append_patiently(append_arguments(chunk))
        match verdict:
            case "appended":
                return Appended(tuple(positions))
            case "conflict":
                return Conflict(tuple(names))
            case _:
                return Repeated(tuple(names))

    async def outcomes(self, command_ids: Collection[str]) -> Mapping[str, StoredOutcome]:
        """Return what these commands were answered, as far as they are known."""
        found = await self._fetch("outcomes", texts(tuple(command_ids)))
        return {
            command_id: StoredOutcome(
                command_id=command_id, fingerprint=fingerprint, outcome=outcome
            )
            for command_id, fingerprint, outcome in found
        }

    async def read(self, after: Cursor, limit: int) -> Sequence[tuple[Cursor, LogRow]]:
        """Return committed rows in follower order; never misses a row that commits late.

        A writing transaction that stays open, anywhere on the server, holds the rows behind it
        back until it ends.
        """
        self._wake_up.look()
        found = await self._fetch("read", after.transaction, after.position, limit)
        return [(Cursor(record[0], record[18]), log_row(record)) for record in found]

    async def end(self) -> Cursor:
        """Return the cursor of the last settled row; the beginning of an empty log."""
        found = await self._fetch("end")
        return Cursor(*found[0]) if found else Cursor(0, 0)

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        """Return the rows of one stream in order."""
        found = await self._fetch("read_stream", stream, after_version, limit)
        return [log_row(record) for record in found]

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
        time, position = after or (_AFTER_ALL if newest_first else _BEFORE_ALL)
        name = "newest_first" if newest_first else "oldest_first"
        found = await self._fetch(name, start, end, time, position, limit)
        return [log_row(record) for record in found]

    async def find(
        self, *, command_id: str | None = None, position: int | None = None
    ) -> Sequence[LogRow]:
        """Return the rows of one command, or the row at one position."""
        if (command_id is None) == (position is None):
            raise ValueError("find by command_id or by position, exactly one of them")
        if command_id is not None:
            found = await self._fetch("find_command", command_id)
        else:
            found = await self._fetch("find_position", position)
        return [log_row(record) for record in found]

    async def heads(self, kind: str, after: str, limit: int) -> Sequence[StreamHead]:
        """Return the heads of all streams ``kind:…`` in order of their names, paged.

        ``after`` is the name of the last stream of the page before, or empty.
        """
        first = max(after, f"{kind}:")
        found = await self._fetch("heads", first, kind + _END_OF_KIND, limit)
        return [stream_head(record) for record in found]

    async def wait_for_rows(self, timeout_s: float) -> None:
        """Wait until something was appended, at most ``timeout_s`` seconds.

        Counted from the last ``read`` of the same task, so nothing falls between the two.
        """
        await self._wake_up.wait(timeout_s)

    async def seal(self, *, key: bytes, time: datetime) -> Seal | None:
        """Chain the rows behind the last seal into a new one; None when there are none.

        At most 100,000 rows at once; call again until None. When another process seals at the
        same time, its seal stands and None is returned.
        """
        found = await self._fetch("next_seal", _SEAL_ROWS)
        if not found:
            return None
        ((number, hash_, row_count),) = found
        # By now more rows may be settled; exactly those that were hashed are sealed.
        mac = seal_mac(key, hash_)
        ((stored,),) = await self._fetch("append_seal", number, hash_, mac, row_count, time)
        if not stored:
            return None
        (record,) = await self._fetch("seal", number)
        return seal(record)

    # What verify needs beyond the port: everything in two orders, page by page.

    async def rows_by_stream(self, stream: str, version: int, limit: int) -> Sequence[LogRow]:
        """Return rows of all streams behind (stream, version), stream by stream."""
        found = await self._fetch("rows_by_stream", stream, version, limit)
        return [log_row(record) for record in found]

    async def all_heads(self, after: str, limit: int) -> Sequence[StreamHead]:
        """Return heads of all streams behind a name, in byte order of their names."""
        return [stream_head(record) for record in await self._fetch("all_heads", after, limit)]

    async def seals(self, after: int, limit: int) -> Sequence[Seal]:
        """Return the seals behind a number, in order."""
        return [seal(record) for record in await self._fetch("seals", after, limit)]

    async def row_hashes(
        self, after: Cursor, last: Cursor, limit: int
    ) -> Sequence[tuple[Cursor, bytes]]:
        """Return the hashes of the rows behind ``after`` up to ``last``, in follower order."""
        found = await self._fetch(
            "row_hashes", after.transaction, after.position, last.transaction, last.position, limit
        )
        return [(Cursor(transaction, position), hash_) for transaction, position, hash_ in found]

    async def count_behind(self, cursor: Cursor) -> int:
        """Return how many rows lie behind a cursor."""
        ((count,),) = await self._fetch("count_behind", cursor.transaction, cursor.position)
        return int(count)

    async def _append_patiently(self, arguments: Sequence[BinaryArray]) -> list[Record]:
        for pause_s in _APPEND_PAUSES_S:
            try:
                return await self._fetch("append", *arguments)
            except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                await asyncio.sleep(pause_s)
        return await self._fetch("append", *arguments)

    async def _fetch(self, name: str, *arguments: object) -> list[Record]:
        return await self._connections.fetch(_SQL[name], arguments)
