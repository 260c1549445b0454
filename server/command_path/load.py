"""Load: bring in the records that decisions look at, and keep them as long as they are true."""

import hmac
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from typing_extensions import override

from models.execution import chain, codec, streams
from models.execution.commands import Command
from models.execution.log_row import StreamHead
from models.execution.needs import streams_for, tags_for
from models.execution.principal import Principal
from models.execution.records import Record
from models.execution.snapshot import Snapshot
from models.tag_value import TagValue
from server.command_path.ports import ExecutionLog, LiveTagValues

MAX_ROUNDS: Final = 8
"""How often references are followed (container, lot, material, its lots …) before giving up."""


class TamperedRecordError(Exception):
    """A record in the database was not written by Interlock; nothing is decided on it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The present state of a stream; version 0 when it does not exist."""

    version: int
    hash: bytes
    record: Record | None


ABSENT: Final = Known(0, chain.GENESIS, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A snapshot for one command, and where every stream in it stands."""

    snapshot: Snapshot
    known: Mapping[str, Known]


class _RecordsOf(Mapping[str, "Record | None"]):
    """Shows known streams as records, the newer states first, without copying them."""

    def __init__(self, newer: Mapping[str, Known], known: Mapping[str, Known]) -> None:
        self._newer = newer
        self._known = known

    @override
    def get(self, name: str, default: object = None) -> Record | None:
        """Return the record, or None; asked so often that an exception would be too slow."""
        found = self._newer.get(name) or self._known.get(name)
        return found.record if found else None

    @override
    def __getitem__(self, name: str) -> Record | None:
        return (self._newer.get(name) or self._known[name]).record

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._newer.keys() | self._known.keys())

    @override
    def __len__(self) -> int:
        return len(self._newer.keys() | self._known.keys())


class Records:
    """Records as last seen, bounded; the log refuses a chunk that was decided on stale ones."""

    def __init__(
        self, log: ExecutionLog, live: LiveTagValues, key: bytes, limit: int = 50_000
    ) -> None:
        self._log = log
        self._live = live
        self._key = key
        self._limit = limit
        self.known: OrderedDict[str, Known] = OrderedDict()

    async def load(
        self, command: Command, principal: Principal, time: datetime, newer: Mapping[str, Known]
    ) -> Loaded:
        """Return what the decision looks at, loading what is not yet known.

        ``newer`` are states that count more than what is known: those of a chunk in the making.
        """
        view = Snapshot(time=time, states=_RecordsOf(newer, self.known), live={})
        for _ in range(MAX_ROUNDS):
            needed = streams_for(command, principal, view)
            latest = ((name, newer.get(name) or self.known.get(name)) for name in needed)
            found = {name: known for name, known in latest if known is not None}
            missing = needed - found.keys()
            if not missing:
                return self._loaded(command, view, found)
            heads = await self._log.load(missing)
            for name in missing:
                read = self._believed(heads[name]) if name in heads else ABSENT
                if self.known.get(name, ABSENT).version <= read.version:
                    self.keep(name, read)  # else it was written while we were reading
        msg = f"{type(command).__name__} refers to more than {MAX_ROUNDS} levels of records"
        raise RuntimeError(msg)

    def _loaded(self, command: Command, view: Snapshot, found: Mapping[str, Known]) -> Loaded:
        readings = ((tag, self._live.latest(tag)) for tag in tags_for(command, view))
        live: dict[str, TagValue] = {tag: value for tag, value in readings if value is not None}
        states = {name: known.record for name, known in found.items()}
        snapshot = Snapshot(time=view.time, states=states, live=live, heads=found)
        return Loaded(snapshot=snapshot, known=found)

    def keep(self, name: str, known: Known) -> None:
        """Remember the state of a stream."""
        self.known[name] = known
        self.known.move_to_end(name)

    def trim(self) -> None:
        """Forget what was unused longest, beyond the limit; only between chunks."""
        while len(self.known) > self._limit:
            self.known.popitem(last=False)

    def forget(self, names: Iterable[str]) -> None:
        """Forget streams that somebody else has written to."""
        for name in names:
            self.known.pop(name, None)

    def noticed(self, name: str, version: int) -> None:
        """Forget the stream if a newer version of it was seen in the log."""
        known = self.known.get(name)
        if known is not None and known.version < version:
            self.known.pop(name)

    def _believed(self, head: StreamHead) -> Known:
        """Return the state of the stream, if the installation's own seal is on it."""
        if not hmac.compare_digest(chain.head_mac(self._key, head), head.mac):
            msg = (
                f"the record {head.stream} at version {head.version} does not carry this"
                " installation's seal; run 'interlock verify-log' to find what was changed"
            )
            raise TamperedRecordError(msg)
        record = codec.loads(streams.record_kind(head.stream), head.state)
        return Known(head.version, head.hash, record)
