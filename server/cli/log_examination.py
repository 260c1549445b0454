"""Read the whole execution log again and find what does not fit: chains, seals, projections.

The seals are computed here from their documented formula and not by the code that writes them, so
that a fault of the writer can't hide itself.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from models.execution import chain, codec
from models.execution.event_types import read_event
from models.execution.evolve import HistoryError, evolve
from models.execution.log_row import Cursor, LogRow, StreamHead
from models.execution.older_text import is_part_of
from models.execution.records import Record
from server.cli.signature_examination import SignatureExamination

PAGE: Final = 2000
_SEAL_WORD: Final = b"interlock-seal-1"
_FIRST_SEAL: Final = bytes(32)
_BREAKS_KEPT: Final = 50


class Seal(Protocol):
    """A seal as the log keeps it: of which rows, up to which, and of the seal before."""

    @property
    def number(self) -> int:
        """Seals count 1, 2, 3 and so on."""
        ...

    @property
    def previous_hash(self) -> bytes:
        """The hash of the seal before."""
        ...

    @property
    def last(self) -> Cursor:
        """The last row that it covers."""
        ...

    @property
    def row_count(self) -> int:
        """How many rows it covers."""
        ...

    @property
    def hash(self) -> bytes:
        """The hash of the seal before and of all rows."""
        ...

    @property
    def mac(self) -> bytes:
        """What only this installation can write about the hash."""
        ...


class WholeLog(Protocol):
    """The execution log in the orders in which it can be read from end to end."""

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        """Return the projections of streams."""
        ...

    async def rows_by_stream(self, stream: str, version: int, limit: int) -> Sequence[LogRow]:
        """Return rows of all streams behind (stream, version), stream by stream."""
        ...

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        """Return the rows of one stream in order."""
        ...

    async def all_heads(self, after: str, limit: int) -> Sequence[StreamHead]:
        """Return the projections of all streams behind a name."""
        ...

    async def seals(self, after: int, limit: int) -> Sequence[Seal]:
        """Return the seals behind a number."""
        ...

    async def row_hashes(
        self, after: Cursor, last: Cursor, limit: int
    ) -> Sequence[tuple[Cursor, bytes]]:
        """Return the hashes of rows in follower order."""
        ...

    async def count_behind(self, cursor: Cursor) -> int:
        """Return how many rows lie behind a cursor."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where the log does not fit itself; ``position`` is None where no row is left."""

    where: str
    reason: str
    position: int | None = None


@dataclass(slots=True)
class LogReport:
    """What was read, and every stream or seal that is broken."""

    rows: int = 0
    streams: int = 0
    seals: int = 0
    unsealed: int = 0
    signatures: int = 0
    """Electronic signatures that are bound to what was signed (21 CFR 11.70)."""

    unbound_signatures: int = 0
    """Signatures of release 0.1.0, bound by the seal of their row alone."""

    breaks: list[Break] = field(default_factory=list)

    def broken(self, where: str, reason: str, position: int | None = None) -> None:
        """Remember a break, as long as there are not too many."""
        if len(self.breaks) < _BREAKS_KEPT:
            self.breaks.append(Break(where=where, reason=reason, position=position))

    @property
    def in_order(self) -> tuple[Break, ...]:
        """Return the breaks, the first broken row first."""
        return tuple(sorted(self.breaks, key=lambda one: (one.position is None, one.position or 0)))


@dataclass(slots=True)
class _Stream:
    """A stream as far as it has been read."""

    name: str
    version: int = 0
    hash: bytes = chain.GENESIS
    record: Record | None = None
    broken: bool = False


async def examine_log(log: WholeLog, key: bytes) -> LogReport:
    """Read everything once and return what was found; the server may go on meanwhile."""
    report = LogReport()
    examination = _Examination(log, key, report)
    await examination.streams()
    await examination.seals()
    return report


class _Examination:
    def __init__(self, log: WholeLog, key: bytes, report: LogReport) -> None:
        self._log = log
        self._key = key
        self._report = report
        self._signatures = SignatureExamination(log, report)

    async def streams(self) -> None:
        """Follow every stream from its first row to its projection."""
        heads = _Heads(self._log)
        stream: _Stream | None = None
        async for row in self._rows():
            if stream is None or row.stream != stream.name:
                if stream is not None:
                    await self._end(stream, heads)
                stream = _Stream(row.stream)
                self._report.streams += 1
            self._follow(stream, row)
        if stream is not None:
            await self._end(stream, heads)
        for head in await heads.left():
            await self._without_rows(head)

    async def _rows(self) -> AsyncIterator[LogRow]:
        stream, version = "", 0
        while rows := await self._log.rows_by_stream(stream, version, PAGE):
            for row in rows:
                yield row
            stream, version = rows[-1].stream, rows[-1].version

    def _follow(self, stream: _Stream, row: LogRow) -> None:
        """Check a row against those before it; of a broken stream only the first break counts."""
        self._report.rows += 1
        self._signatures.take(row)
        if stream.broken:
            return
        reason = self._flaw(stream, row)
        if reason:
            stream.broken = True
            self._report.broken(f"{row.stream} version {row.version}", reason, row.position)

    def _flaw(self, stream: _Stream, row: LogRow) -> str:
        if row.version != stream.version + 1:
            return f"it follows version {stream.version}: what was between is gone"
        if row.previous_hash != stream.hash:
            return "it does not continue the row before it"
        if chain.row_hash(stream.hash, row) != row.hash:
            return "its content was changed after it was written"
        if not hmac.compare_digest(chain.row_mac(self._key, row.hash), row.mac):
            return "it was not written by this Interlock: its seal is wrong"
        try:
            event = read_event(row.type, row.type_version, row.payload)
            stream.record = evolve(stream.record, event, row.server_time)
        except (HistoryError, codec.CodecError) as error:
            return f"it can't follow what was before: {error}"
        stream.version, stream.hash = row.version, row.hash
        return ""

    async def _end(self, stream: _Stream, heads: "_Heads") -> None:
        """Find the projection of a stream that ends here, and those that belong to no stream."""
        await self._signatures.settle()
        head, orphans = await heads.up_to(stream.name)
        for orphan in orphans:
            await self._without_rows(orphan)
        if not stream.broken:
            await self._compare(stream, head)

    async def _compare(self, stream: _Stream, head: StreamHead | None) -> None:
        """Compare a stream with its projection; look again, for the server may have gone on.

        The projection is read first and its rows after it, up to its version and no further, so
        that a server at work never looks like a broken record.
        """
        if not self._mismatch(stream, head):
            return
        head = (await self._log.load([stream.name])).get(stream.name)
        while head is not None and stream.version < head.version:
            missing = min(PAGE, head.version - stream.version)
            rows = await self._log.read_stream(stream.name, stream.version, missing)
            for row in rows:
                self._follow(stream, row)
            if not rows:
                break
        reason = self._mismatch(stream, head)
        if reason and not stream.broken:
            self._report.broken(f"projection of {stream.name}", reason)

    def _mismatch(self, stream: _Stream, head: StreamHead | None) -> str:
        if head is None:
            return "it is gone"
        if (head.version, head.hash) != (stream.version, stream.hash):
            return f"it stands at version {head.version}, the rows end at {stream.version}"
        if not hmac.compare_digest(chain.head_mac(self._key, head), head.mac):
            return "it was not written by this Interlock: its seal is wrong"
        made = codec.dumps(stream.record)
        if head.state != made and not is_part_of(head.state, made):
            return "it is not what its rows make"
        return ""

    async def _without_rows(self, head: StreamHead) -> None:
        rows = await self._log.rows_by_stream(head.stream, 0, 1)
        if not rows or rows[0].stream != head.stream:
            self._report.broken(f"projection of {head.stream}", "all of its rows are gone")

    async def seals(self) -> None:
        """Compute every seal again from the rows that it covers."""
        last, hash_ = Cursor(0, 0), _FIRST_SEAL
        number = 0
        while seals := await self._log.seals(number, PAGE):
            for seal in seals:
                reason = await self._wrong(seal, number, hash_, last)
                if reason:
                    position = seal.last.position
                    self._report.broken(f"seal {seal.number}", reason, position)
                number, hash_, last = seal.number, seal.hash, seal.last
                self._report.seals += 1
        self._report.unsealed = await self._log.count_behind(last)

    async def _wrong(self, seal: Seal, number: int, previous: bytes, after: Cursor) -> str:
        if seal.number != number + 1 or seal.previous_hash != previous:
            return "it does not continue the seal before it"
        digest = hashlib.sha256(_SEAL_WORD + previous)
        count = 0
        while hashes := await self._log.row_hashes(after, seal.last, PAGE):
            for _, row_hash in hashes:
                digest.update(row_hash)
            count += len(hashes)
            after = hashes[-1][0]
        if count != seal.row_count:
            return f"it covers {seal.row_count} rows, but {count} are there"
        if digest.digest() != seal.hash:
            return f"the rows that it covers, up to position {seal.last.position}, were changed"
        mac = hmac.digest(self._key, _SEAL_WORD + seal.hash, "sha256")
        if not hmac.compare_digest(mac, seal.mac):
            return "it was not written by this Interlock"
        return ""


class _Heads:
    """The projections in the byte order of their names, one page at a time."""

    def __init__(self, log: WholeLog) -> None:
        self._log = log
        self._page: list[StreamHead] = []
        self._after = ""
        self._ended = False

    async def up_to(self, name: str) -> tuple[StreamHead | None, list[StreamHead]]:
        """Return the projection of a stream, and those before it that belong to no stream."""
        orphans: list[StreamHead] = []
        while head := await self._next():
            if head.stream == name:
                return head, orphans
            if head.stream.encode() > name.encode():
                self._page.insert(0, head)
                return None, orphans
            orphans.append(head)
        return None, orphans

    async def left(self) -> list[StreamHead]:
        """Return all that have not been asked for."""
        found = []
        while head := await self._next():
            found.append(head)
        return found

    async def _next(self) -> StreamHead | None:
        if not self._page and not self._ended:
            self._page = list(await self._log.all_heads(self._after, PAGE))
            self._ended = not self._page
            if self._page:
                self._after = self._page[-1].stream
        return self._page.pop(0) if self._page else None
