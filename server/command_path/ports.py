"""What the command path needs from the outside, as protocols; ``bootstrap`` plugs things in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from models.attachment import StoredFile
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

Clock = Callable[[], datetime]
"""Gives the present time, UTC and aware."""

IdSource = Callable[[], str]
"""Gives an identifier that was never given before."""


class ExecutionLog(Protocol):
    """The append-only execution log with the projections written in the same transaction.

    Everything raises ConnectionError while the log can't be reached.
    """

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        """Return the heads of the streams that exist, in one round trip."""
        ...

    async def append(self, chunk: Chunk) -> Appended | Conflict | Repeated:
        """Append all of the chunk or nothing, in one round trip; durable when it returns."""
        ...

    async def outcomes(self, command_ids: Collection[str]) -> Mapping[str, StoredOutcome]:
        """Return what these commands were answered, as far as they are known."""
        ...

    async def read(self, after: Cursor, limit: int) -> Sequence[tuple[Cursor, LogRow]]:
        """Return committed rows in follower order; never misses a row that commits late."""
        ...

    async def end(self) -> Cursor:
        """Return the cursor of the last settled row; the beginning of an empty log."""
        ...

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        """Return the rows of one stream in order."""
        ...

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
        ...

    async def find(
        self, *, command_id: str | None = None, position: int | None = None
    ) -> Sequence[LogRow]:
        """Return the rows of one command, or the row at one position."""
        ...

    async def heads(self, kind: str, after: str, limit: int) -> Sequence[StreamHead]:
        """Return the heads of all streams ``kind:…`` in order of their names, paged."""
        ...

    async def wait_for_rows(self, timeout_s: float) -> None:
        """Wait until something was appended, at most ``timeout_s`` seconds."""
        ...


class TagValues(Protocol):
    """The store of tag values: many, and thinned by policy."""

    async def write(self, values: Sequence[TagValue]) -> None:
        """Store the values; the same (tag, source time, sequence) again is not a second row."""
        ...

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
        ...

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
        """Return what ``read`` returns, as columns: for tens of thousands of values at once."""
        ...


class Outbox(Protocol):
    """Documents for other systems: written by a follower of the log, delivered at least once."""

    async def put(self, follower: str, cursor: Cursor, messages: Sequence[OutgoingMessage]) -> None:
        """Store messages and the follower's cursor in one transaction."""
        ...

    async def cursor(self, follower: str) -> Cursor:
        """Return where the follower stands; the beginning when it never ran."""
        ...

    async def undelivered(self, transport: str, limit: int) -> Sequence[OutgoingMessage]:
        """Return the oldest messages that this transport has not delivered and may try now."""
        ...

    async def delivered(self, transport: str, message_id: str, time: datetime) -> None:
        """Record that the transport handed the message over."""
        ...

    async def failed(self, transport: str, message_id: str, time: datetime, reason: str) -> None:
        """Record a failed attempt; the next one waits longer."""
        ...

    async def messages(
        self, channel: str, after: str | None, limit: int
    ) -> Sequence[OutgoingMessage]:
        """Return the messages of a channel in order, after a message id."""
        ...


class Attachments(Protocol):
    """Files that belong to evidence, each under the SHA-256 of its content.

    A file is stored first and named by ``AttachFile`` afterwards. Everything raises
    ConnectionError while the store can't be reached.
    """

    async def store(self, content: bytes, media_type: str) -> str:
        """Store the file and return its SHA-256; AttachmentError when it is none we store."""
        ...

    async def open(self, sha256: str) -> StoredFile | None:
        """Return the file, or None; AttachmentAlteredError when it is not what was stored."""
        ...


class LiveTagValues(Protocol):
    """The latest reading of every tag that an adapter delivers."""

    def latest(self, tag: str) -> TagValue | None:
        """Return the latest reading, or None when none ever arrived."""
        ...
