"""Followers never miss a row that commits late, and a restored log goes on."""

import asyncio

import psycopg
import pytest
from psycopg import AsyncConnection

from historian.connections import connect
from historian.execution_log import PostgresqlExecutionLog
from historian.named_sql import queries
from historian.records import append_arguments
from models.execution.log_row import Appended, Chunk, Cursor
from tests.contracts.chunks import KEY, TIME, Writer

pytestmark = pytest.mark.integration

BEGINNING = Cursor(0, 0)


async def append_and_stay_open(connection: AsyncConnection, chunk: Chunk) -> None:
    await connection.set_autocommit(False)
    await connection.execute(queries("execution_log")["append"], append_arguments(chunk))


async def test_a_row_that_commits_late_is_not_missed(
    execution_log: PostgresqlExecutionLog, application_dsn: str
) -> None:
    writer = Writer()
    slow = await connect(application_dsn)
    await append_and_stay_open(slow, writer.chunk("station:slow"))
    answer = await execution_log.append(writer.chunk("station:fast"))
    assert isinstance(answer, Appended)

    assert await execution_log.find(position=answer.positions[0]), "committed and durable"
    assert await execution_log.read(BEGINNING, 10) == [], "but a lower row may still come"
    assert await execution_log.seal(key=KEY, time=TIME) is None

    await slow.commit()
    rows = await execution_log.read(BEGINNING, 10)
    assert [row.stream for _, row in rows] == ["station:slow", "station:fast"]
    await slow.close()


async def test_a_follower_that_reads_meanwhile_sees_every_row_once(
    execution_log: PostgresqlExecutionLog,
) -> None:
    writers = [Writer() for _ in range(6)]

    async def write(number: int) -> None:
        for turn in range(15):
            chunk = writers[number].chunk(f"station:{number}", command_id=f"{number}-{turn}")
            assert isinstance(await execution_log.append(chunk), Appended)

    async def follow() -> list[int]:
        seen: list[int] = []
        cursor = BEGINNING
        while len(seen) < 90:
            page = await execution_log.read(cursor, 7)
            seen += [row.position or 0 for _, row in page]
            cursor = page[-1][0] if page else cursor
            if not page:
                await execution_log.wait_for_rows(0.5)
        return seen

    async with asyncio.timeout(60):
        following = asyncio.create_task(follow())
        await asyncio.gather(*(write(number) for number in range(6)))
        seen = await following
    assert len(seen) == len(set(seen)) == 90


async def test_seals_are_written_while_rows_keep_coming(
    execution_log: PostgresqlExecutionLog,
) -> None:
    writer = Writer()

    async def write() -> None:
        for _ in range(100):
            await execution_log.append(writer.chunk("station:1"))

    writing = asyncio.create_task(write())
    sealed = 0
    while sealed < 100:
        seal = await execution_log.seal(key=KEY, time=TIME)
        sealed += seal.row_count if seal else 0
        if writing.done() and seal is None:
            break
    await writing
    assert sealed == 100
    seals = await execution_log.seals(0, 1000)
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))


async def test_of_two_who_seal_at_once_one_stands(
    execution_log: PostgresqlExecutionLog,
) -> None:
    await execution_log.append(Writer().chunk("station:1"))
    done = await asyncio.gather(*(execution_log.seal(key=KEY, time=TIME) for _ in range(5)))
    assert sum(seal is not None for seal in done) == 1
    assert len(await execution_log.seals(0, 10)) == 1


async def test_a_log_restored_into_a_younger_cluster_goes_on(
    execution_log: PostgresqlExecutionLog, owner_dsn: str
) -> None:
    """Transaction numbers begin again at the bottom there; the offset puts them on top."""
    writer = Writer()
    await execution_log.append(writer.chunk("station:1"))
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("ALTER TABLE interlock.log_row DISABLE TRIGGER append_only")
        connection.execute("UPDATE interlock.log_row SET transaction = transaction + 1000000")
        connection.execute("ALTER TABLE interlock.log_row ENABLE ALWAYS TRIGGER append_only")
    assert await execution_log.read(BEGINNING, 10) == []

    for expected in (True, False):
        with psycopg.connect(owner_dsn) as connection:
            answer = connection.execute("SELECT interlock.continue_restored_log()")
            assert answer.fetchone() == (expected,)
    await execution_log.append(writer.chunk("station:1"))
    assert [row.version for _, row in await execution_log.read(BEGINNING, 10)] == [1, 2]


async def test_one_append_is_one_statement(
    execution_log: PostgresqlExecutionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    execute = AsyncConnection.execute

    async def counted(self: AsyncConnection, query: bytes, *args: object, **kw: bool) -> object:
        sent.append(query)
        return await execute(self, query, *args, **kw)  # type: ignore[call-overload]

    writer = Writer()
    await execution_log.append(writer.chunk("station:1"))
    monkeypatch.setattr(AsyncConnection, "execute", counted)
    await execution_log.append(writer.chunk("station:1", "station:2"))
    assert len(sent) == 1


async def test_a_lost_connection_costs_one_call(
    execution_log: PostgresqlExecutionLog, owner_dsn: str
) -> None:
    writer = Writer()
    await execution_log.append(writer.chunk("station:1"))
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'interlock' AND datname = current_database()"
        )
    with pytest.raises(ConnectionError):
        await execution_log.load(["station:1"])
    assert set(await execution_log.load(["station:1"])) == {"station:1"}
