"""Whatever is changed behind our back is found: one row for each way to forge the log."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from models.execution import chain, codec, events
from models.execution.event_types import EVENT_VERSIONS
from models.execution.evolve import evolve
from models.execution.log_row import Cursor, LogRow, StreamHead
from models.execution.records import Record
from server.cli.log_examination import LogReport, examine_log

KEY = b"k" * 32
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class StoredSeal:
    number: int
    previous_hash: bytes
    last: Cursor
    row_count: int
    hash: bytes
    mac: bytes


@dataclass
class Stored:
    """A log in memory that lets everybody change it."""

    rows: list[LogRow] = field(default_factory=list)
    heads: dict[str, StreamHead] = field(default_factory=dict)
    kept_seals: list[StoredSeal] = field(default_factory=list)

    def append(self, stream: str, event: events.Event) -> None:
        before = [row for row in self.rows if row.stream == stream]
        previous = before[-1].hash if before else chain.GENESIS
        row = sealed(
            LogRow(
                stream=stream,
                version=len(before) + 1,
                type=type(event).__name__,
                type_version=EVENT_VERSIONS[type(event).__name__],
                payload=codec.dumps(event),
                command_id=f"c-{len(self.rows)}",
                person=None,
                account="hmi-disp",
                station="DISP-01",
                face="opcua",
                source="manual",
                source_time=NOON,
                server_time=NOON,
                rule_version="1",
                previous_hash=previous,
                hash=b"",
                mac=b"",
                position=len(self.rows) + 1,
            )
        )
        self.rows.append(row)
        self.project(stream)

    def project(self, stream: str) -> None:
        record: Record | None = None
        rows = [row for row in self.rows if row.stream == stream]
        for row in rows:
            event = codec.loads(getattr(events, row.type), row.payload)
            record = evolve(record, event, row.server_time)
        bare = StreamHead(
            stream=stream,
            version=len(rows),
            hash=rows[-1].hash,
            state=codec.dumps(record),
            mac=b"",
        )
        self.heads[stream] = replace(bare, mac=chain.head_mac(KEY, bare))

    def seal(self) -> None:
        previous = self.kept_seals[-1].hash if self.kept_seals else bytes(32)
        covered = sum(one.row_count for one in self.kept_seals)
        rows = self.rows[covered:]
        text = b"interlock-seal-1" + previous + b"".join(row.hash for row in rows)
        hash_ = hashlib.sha256(text).digest()
        self.kept_seals.append(
            StoredSeal(
                number=len(self.kept_seals) + 1,
                previous_hash=previous,
                last=Cursor(1, rows[-1].position or 0),
                row_count=len(rows),
                hash=hash_,
                mac=hmac.digest(KEY, b"interlock-seal-1" + hash_, "sha256"),
            )
        )

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        return {name: self.heads[name] for name in streams if name in self.heads}

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        mine = [r for r in self.rows if r.stream == stream and r.version > after_version]
        return mine[:limit]

    async def rows_by_stream(self, stream: str, version: int, limit: int) -> Sequence[LogRow]:
        rows = sorted(self.rows, key=lambda row: (row.stream, row.version))
        return [row for row in rows if (row.stream, row.version) > (stream, version)][:limit]

    async def all_heads(self, after: str, limit: int) -> Sequence[StreamHead]:
        return [self.heads[name] for name in sorted(self.heads) if name > after][:limit]

    async def seals(self, after: int, limit: int) -> Sequence[StoredSeal]:
        return [one for one in self.kept_seals if one.number > after][:limit]

    async def row_hashes(
        self, after: Cursor, last: Cursor, limit: int
    ) -> Sequence[tuple[Cursor, bytes]]:
        found = [(Cursor(1, row.position or 0), row.hash) for row in self.rows]
        return [one for one in found if after < one[0] <= last][:limit]

    async def count_behind(self, cursor: Cursor) -> int:
        return sum(1 for row in self.rows if Cursor(1, row.position or 0) > cursor)


def sealed(row: LogRow) -> LogRow:
    hash_ = chain.row_hash(row.previous_hash, row)
    return replace(row, hash=hash_, mac=chain.row_mac(KEY, hash_))


def opened(job_order_id: str) -> events.Event:
    return events.StationSessionOpened(
        station="DISP-01", person_id="op-01", account="op-01", job_order_id=job_order_id
    )


@pytest.fixture
def log() -> Stored:
    stored = Stored()
    for number in range(6):
        stored.append(f"station:S-{number % 2}", opened(f"JO-{number}"))
    stored.seal()
    stored.append("station:S-0", opened("JO-6"))
    return stored


async def told(log: Stored) -> LogReport:
    return await examine_log(log, KEY)


async def test_an_unbroken_log_is_found_unbroken(log: Stored) -> None:
    report = await told(log)
    assert not report.breaks
    assert (report.rows, report.streams, report.seals, report.unsealed) == (7, 2, 1, 1)


async def test_an_empty_log_is_unbroken() -> None:
    report = await told(Stored())
    assert (report.rows, report.breaks) == (0, [])


def changed_payload(log: Stored) -> None:
    log.rows[2] = replace(log.rows[2], payload=log.rows[2].payload.replace("JO-2", "JO-9"))


def changed_time(log: Stored) -> None:
    log.rows[2] = replace(log.rows[2], server_time=datetime(2026, 6, 1, 11, tzinfo=UTC))


def changed_with_a_new_hash(log: Stored) -> None:
    changed_payload(log)
    row = log.rows[2]
    log.rows[2] = replace(row, hash=chain.row_hash(row.previous_hash, row))


def forged_at_the_end(log: Stored) -> None:
    log.append("station:S-0", opened("JO-FORGED"))
    log.rows[-1] = replace(log.rows[-1], mac=bytes(32))


def removed_from_the_middle(log: Stored) -> None:
    del log.rows[2]


def removed_from_the_end_of_a_sealed_stream(log: Stored) -> None:
    del log.rows[5]
    log.project("station:S-1")


def removed_stream(log: Stored) -> None:
    log.rows = [row for row in log.rows if row.stream != "station:S-1"]


def removed_projection(log: Stored) -> None:
    del log.heads["station:S-1"]


def changed_projection(log: Stored) -> None:
    head = log.heads["station:S-1"]
    log.heads["station:S-1"] = replace(head, state=head.state.replace("op-01", "op-02"))


def projection_of_other_rows(log: Stored) -> None:
    head = log.heads["station:S-1"]
    bare = replace(head, state=head.state.replace("op-01", "op-02"))
    log.heads["station:S-1"] = replace(bare, mac=chain.head_mac(KEY, bare))


def changed_seal(log: Stored) -> None:
    log.kept_seals[0] = replace(log.kept_seals[0], hash=bytes(32))


def forged_seal(log: Stored) -> None:
    log.kept_seals[0] = replace(log.kept_seals[0], mac=bytes(32))


@pytest.mark.parametrize(
    ("forge", "where", "reason"),
    [
        (changed_payload, "station:S-0 version 2", "content was changed"),
        (changed_time, "station:S-0 version 2", "content was changed"),
        (changed_with_a_new_hash, "station:S-0 version 2", "not written by this Interlock"),
        (forged_at_the_end, "station:S-0 version 5", "not written by this Interlock"),
        (removed_from_the_middle, "station:S-0 version 3", "what was between is gone"),
        (removed_from_the_end_of_a_sealed_stream, "seal 1", "6 rows, but 5 are there"),
        (removed_stream, "projection of station:S-1", "all of its rows are gone"),
        (removed_projection, "projection of station:S-1", "it is gone"),
        (changed_projection, "projection of station:S-1", "not written by this Interlock"),
        (projection_of_other_rows, "projection of station:S-1", "not what its rows make"),
        (changed_seal, "seal 1", "were changed"),
        (forged_seal, "seal 1", "not written by this Interlock"),
    ],
)
async def test_every_forgery_is_found(
    log: Stored, forge: Callable[[Stored], None], where: str, reason: str
) -> None:
    forge(log)
    report = await told(log)
    assert any(one.where == where and reason in one.reason for one in report.breaks), report.breaks


async def test_the_first_broken_row_is_told_first(log: Stored) -> None:
    for index in (4, 1):
        log.rows[index] = replace(log.rows[index], payload="{}")
    assert [one.position for one in (await told(log)).in_order][:2] == [2, 5]


async def test_rows_that_come_while_we_look_break_nothing(log: Stored) -> None:
    late = Late(log.rows, log.heads, log.kept_seals)
    report = await told(late)
    assert not report.breaks, report.breaks


class Late(Stored):
    """A server that appends a row after the rows of a stream were read."""

    went_on = False

    @override
    async def all_heads(self, after: str, limit: int) -> Sequence[StreamHead]:
        if not self.went_on:
            self.went_on = True
            self.append("station:S-0", opened("JO-LATE"))
        return await Stored.all_heads(self, after, limit)


class Busy(Late):
    """A server that appends once more between the projection and its rows."""

    @override
    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        found = await Stored.load(self, streams)
        self.append("station:S-0", opened("JO-LATER"))
        return found


async def test_rows_that_come_between_a_projection_and_its_rows_break_nothing(
    log: Stored,
) -> None:
    report = await told(Busy(log.rows, log.heads, log.kept_seals))
    assert not report.breaks, report.breaks
