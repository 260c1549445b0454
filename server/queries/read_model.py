"""The read model: the present records, followed from the log, for all faces."""

import asyncio
import hmac
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from models.execution import chain, codec, streams
from models.execution.event_types import read_event
from models.execution.events import CommandRefused, Event
from models.execution.evolve import evolve
from models.execution.log_row import Cursor, LogRow
from models.execution.records import Record
from models.execution.snapshot import Snapshot
from server.command_path.ports import ExecutionLog

_PAGE: Final = 500
_POLL_S: Final = 1.0
_MAX_UNREAD: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the log, what it says, and what it made of its stream."""

    cursor: Cursor
    row: LogRow
    event: Event
    record: Record

    @property
    def stream(self) -> str:
        """The stream that it changed."""
        return self.row.stream


@dataclass(frozen=True, slots=True)
class LastRefusal:
    """The last refusal at a station, and when it was."""

    event: CommandRefused
    time: datetime


@dataclass(eq=False, slots=True)
class _Follower:
    """One reader of changes: what it has not read yet, bounded."""

    at_most: int
    unread: deque[Change] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    lost: bool = False


class FollowerTooSlowError(Exception):
    """A reader of changes fell too far behind; it has to read the records anew."""


class ReadModel:
    """Keeps every current record in memory and follows the log.

    ``open`` reads all projections; ``run`` follows until cancelled. Reading never waits.
    """

    def __init__(self, log: ExecutionLog, key: bytes) -> None:
        self._log = log
        self._key = key
        self._kinds: dict[str, dict[str, Record]] = {kind: {} for kind in streams.RECORD_KINDS}
        self._records: dict[str, Record | None] = {}
        self._versions: dict[str, int] = {}
        self._last_refusals: dict[str, LastRefusal] = {}
        self._followers: set[_Follower] = set()
        self.cursor = Cursor(0, 0)

    async def open(self) -> None:
        """Read what there is: the end of the log first, so that nothing falls in between."""
        self.cursor = await self._log.end()
        for kind in streams.RECORD_KINDS:
            after = ""
            while heads := await self._log.heads(kind, after, _PAGE):
                for head in heads:
                    sealed = hmac.compare_digest(chain.head_mac(self._key, head), head.mac)
                    if sealed:  # a forged record is not shown; verify-log names it
                        record = codec.loads(streams.record_kind(head.stream), head.state)
                        self._keep(head.stream, head.version, record)
                after = heads[-1].stream

    def _keep(self, stream: str, version: int, record: Record) -> None:
        kind, _, name = stream.partition(":")
        self._kinds[kind][name] = record
        self._records[stream] = record
        self._versions[stream] = version

    def record(self, stream: str) -> Record | None:
        """Return the present record of the stream."""
        return self._records.get(stream)

    def view(self, time: datetime) -> Snapshot:
        """Return all records behind the typed look-ups of a snapshot; it moves with the log."""
        return Snapshot(time=time, states=self._records, live={})

    def records(self, kind: str) -> Mapping[str, Record]:
        """Return all present records of a kind, by their ids."""
        return self._kinds[kind]

    @property
    def readers(self) -> int:
        """How many readers of changes there are."""
        return len(self._followers)

    def last_refusal(self, station: str) -> LastRefusal | None:
        """Return the last refusal at the station since this process follows the log."""
        return self._last_refusals.get(station)

    def version(self, stream: str) -> int:
        """Return the version of the stream that is shown."""
        return self._versions.get(stream, 0)

    async def changes(self, at_most: int = _MAX_UNREAD) -> AsyncGenerator[Change, None]:
        """Yield every change from now on; raises FollowerTooSlowError when it falls behind.

        ``at_most`` are the changes that may wait to be read.
        """
        follower = _Follower(at_most)
        self._followers.add(follower)
        try:
            while True:
                while follower.unread:
                    yield follower.unread.popleft()
                if follower.lost:
                    msg = f"more than {at_most} changes were not read"
                    raise FollowerTooSlowError(msg)
                follower.news.clear()
                await follower.news.wait()
        finally:
            self._followers.discard(follower)

    async def run(self) -> None:
        """Follow the log until cancelled."""
        while True:
            rows = await self._log.read(self.cursor, _PAGE)
            for cursor, row in rows:
                self._follow(cursor, row)
            if not rows:
                await self._log.wait_for_rows(_POLL_S)

    def _follow(self, cursor: Cursor, row: LogRow) -> None:
        self.cursor = cursor
        event = read_event(row.type, row.type_version, row.payload)
        if isinstance(event, CommandRefused) and row.station is not None:
            self._last_refusals[row.station] = LastRefusal(event, row.server_time)
        if row.version > self._versions.get(row.stream, 0):
            record = evolve(self.record(row.stream), event, row.server_time)
            self._keep(row.stream, row.version, record)
        shown = self.record(row.stream)
        assert shown is not None, "a followed row always leaves a record"
        change = Change(cursor=cursor, row=row, event=event, record=shown)
        for follower in self._followers:
            if len(follower.unread) < follower.at_most:
                follower.unread.append(change)
            else:
                follower.lost = True
            follower.news.set()
