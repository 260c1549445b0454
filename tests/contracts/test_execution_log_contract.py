"""What every execution log promises; one suite for memory and for PostgreSQL or TimescaleDB."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import psycopg
import pytest

from historian.execution_log import PostgresqlExecutionLog
from historian.in_memory import BrokenChunkError, InMemoryExecutionLog
from historian.seal import seal_hash, seal_mac
from models.execution.log_row import Appended, Conflict, Cursor, Repeated
from server.command_path.ports import ExecutionLog
from tests.contracts.chunks import KEY, TIME, Writer

Log = InMemoryExecutionLog | PostgresqlExecutionLog

BEGINNING = Cursor(0, 0)


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.integration)])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield InMemoryExecutionLog()
        return
    store = await PostgresqlExecutionLog.open(
        request.getfixturevalue("application_dsn"), allow_unsafe=True
    )
    yield store
    await store.close()


@pytest.fixture
def writer() -> Writer:
    return Writer()


def test_the_stores_fit_the_port(log: Log) -> None:
    port: ExecutionLog = log
    assert port is log


async def test_what_was_appended_comes_back_unchanged(log: Log, writer: Writer) -> None:
    payload = '{"b" : 1.50,\n "a":"µ \\u0000 \U0001f512", "b":2}'  # not what a parser would print
    chunk = writer.chunk("job_order:1", "material_lot:1", "job_order:1", payload=payload)
    answer = await log.append(chunk)
    assert isinstance(answer, Appended)
    stored = [
        replace(row, position=position)
        for row, position in zip(chunk.rows, answer.positions, strict=True)
    ]
    assert [row for _, row in await log.read(BEGINNING, 10)] == stored
    assert await log.read_stream("job_order:1", 0, 10) == [stored[0], stored[2]]
    assert await log.read_stream("job_order:1", 1, 10) == [stored[2]]
    assert await log.find(command_id="command-1") == stored
    assert await log.find(position=answer.positions[1]) == [stored[1]]
    assert dict(await log.load(["job_order:1", "material_lot:1", "person:1"])) == {
        head.stream: head for head in chunk.heads
    }
    assert dict(await log.outcomes(["command-1", "command-2"])) == {"command-1": chunk.outcomes[0]}


async def test_positions_rise_in_the_order_of_the_rows(log: Log, writer: Writer) -> None:
    chunk = writer.chunk(*(f"material_lot:{number % 7}" for number in range(60)))
    answer = await log.append(chunk)
    assert isinstance(answer, Appended)
    assert all(first < second for first, second in pairwise(answer.positions))
    assert [row.stream for _, row in await log.read(BEGINNING, 100)] == [
        row.stream for row in chunk.rows
    ]


@pytest.mark.parametrize(
    ("also_read", "conflict"),
    [
        ({}, ()),
        ({"person:1": 1}, ()),
        ({"person:9": 0}, ()),
        ({"person:1": 0}, ("person:1",)),
        ({"person:1": 2}, ("person:1",)),
        ({"person:9": 1}, ("person:9",)),
        ({"person:9": 1, "person:1": 0}, ("person:1", "person:9")),
    ],
)
async def test_everything_that_was_read_must_be_as_it_was(
    log: Log, writer: Writer, also_read: dict[str, int], conflict: tuple[str, ...]
) -> None:
    await log.append(writer.chunk("person:1"))
    answer = await log.append(writer.chunk("job_order:1", also_read=also_read))
    if conflict:
        assert answer == Conflict(conflict)
        assert await log.load(["job_order:1"]) == {}
        assert await log.outcomes(["command-2"]) == {}
    else:
        assert isinstance(answer, Appended)


async def test_a_lost_race_writes_nothing(log: Log, writer: Writer) -> None:
    await log.append(writer.chunk("job_order:1"))
    await log.append(writer.chunk("job_order:1"))
    late = Writer()
    late.chunk("job_order:1")
    chunk = late.chunk("job_order:1", "material_lot:1", command_id="late")
    assert await log.append(chunk) == Conflict(("job_order:1",))
    assert len(await log.read(BEGINNING, 10)) == 2


async def test_of_many_writers_at_once_one_wins(log: Log) -> None:
    chunks = [
        Writer().chunk("job_order:1", f"station:{number}", command_id=f"c-{number}")
        for number in range(8)
    ]
    answers = await asyncio.gather(*(log.append(chunk) for chunk in chunks))
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert answers.count(Conflict(("job_order:1",))) == 7
    assert len(await log.read(BEGINNING, 100)) == 2


async def test_a_known_command_is_repeated_whatever_else_moved(log: Log, writer: Writer) -> None:
    await log.append(writer.chunk("job_order:1", command_id="c-1"))
    assert await log.append(writer.chunk("job_order:1", command_id="c-1")) == Repeated(("c-1",))
    moved = Writer().chunk("job_order:1", command_id="c-1")
    assert await log.append(moved) == Repeated(("c-1",))


async def test_a_command_sent_many_times_at_once_is_done_once(log: Log) -> None:
    chunks = [Writer().chunk(f"job_order:{number}", command_id="c-1") for number in range(8)]
    answers = await asyncio.gather(*(log.append(chunk) for chunk in chunks))
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert answers.count(Repeated(("c-1",))) == 7


async def test_a_chunk_that_does_not_fit_itself_is_not_taken(log: Log, writer: Writer) -> None:
    await log.append(writer.chunk("job_order:1"))
    good = writer.chunk("job_order:1", "job_order:1")
    first, second = good.rows
    for broken in (
        replace(good, rows=(second,)),
        replace(good, rows=(replace(first, previous_hash=bytes(32)), second)),
        replace(good, rows=(first, replace(second, previous_hash=bytes(32)))),
        replace(good, heads=()),
        replace(good, heads=(replace(good.heads[0], version=2),)),
        replace(good, heads=(replace(good.heads[0], hash=bytes(32)),)),
        replace(good, rows=()),
        replace(good, expected={}),
    ):
        with pytest.raises((BrokenChunkError, psycopg.errors.IntegrityError)):
            await log.append(broken)
    assert isinstance(await log.append(good), Appended)


async def test_an_answer_alone_can_be_stored(log: Log, writer: Writer) -> None:
    refused = replace(writer.chunk("job_order:1"), rows=(), heads=())
    assert await log.append(refused) == Appended(())
    assert set(await log.outcomes(["command-1"])) == {"command-1"}


async def test_followers_read_page_by_page_without_gap_or_repeat(log: Log, writer: Writer) -> None:
    for number in range(7):
        await log.append(writer.chunk(f"material_lot:{number}", "job_order:1"))
    seen, cursor = [], BEGINNING
    end = await log.end()
    while page := await log.read(cursor, 3):
        seen += [row for _, row in page]
        cursor = page[-1][0]
    assert [row.position for row in seen] == sorted(row.position or 0 for row in seen)
    assert len(seen) == len({row.position for row in seen}) == 14
    assert await log.count_behind(BEGINNING) == 14
    assert await log.count_behind(cursor) == 0
    assert cursor == end


async def test_an_empty_log_ends_where_it_begins(log: Log) -> None:
    assert await log.end() == BEGINNING


async def test_heads_of_a_kind_come_in_byte_order_page_by_page(log: Log, writer: Writer) -> None:
    names = ["lot:a", "lot:B", "lot:ä", "lot:1", "lot:1:2"]
    await log.append(writer.chunk(*names, "lots:1", "lo:1", "person:1"))
    seen: list[str] = []
    while page := await log.heads("lot", seen[-1] if seen else "", 2):
        seen += [head.stream for head in page]
    assert seen == ["lot:1", "lot:1:2", "lot:B", "lot:a", "lot:ä"]


async def test_all_rows_come_stream_by_stream(log: Log, writer: Writer) -> None:
    await log.append(writer.chunk("lot:b", "lot:a", "lot:b", "lot:A"))
    seen: list[tuple[str, int]] = [("", 0)]
    while page := await log.rows_by_stream(*seen[-1], 3):
        seen += [(row.stream, row.version) for row in page]
    assert seen[1:] == [("lot:A", 1), ("lot:a", 1), ("lot:b", 1), ("lot:b", 2)]
    assert [head.stream for head in await log.all_heads("lot:A", 10)] == ["lot:a", "lot:b"]


async def test_a_waiting_follower_is_woken(log: Log, writer: Writer) -> None:
    async def follow() -> int:
        cursor = BEGINNING
        while not (page := await log.read(cursor, 10)):
            await log.wait_for_rows(60)
        return len(page)

    async with asyncio.timeout(20):
        following = asyncio.create_task(follow())
        await asyncio.sleep(0)
        await log.append(writer.chunk("job_order:1"))
        assert await following == 1


async def test_what_happens_between_reading_and_waiting_is_not_missed(
    log: Log, writer: Writer
) -> None:
    await log.wait_for_rows(0.2)  # the store listens from now on
    async with asyncio.timeout(20):
        while await log.read(BEGINNING, 10) == []:
            await log.append(writer.chunk("job_order:1"))
            await log.wait_for_rows(60)


async def test_waiting_ends_in_time_when_nothing_happens(log: Log) -> None:
    await log.wait_for_rows(0.2)
    await log.read(BEGINNING, 1)
    async with asyncio.timeout(20):
        await log.wait_for_rows(0.05)


async def test_seals_cover_every_row_once_in_order(log: Log, writer: Writer) -> None:
    assert await log.seal(key=KEY, time=TIME) is None
    chunk = writer.chunk("job_order:1", "job_order:2")
    await log.append(chunk)
    first = await log.seal(key=KEY, time=TIME)
    assert await log.seal(key=KEY, time=TIME) is None
    later = writer.chunk("job_order:1")
    await log.append(later)
    second = await log.seal(key=KEY, time=TIME)
    assert first is not None
    assert second is not None
    assert (first.number, first.row_count) == (1, 2)
    assert first.hash == seal_hash(bytes(32), [row.hash for row in chunk.rows])
    assert (second.number, second.row_count, second.previous_hash) == (2, 1, first.hash)
    assert second.hash == seal_hash(first.hash, [row.hash for row in later.rows])
    assert second.mac == seal_mac(KEY, second.hash)
    assert await log.seals(0, 10) == [first, second]
    assert await log.seals(1, 10) == [second]
    hashes = await log.row_hashes(first.last, second.last, 10)
    assert [hash_ for _, hash_ in hashes] == [row.hash for row in later.rows]
    assert await log.count_behind(second.last) == 0


async def test_a_row_is_found_by_one_of_two_things(log: Log) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        await log.find()
    assert await log.find(command_id="unknown") == []
    assert await log.find(position=1) == []
