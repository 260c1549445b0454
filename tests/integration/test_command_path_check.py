"""A thousand random commands through the real path: checks agree, refusals replay, all rebuilds."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import psycopg
import pytest

from models.execution import codec
from models.execution import commands as c
from models.execution.log_row import Cursor, LogRow
from models.execution.outcome import Accepted, Denied, Outcome, Refused
from server.command_path.replay import replay
from tests import world as w
from tests.fix_command_path import OwnDatabase, hold_against_the_log, own_database
from tests.properties.test_random_walks import MAKERS

pytestmark = pytest.mark.integration

STEPS = 1000


@dataclass
class Walk:
    """What a random walk left behind."""

    database: OwnDatabase
    pairs: list[tuple[Outcome, Outcome]] = field(default_factory=list)
    written_by_checks: int = 0


FOOTPRINT = """
    SELECT (SELECT max(position) FROM interlock.log_row),
        (SELECT count(*) FROM interlock.outcome),
        (SELECT max(xmin::text::bigint) FROM interlock.stream_head)
"""
"""What any write would change: rows, answers, and who wrote the projections last."""


async def walk(into: Walk) -> None:
    chance = random.Random(20260601)  # noqa: S311 -- seeded, and not for secrets
    watch = await psycopg.AsyncConnection.connect(into.database.owner_dsn, autocommit=True)
    async with watch, into.database.rig() as rig:
        for _ in range(STEPS):
            rig.devices.scale(chance.choice((0.0, 1.0, 2.0)))
            command = chance.choice(MAKERS)(chance)
            station = getattr(command, "station", None)
            principal = w.terminal(station) if station else w.ERP
            if isinstance(command, c.DispositionException | c.ReleaseJobOrder):
                principal = w.terminal("DISP-01")
            if chance.random() < 0.05:
                principal = w.terminal("PACK-01")
            if chance.random() < 0.1:
                rig.path.records.known.clear()
            before = await (await watch.execute(FOOTPRINT)).fetchall()
            checked = await rig.path.check(command, principal)
            after = await (await watch.execute(FOOTPRINT)).fetchall()
            into.written_by_checks += before != after
            into.pairs.append((checked, await rig.path.submit(command, principal)))


@pytest.fixture(scope="module")
def walked(command_path_cluster: str) -> Iterator[Walk]:
    with own_database(command_path_cluster) as copy:
        made = Walk(copy)
        asyncio.run(walk(made))
        yield made


def test_the_walk_got_somewhere(walked: Walk) -> None:
    kinds = [type(happened) for _, happened in walked.pairs]
    assert kinds.count(Accepted) > 100
    assert kinds.count(Refused) > 200
    assert kinds.count(Denied) > 10
    assert kinds.count(Accepted) + kinds.count(Refused) + kinds.count(Denied) == STEPS


def test_check_never_writes(walked: Walk) -> None:
    assert walked.written_by_checks == 0


def test_check_says_what_the_real_call_says(walked: Walk) -> None:
    for checked, happened in walked.pairs:
        assert checked == replace(happened, decision_id=""), "check has no decision on record"


async def refusals(database: OwnDatabase) -> list[LogRow]:
    async with database.log() as log:
        rows = [row for _, row in await log.read(Cursor(0, 0), 100_000)]
    return [row for row in rows if row.type == "CommandRefused"]


async def test_recorded_refusals_are_decided_the_same_from_the_log_alone(walked: Walk) -> None:
    rows = (await refusals(walked.database))[-200:]
    async with walked.database.log() as log:
        replayed = [await replay(log, row) for row in rows]
    assert len(replayed) == 200
    assert all(item.agrees and item.same_rules for item in replayed)
    assert len({item.recorded for item in replayed}) > 20, "of many kinds"


async def test_a_changed_verdict_would_be_noticed(walked: Walk) -> None:
    """Replay is no rubber stamp: a record of another refusal does not agree."""
    rows = await refusals(walked.database)
    first, other = rows[0], next(row for row in rows if '"predecessor-open"' in row.payload)
    forged = replace(first, payload=other.payload.replace("predecessor-open", "step-not-ready"))
    async with walked.database.log() as log:
        assert not (await replay(log, replace(forged, server_time=other.server_time))).agrees


async def test_all_projections_rebuild_to_the_byte(walked: Walk) -> None:
    async with walked.database.log() as log:
        assert await hold_against_the_log(log) > 80


async def test_every_answer_is_kept_as_it_was_given(walked: Walk) -> None:
    stored = walked.database.ask(
        "SELECT outcome::text FROM interlock.outcome WHERE command_id LIKE 'id-%%'"
        " ORDER BY command_id"
    )
    assert [text for (text,) in stored] == [codec.dumps(outcome) for _, outcome in walked.pairs]
