"""Tampering with the database: what PostgreSQL refuses, and what Interlock does not believe."""

from dataclasses import replace

import psycopg
import pytest

from models.execution import codec
from models.execution import commands as c
from models.execution.log_row import Chunk
from models.execution.outcome import Accepted, Fault, Invalid, Outcome
from tests import world as w
from tests.doors.forgery import forged
from tests.fix_command_path import OwnDatabase, Rig, dispensing

pytestmark = pytest.mark.integration

QUARANTINED = "material_lot:AA-2603"
SCAN = c.ScanMaterial(station="DISP-01", code="AA-2603-C1")


async def scanned(rig: Rig) -> Outcome:
    """Scan the quarantined lot as a process would that has just started."""
    rig.path.records.known.clear()
    return await rig.do(SCAN)


def not_believed(outcome: Outcome, stream: str = QUARANTINED) -> None:
    assert isinstance(outcome, Fault)
    assert not outcome.retry
    assert stream in outcome.reason
    assert "interlock verify-log" in outcome.reason


async def test_the_owner_changes_a_projection(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await dispensing(rig)
        database.ask(
            "UPDATE interlock.stream_head"
            " SET state = replace(state::text, '\"Restricted\"', '\"UnRestricted\"')::json"
            " WHERE stream = %s",
            QUARANTINED,
        )
        not_believed(await scanned(rig))
        checked = await rig.path.check(SCAN, w.terminal("DISP-01"))
        not_believed(checked)
    assert database.count("MaterialIdentified") == 0


async def test_the_owner_puts_another_streams_projection_in_its_place(
    database: OwnDatabase,
) -> None:
    async with database.rig() as rig:
        await dispensing(rig)
        database.ask(
            "UPDATE interlock.stream_head AS h SET state = good.state, hash = good.hash,"
            " mac = good.mac, version = good.version FROM interlock.stream_head AS good"
            " WHERE h.stream = %s AND good.stream = 'material_lot:AA-2601'",
            QUARANTINED,
        )
        not_believed(await scanned(rig))


async def test_what_was_not_touched_goes_on(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await dispensing(rig)
        database.ask(
            "UPDATE interlock.stream_head SET mac = sha256('x') WHERE stream = 'person:op-04'"
        )
        rig.path.records.known.clear()
        assert isinstance(
            await rig.do(c.ScanMaterial(station="DISP-01", code="AA-2601-C1")), Accepted
        )


WRITES = (
    "UPDATE interlock.log_row SET payload = '{}' WHERE position = 1",
    "DELETE FROM interlock.log_row WHERE position = 1",
    "TRUNCATE interlock.log_row",
    "UPDATE interlock.outcome SET outcome = '{}'",
    "DELETE FROM interlock.outcome",
    "TRUNCATE interlock.outcome",
)


@pytest.mark.parametrize("statement", WRITES)
async def test_not_even_the_owner_edits_the_record(database: OwnDatabase, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        database.ask(statement)


APPLICATION_WRITES = (
    *WRITES,
    "UPDATE interlock.stream_head SET version = 1",
    "DELETE FROM interlock.stream_head",
    "INSERT INTO interlock.stream_head SELECT * FROM interlock.stream_head LIMIT 1",
    "INSERT INTO interlock.outcome VALUES ('x', '', '{}')",
    "DROP TABLE interlock.log_row",
    "ALTER TABLE interlock.log_row DISABLE TRIGGER ALL",
    "CREATE TABLE interlock.mine (x int)",
    "SET ROLE pg_write_all_data",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION interlock.refuse_change() RETURNS trigger LANGUAGE sql AS ''",
    "SELECT interlock.continue_restored_log()",
    "COPY interlock.log_row TO '/tmp/nowhere'",
)


@pytest.mark.parametrize("statement", APPLICATION_WRITES)
async def test_the_applications_account_writes_no_table(
    database: OwnDatabase, statement: str
) -> None:
    with (
        psycopg.connect(database.dsn, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


async def test_a_row_that_the_applications_account_forges_is_not_believed(
    database: OwnDatabase,
) -> None:
    """The stolen database account can call append; the key that seals is not in the database."""
    async with database.rig() as rig, database.log() as thief:
        await dispensing(rig)
        (head,) = (await thief.load([QUARANTINED])).values()
        rows = await thief.read_stream(QUARANTINED, 0, 10)
        await thief.append(forged(rows, head, key=b"guessed" * 5))
        not_believed(await scanned(rig))
        not_believed(await rig.do(SCAN))
    assert database.count("MaterialIdentified") == 0


async def test_a_forged_row_does_not_slip_in_below_a_running_server(database: OwnDatabase) -> None:
    """The server knows the stream from before: it must notice that somebody has moved it."""
    async with database.rig() as rig, database.log() as thief:
        await dispensing(rig)
        await rig.do(SCAN)  # refused, and everything about the lot is known now
        (head,) = (await thief.load([QUARANTINED])).values()
        rows = await thief.read_stream(QUARANTINED, 0, 10)
        await thief.append(forged(rows, head, key=b"guessed" * 5))
        not_believed(await rig.do(SCAN))


async def test_a_row_that_does_not_continue_its_stream_is_not_taken(database: OwnDatabase) -> None:
    async with database.log() as thief:
        (head,) = (await thief.load([QUARANTINED])).values()
        rows = await thief.read_stream(QUARANTINED, 0, 10)
        chunk = forged(rows, head, key=b"guessed" * 5)
        gap = replace(chunk, rows=(replace(chunk.rows[0], version=head.version + 2),))
        fork = replace(chunk, rows=(replace(chunk.rows[0], previous_hash=bytes(32)),))
        for broken in (gap, fork, replace(chunk, rows=())):
            with pytest.raises(psycopg.errors.IntegrityError):
                await thief.append(broken)


async def test_the_owner_takes_a_release_back_and_the_next_write_fails(
    database: OwnDatabase,
) -> None:
    """A genuine older projection carries its seal, but no row can follow it a second time."""
    station = "station:DISP-01"
    async with database.rig() as rig:
        await dispensing(rig)
        old = database.ask("SELECT * FROM interlock.stream_head WHERE stream = %s", station)
        await rig.must(c.CloseStationSession(station="DISP-01"))
        database.ask(
            "UPDATE interlock.stream_head SET version = %s, hash = %s, state = %s::json, mac = %s"
            " WHERE stream = %s",
            *old[0][1:3],
            codec.json.dumps(old[0][3], ensure_ascii=False),
            old[0][4],
            station,
        )
        rig.path.records.known.clear()
        outcome = await rig.do(c.CloseStationSession(station="DISP-01"))
    assert isinstance(outcome, Fault)
    assert database.count("StationSessionClosed") == 1


async def test_an_answer_that_was_planted_beforehand_is_not_given(database: OwnDatabase) -> None:
    """Whoever guesses a command id can't have the caller told that it was accepted."""
    leave = c.CloseStationSession(station="DISP-01")
    async with database.rig() as rig, database.log() as thief:
        await dispensing(rig)
        await rig.do(leave, command_id="leave-1")
        known = (await thief.outcomes(["leave-1"]))["leave-1"]
        planted = replace(known, command_id="leave-2")
        await thief.append(Chunk(rows=(), heads=(), outcomes=(planted,), expected={}))
        outcome = await rig.do(leave, command_id="leave-2")
    assert isinstance(outcome, Invalid)
    assert database.count("StationSessionClosed") == 1
