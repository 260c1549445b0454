"""What the execution log stores: rows, stream heads, and the chunk that one commit appends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One event of the execution log as stored.

    ``payload`` is canonical JSON text and is kept byte for byte, because ``hash`` is computed
    over it. ``version`` counts 1, 2, 3 … inside the stream; ``position`` is given by the log.
    Times are UTC with microseconds: ``source_time`` when it happened, ``server_time`` when it
    was decided. ``source`` is the provenance of the fact: scan, device, system or manual.
    """

    stream: str
    version: int
    type: str
    type_version: int
    payload: str
    command_id: str
    person: str | None
    account: str
    station: str | None
    face: str
    source: str
    source_time: datetime
    server_time: datetime
    rule_version: str
    previous_hash: bytes
    hash: bytes
    mac: bytes
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHead:
    """The projection of one stream: its latest version, hash and state (canonical JSON text)."""

    stream: str
    version: int
    hash: bytes
    state: str
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOutcome:
    """What a command was answered, kept so that a repeated command id gets the same answer."""

    command_id: str
    fingerprint: bytes
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A document on its way to another system."""

    message_id: str
    channel: str
    kind: str
    body: str
    created_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What one group commit appends: all of it or nothing.

    ``expected`` names the version of every stream that was read or is written; 0 means that
    the stream must not exist yet.
    """

    rows: tuple[LogRow, ...]
    heads: tuple[StreamHead, ...]
    outcomes: tuple[StoredOutcome, ...]
    expected: Mapping[str, int]


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the log in the order of followers: transaction first, then position."""

    transaction: int
    position: int


@dataclass(frozen=True, slots=True)
class Appended:
    """The chunk is durable; one position per row, in the order of the rows."""

    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was written: these streams are no longer at the expected version."""

    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Nothing was written: these command ids already have an outcome."""

    command_ids: tuple[str, ...]
