"""Reading the log by the clock: the same in memory and in PostgreSQL, page by page, both ways."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest

from historian.execution_log import PostgresqlExecutionLog
from historian.in_memory import InMemoryExecutionLog
from models.execution.log_row import LogRow
from server.command_path.ports import ExecutionLog
from tests.contracts.chunks import TIME, Writer

LATER = TIME + timedelta(seconds=1)
END = TIME + timedelta(hours=1)


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.integration)])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[ExecutionLog]:
    if request.param == "memory":
        yield InMemoryExecutionLog()
        return
    store = await PostgresqlExecutionLog.open(
        request.getfixturevalue("application_dsn"), allow_unsafe=True
    )
    yield store
    await store.close()


async def filled(log: ExecutionLog) -> None:
    """Append rows of which many have the same time, and the last command an earlier one."""
    writer = Writer()
    await log.append(writer.chunk(*(f"job_order:{n}" for n in range(7))))
    await log.append(writer.chunk("job_order:late", time=LATER))
    await log.append(writer.chunk("job_order:back", time=TIME - timedelta(seconds=5)))


def streams(rows: Sequence[LogRow]) -> list[str]:
    return [row.stream.partition(":")[2] for row in rows]


async def paged(
    log: ExecutionLog, start: datetime, end: datetime, size: int, *, newest_first: bool
) -> list[str]:
    found: list[str] = []
    after = None
    for _ in range(20):
        page = await log.read_by_time(
            start, end, limit=size, after=after, newest_first=newest_first
        )
        found += streams(page)
        if len(page) < size:
            return found
        last = page[-1]
        assert last.position is not None
        after = (last.server_time, last.position)
    raise AssertionError("the pages never end")


async def test_rows_come_in_the_order_of_their_time_each_once(log: ExecutionLog) -> None:
    await filled(log)
    begin = TIME - timedelta(hours=1)
    wanted = ["back", "0", "1", "2", "3", "4", "5", "6", "late"]
    for size in (1, 2, 3, 9, 100):
        assert await paged(log, begin, END, size, newest_first=False) == wanted
        assert await paged(log, begin, END, size, newest_first=True) == wanted[::-1]


async def test_a_span_holds_its_start_and_not_its_end(log: ExecutionLog) -> None:
    await filled(log)
    assert streams(await log.read_by_time(LATER, END, limit=10)) == ["late"]
    assert "late" not in streams(await log.read_by_time(TIME, LATER, limit=10))
    assert await log.read_by_time(END, END + timedelta(hours=1), limit=10) == []
