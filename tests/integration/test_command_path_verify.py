"""What was done to the record behind Interlock's back, and whether its verification names it."""

import pytest

from models.execution import commands as c
from server.cli.log_examination import LogReport, examine_log
from tests import world as w
from tests.doors.forgery import forged
from tests.fix_command_path import KEY, OwnDatabase, dispensing
from tests.integration.test_command_path_tampering import QUARANTINED

pytestmark = pytest.mark.integration

ORDER = "job_order:JO-1"


async def worked(database: OwnDatabase) -> None:
    """Leave a record behind, all of it sealed."""
    async with database.rig() as rig:
        await dispensing(rig)
        while await rig.log.seal(key=KEY, time=w.NOON):
            pass


async def examined(database: OwnDatabase) -> LogReport:
    async with database.log() as log:
        return await examine_log(log, KEY)


def tamper(database: OwnDatabase, statement: str, *arguments: object) -> None:
    """Do as a superuser can: switch the triggers off, change something, switch them on."""
    for table in ("log_row", "outcome", "seal"):
        database.ask(f"ALTER TABLE interlock.{table} DISABLE TRIGGER ALL")
    database.ask(statement, *arguments)
    for table in ("log_row", "outcome", "seal"):
        database.ask(f"ALTER TABLE interlock.{table} ENABLE ALWAYS TRIGGER append_only")


def position(database: OwnDatabase, stream: str, version: int) -> int:
    query = "SELECT position FROM interlock.log_row WHERE stream = %s AND version = %s"
    return int(str(database.ask(query, stream, version)[0][0]))


async def test_nothing_was_done(database: OwnDatabase) -> None:
    await worked(database)
    report = await examined(database)
    assert report.in_order == ()
    assert report.rows > 60
    assert report.seals > 0


CHANGES = {
    "payload": "payload = replace(payload::text, 'JO-1', 'JO-2')::json",
    "person": "person = 'op-02'",
    "account": "account = 'hmi-pack'",
    "station": "station = 'PACK-01'",
    "face": "face = 'rest'",
    "source": "source = 'device'",
    "source time": "source_time = source_time + interval '1 microsecond'",
    "server time": "server_time = server_time - interval '1 hour'",
    "command id": "command_id = 'another'",
    "type": "type = 'StepClosed'",
    "rule version": "rule_version = '0'",
    "mac": "mac = sha256('x')",
    "hash": "hash = sha256('x')",
    "hash before": "previous_hash = sha256('x')",
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_changed_row_is_named(database: OwnDatabase, what: str) -> None:
    await worked(database)
    at = position(database, ORDER, 4)
    tamper(database, f"UPDATE interlock.log_row SET {CHANGES[what]} WHERE position = %s", at)  # noqa: S608
    report = await examined(database)
    assert report.in_order[0].position == at, report.in_order
    assert ORDER in report.in_order[0].where


async def test_the_first_of_several_is_named_first(database: OwnDatabase) -> None:
    await worked(database)
    first, second = position(database, "station:DISP-01", 1), position(database, ORDER, 5)
    tamper(
        database,
        "UPDATE interlock.log_row SET account = 'x' WHERE position = ANY (%s)",
        [second, first],
    )
    found = [item.position for item in (await examined(database)).in_order]
    assert found[0] == min(first, second)
    assert {first, second} <= set(found)


async def test_a_row_taken_out_of_the_middle_is_missed(database: OwnDatabase) -> None:
    await worked(database)
    tamper(database, "DELETE FROM interlock.log_row WHERE stream = %s AND version = 4", ORDER)
    report = await examined(database)
    assert report.in_order[0].position == position(database, ORDER, 5)


async def test_the_last_row_of_a_stream_is_missed(database: OwnDatabase) -> None:
    await worked(database)
    (last,) = database.ask("SELECT max(version) FROM interlock.log_row WHERE stream = %s", ORDER)
    tamper(
        database, "DELETE FROM interlock.log_row WHERE stream = %s AND version = %s", ORDER, *last
    )
    assert any(ORDER in item.where for item in (await examined(database)).in_order)


async def test_a_stream_that_vanished_altogether_is_missed(database: OwnDatabase) -> None:
    """No chain shows it, for nothing is left of it; the seals over all rows do."""
    await worked(database)
    tamper(
        database,
        "WITH gone AS (DELETE FROM interlock.stream_head WHERE stream = %s)"
        " DELETE FROM interlock.log_row WHERE stream = %s",
        ORDER,
        ORDER,
    )
    report = await examined(database)
    assert [item for item in report.in_order if "seal" in item.where]


async def test_a_projection_that_was_changed_is_named(database: OwnDatabase) -> None:
    await worked(database)
    database.ask(
        "UPDATE interlock.stream_head"
        " SET state = replace(state::text, '\"Restricted\"', '\"UnRestricted\"')::json"
        " WHERE stream = %s",
        QUARANTINED,
    )
    (broken,) = (await examined(database)).in_order
    assert QUARANTINED in broken.where


async def test_a_projection_that_was_set_back_is_named(database: OwnDatabase) -> None:
    """An older projection with its genuine seal: decisions would believe it, the log does not."""
    async with database.rig() as rig:
        await dispensing(rig)
        station = "station:DISP-01"
        old = database.ask(
            "SELECT version, hash, state::text, mac FROM interlock.stream_head WHERE stream = %s",
            station,
        )[0]
        await rig.must(c.CloseStationSession(station="DISP-01"))
    database.ask(
        "UPDATE interlock.stream_head SET version = %s, hash = %s, state = %s::json, mac = %s"
        " WHERE stream = %s",
        *old,
        station,
    )
    (broken,) = (await examined(database)).in_order
    assert station in broken.where


async def test_a_forged_row_is_named(database: OwnDatabase) -> None:
    await worked(database)
    async with database.log() as thief:
        (head,) = (await thief.load([QUARANTINED])).values()
        rows = await thief.read_stream(QUARANTINED, 0, 10)
        await thief.append(forged(rows, head, key=b"guessed" * 5))
    report = await examined(database)
    at = position(database, QUARANTINED, head.version + 1)
    assert report.in_order[0].position == at


async def test_a_changed_seal_is_named(database: OwnDatabase) -> None:
    await worked(database)
    tamper(database, "UPDATE interlock.seal SET hash = sha256('x')")
    report = await examined(database)
    assert any("seal" in item.where for item in report.in_order)


async def test_rows_behind_the_last_seal_are_counted(database: OwnDatabase) -> None:
    await worked(database)
    assert (await examined(database)).unsealed == 0
    async with database.rig(prefix="late") as rig:
        await rig.must(c.CloseStationSession(station="DISP-01"))
    report = await examined(database)
    assert (report.in_order, report.unsealed) == ((), 1)
