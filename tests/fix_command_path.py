"""Command paths on databases of their own, with the plant of the demo already on record."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import psycopg
import pytest
from psycopg import conninfo, sql

from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import migrate
from models.execution import codec, streams
from models.execution import commands as c
from models.execution.event_types import read_event
from models.execution.evolve import evolve
from models.execution.log_row import (
    LogRow,
)
from models.execution.outcome import Accepted, Outcome
from models.execution.principal import Principal
from models.execution.records import Record
from models.tag_value import Quality, TagValue
from server.command_path.load import Records
from server.command_path.path import CommandPath
from server.command_path.ports import ExecutionLog
from tests import world as w

KEY: Final = bytes(range(32))
"""The installation's key in these tests."""

_RUN: Final = f"command_path_{os.getpid()}"
_TEMPLATE: Final = f"{_RUN}_template"
_ROLE: Final = f"{_RUN}_application"
_PASSWORD: Final = "only-for-tests"
_NUMBERS: Final = itertools.count(1)


@dataclass
class Ticking:
    """A clock that moves a millisecond whenever it is asked."""

    time: datetime = w.NOON

    def __call__(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time


@dataclass
class Counting:
    """A source of ids that counts, so that a run can be repeated to the byte."""

    prefix: str = "id"
    number: int = 0

    def __call__(self) -> str:
        self.number += 1
        return f"{self.prefix}-{self.number:06}"


@dataclass
class Devices:
    """The latest readings, as the test lets devices show them."""

    clock: Ticking
    readings: dict[str, TagValue] = field(default_factory=dict)

    def latest(self, tag: str) -> TagValue | None:
        found = self.readings.get(tag)
        if found is None and tag.endswith(".tare"):  # a scale always says it
            return TagValue(tag, 0.0, Quality.GOOD, self.clock.time, self.clock.time)
        return found

    def show(self, tag: str, value: float | bool, quality: Quality = Quality.GOOD) -> None:  # noqa: FBT001
        at = self.clock.time
        self.readings[tag] = TagValue(tag, value, quality, at, at)

    def scale(self, weight: float, name: str = "FLOOR-SCALE-01") -> None:
        """Let a scale show a settled weight now."""
        self.show(f"{name}.net_weight", weight)
        self.show(f"{name}.stable", True)
        self.show(f"{name}.overload", False)


@dataclass
class Rig:
    """A running command path with everything that it was built from."""

    path: CommandPath
    log: PostgresqlExecutionLog
    clock: Ticking
    devices: Devices

    async def do(
        self,
        command: c.Command,
        principal: Principal | None = None,
        command_id: str | None = None,
    ) -> Outcome:
        """Submit as the terminal of the command's station, or else as the ERP."""
        return await self.path.submit(command, principal or default(command), command_id)

    async def must(self, command: c.Command, principal: Principal | None = None) -> Accepted:
        """Submit what has to be accepted."""
        outcome = await self.do(command, principal)
        assert isinstance(outcome, Accepted), outcome
        return outcome

    async def install(self) -> None:
        """Put the plant of the demo on record, its work masters reviewed and approved."""
        await self.must(c.DefineMasterData(items=w.PLANT.master_data), w.SYSTEM)
        for command, principal in w.approvals(w.PLANT.work_masters):
            await self.must(command, principal)


def default(command: c.Command) -> Principal:
    """Return the account that this command usually comes from."""
    station = getattr(command, "station", None)
    return w.terminal(station) if station else w.ERP


@asynccontextmanager
async def running(
    log: ExecutionLog, clock: Ticking | None = None, prefix: str = "id"
) -> AsyncIterator[Rig]:
    """Run a command path on the log until the context ends."""
    clock = clock or Ticking()
    devices = Devices(clock)
    records = Records(log, devices, KEY)
    path = CommandPath(log, records, KEY, clock, Counting(prefix))
    work = asyncio.create_task(path.run())
    try:
        yield Rig(path, log, clock, devices)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


@dataclass(frozen=True)
class OwnDatabase:
    """A database of one test. ``owner_dsn`` may do everything, ``dsn`` is the application's."""

    owner_dsn: str
    dsn: str

    @asynccontextmanager
    async def log(self) -> AsyncIterator[PostgresqlExecutionLog]:
        log = await PostgresqlExecutionLog.open(self.dsn, allow_unsafe=True)
        try:
            yield log
        finally:
            await log.close()

    @asynccontextmanager
    async def rig(self, clock: Ticking | None = None, prefix: str = "id") -> AsyncIterator[Rig]:
        """Run a command path of its own: two of them are as good as two processes."""
        async with self.log() as log, running(log, clock, prefix) as rig:
            yield rig

    def ask(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        """Run a statement with the owner's account, and return its rows."""
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            answer = connection.execute(query, arguments)
            return answer.fetchall() if answer.description else []

    def count(self, event_type: str) -> int:
        """Return how many events of a type are on record."""
        rows = self.ask("SELECT count(*) FROM interlock.log_row WHERE type = %s", event_type)
        return int(str(rows[0][0]))


@pytest.fixture(scope="session")
def command_path_cluster(database_server: str) -> Iterator[str]:
    """Yield the DSN of the server, with a migrated template on it that holds the plant."""
    with _database(database_server, _TEMPLATE) as template:
        asyncio.run(_install(template))
        _close(database_server, _TEMPLATE)
        yield database_server
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(_ROLE)))


def _close(owner_dsn: str, name: str) -> None:
    """Let nobody in any more, or it could not be copied: TimescaleDB's workers go everywhere."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        )
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )


@contextmanager
def _database(owner_dsn: str, name: str, template: str = "template1") -> Iterator[str]:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create)
    try:
        yield conninfo.make_conninfo(owner_dsn, dbname=name)
    finally:
        with psycopg.connect(owner_dsn, autocommit=True) as connection:
            connection.execute(drop)


async def _install(template: str) -> None:
    done = await migrate(template, application_role=_ROLE, application_password=_PASSWORD)
    async with OwnDatabase(template, done.application_dsn).rig(prefix="plant") as rig:
        await rig.install()


@contextmanager
def own_database(cluster: str) -> Iterator[OwnDatabase]:
    """Copy the template, and drop the copy afterwards."""
    with _database(cluster, f"{_RUN}_{next(_NUMBERS)}", _TEMPLATE) as owner_dsn:
        dsn = conninfo.make_conninfo(owner_dsn, user=_ROLE, password=_PASSWORD)
        yield OwnDatabase(owner_dsn, dsn)


@pytest.fixture
def database(command_path_cluster: str) -> Iterator[OwnDatabase]:
    """Yield a database of the test's own, in which the plant is on record."""
    with own_database(command_path_cluster) as copy:
        yield copy


@pytest.fixture(scope="module")
def shared_database(command_path_cluster: str) -> Iterator[OwnDatabase]:
    """Yield a database that the tests of one file share."""
    with own_database(command_path_cluster) as copy:
        yield copy


async def at_work(rig: Rig, job_order_id: str = "JO-1", station: str = "DISP-01") -> None:
    """Store a job order and take a station for it."""
    await rig.must(
        c.StoreJobOrder(
            job_order_id=job_order_id,
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        )
    )
    await rig.must(
        c.OpenStationSession(
            station=station, job_order_id=job_order_id, identity=w.identity("op-01")
        )
    )


async def clearing(rig: Rig, job_order_id: str = "JO-1", station: str = "DISP-01") -> None:
    """Bring a job order to where its first step could be completed."""
    await at_work(rig, job_order_id, station)
    await rig.must(c.StartStep(station=station, step_id="010"))
    await rig.must(cleared(station))


async def dispensing(rig: Rig, job_order_id: str = "JO-1", station: str = "DISP-01") -> None:
    """Bring a job order to where its material could be scanned."""
    await clearing(rig, job_order_id, station)
    await rig.must(c.CompleteStep(station=station))
    await rig.must(c.VerifyStep(station=station, step_id="010", identity=w.identity("op-02")))
    await rig.must(c.StartStep(station=station, step_id="020"))


def cleared(station: str = "DISP-01") -> c.RecordEvidence:
    """Return the evidence of the first step."""
    return c.RecordEvidence(
        station=station, evidence_id="booth-is-clear", value="true", source=w.Source.MANUAL
    )


async def hold_against_the_log(log: PostgresqlExecutionLog) -> int:
    """Rebuild every projection from the rows alone, compare byte for byte; return how many."""
    rebuilt: dict[str, Record] = {}
    last: dict[str, LogRow] = {}
    after, page = ("", 0), [None]
    while page:
        page = list(await log.rows_by_stream(*after, 1000))
        for row in page:
            event = read_event(row.type, row.type_version, row.payload)
            rebuilt[row.stream] = evolve(rebuilt.get(row.stream), event, row.server_time)
            last[row.stream] = row
        after = (page[-1].stream, page[-1].version) if page else after
    heads = {head.stream: head for head in await log.all_heads("", 100_000)}
    assert heads.keys() == rebuilt.keys()
    for name, head in heads.items():
        assert head.state == codec.dumps(rebuilt[name]), name
        assert (head.version, head.hash) == (last[name].version, last[name].hash), name
        assert codec.loads(streams.record_kind(name), head.state) == rebuilt[name], name
    return len(heads)
