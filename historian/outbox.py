"""The outbox in PostgreSQL: documents stored with the cursor of the follower that wrote them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Self

from historian.binary_array import texts, times
from historian.connections import Connections, Record
from historian.named_sql import queries
from models.execution.log_row import Cursor, OutgoingMessage

_SQL: Final = queries("outbox")
BEGINNING: Final = Cursor(0, 0)
"""Where a follower stands that never ran."""


class FollowerOvertakenError(Exception):
    """Another process follows the log under the same name and was faster; nothing was stored."""


class PostgresqlOutbox:
    """The outbox; build it with ``open``, end it with ``close``.

    ``clock`` gives the present time (UTC), to know which failed messages may be tried again.
    """

    def __init__(self, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock
        self._cursors: dict[str, Cursor] = {}

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        clock: Callable[[], datetime],
        connection_limit: int = 2,
        allow_unsafe: bool = False,
    ) -> Self:
        """Connect and check that commits are durable; UnsafeDatabaseError when they are not."""
        connections = await Connections.open(dsn, connection_limit, allow_unsafe=allow_unsafe)
        return cls(connections, clock)

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    async def put(self, follower: str, cursor: Cursor, messages: Sequence[OutgoingMessage]) -> None:
        """Store messages and the follower's cursor in one transaction.

        A message id that is stored already stays as it is. Raises FollowerOvertakenError when
        the follower no longer stands where it stood after our last ``cursor`` or ``put``.
        """
        before = self._cursors.get(follower) or await self.cursor(follower)
        if cursor < before:
            raise FollowerOvertakenError(f"the follower {follower} is behind {cursor} already")
        ((stored,),) = await self._fetch(
            "put",
            follower,
            before.transaction,
            before.position,
            cursor.transaction,
            cursor.position,
            texts([message.message_id for message in messages]),
            texts([message.channel for message in messages]),
            texts([message.kind for message in messages]),
            texts([message.body for message in messages]),
            times([message.created_time for message in messages]),
        )
        if not stored:
            self._cursors.pop(follower, None)
            raise FollowerOvertakenError(
                f"the follower {follower} no longer stands at {before}: another process follows "
                "under its name. Read the cursor again and go on from there"
            )
        self._cursors[follower] = cursor

    async def cursor(self, follower: str) -> Cursor:
        """Return where the follower stands; the beginning when it never ran."""
        found = await self._fetch("cursor", follower)
        self._cursors[follower] = Cursor(*found[0]) if found else BEGINNING
        return self._cursors[follower]

    async def undelivered(self, transport: str, limit: int) -> Sequence[OutgoingMessage]:
        """Return the oldest messages that this transport has not delivered and may try now."""
        found = await self._fetch("undelivered", transport, self._clock(), limit)
        return [_message(record) for record in found]

    async def delivered(self, transport: str, message_id: str, time: datetime) -> None:
        """Record that the transport handed the message over."""
        await self._fetch("delivered", transport, message_id, time)

    async def failed(self, transport: str, message_id: str, time: datetime, reason: str) -> None:
        """Record a failed attempt; the next one waits 2, 4, 8 … seconds, at most five minutes."""
        await self._fetch("failed", transport, message_id, time, reason)

    async def messages(
        self, channel: str, after: str | None, limit: int
    ) -> Sequence[OutgoingMessage]:
        """Return the messages of a channel in order, after a message id."""
        found = await self._fetch("messages", channel, after, limit)
        return [_message(record) for record in found]

    async def _fetch(self, name: str, *arguments: object) -> list[Record]:
        return await self._connections.fetch(_SQL[name], arguments)


def _message(record: Record) -> OutgoingMessage:
    message_id, channel, kind, body, created_time = record
    return OutgoingMessage(
        message_id=message_id, channel=channel, kind=kind, body=body, created_time=created_time
    )
