"""What every store of tag values promises; one suite for memory and for the database."""

import asyncio
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from historian.in_memory import InMemoryTagValues
from historian.tag_values import PostgresqlTagValues
from models.tag_value import Quality, TagValue
from server.command_path.ports import TagValues

Store = InMemoryTagValues | PostgresqlTagValues

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.integration)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield InMemoryTagValues()
        return
    opened = await PostgresqlTagValues.open(
        request.getfixturevalue("application_dsn"), allow_unsafe=True
    )
    yield opened
    await opened.close()


def reading(
    value: float | str | None,
    seconds: float = 0,
    *,
    tag: str = "SCALE.net_weight",
    sequence: int = 0,
    quality: Quality = Quality.GOOD,
) -> TagValue:
    time = NOON + timedelta(seconds=seconds)
    arrived = NOON + timedelta(microseconds=7)
    return TagValue(tag, value, quality, time, arrived, sequence)


def test_the_stores_fit_the_port(store: Store) -> None:
    port: TagValues = store
    assert port is store


@pytest.mark.parametrize("quality", Quality)
@pytest.mark.parametrize(
    "value",
    [
        0.1, -0.0, 1e-320, 12.5, math.inf, 0, -1, 2**53 + 1, -(2**80), True, False,
        "", "µ \n running", None,
    ],
)  # fmt: skip
async def test_a_value_comes_back_as_what_it_was(
    store: Store, value: float | str | None, quality: Quality
) -> None:
    written = reading(value, quality=quality)
    await store.write([written])
    (found,) = await store.read(written.tag, *EVER, limit=10)
    assert found == written
    assert type(found.value) is type(value)


async def test_not_a_number_stays_not_a_number(store: Store) -> None:
    await store.write([reading(math.nan)])
    (found,) = await store.read("SCALE.net_weight", *EVER, limit=10)
    assert isinstance(found.value, float)
    assert math.isnan(found.value)


async def test_numbers_and_texts_of_one_chunk_stay_apart(store: Store) -> None:
    values = [reading(1.5, 0), reading("running", 1), reading(None, 2), reading(2**60, 3)]
    await store.write(values)
    assert await store.read("SCALE.net_weight", *EVER, limit=10) == values


async def test_the_same_reading_again_is_no_second_row(store: Store) -> None:
    await store.write([reading(1.0), reading(1.0), reading(2.0, sequence=1)])
    await store.write([reading(3.0), reading(4.0, 1)])
    found = await store.read("SCALE.net_weight", *EVER, limit=10)
    assert [value.value for value in found] == [1.0, 2.0, 4.0]


async def test_a_window_is_closed_at_its_start_and_open_at_its_end(store: Store) -> None:
    await store.write([reading(float(second), second) for second in range(5)])
    start, end = NOON + timedelta(seconds=1), NOON + timedelta(seconds=3)
    found = await store.read("SCALE.net_weight", start, end, limit=10)
    assert [value.value for value in found] == [1.0, 2.0]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_join_without_gap_or_repeat(store: Store, *, newest_first: bool) -> None:
    values = [reading(float(n), n // 3, sequence=n % 3) for n in range(20)]
    await store.write(list(reversed(values)))
    seen: list[TagValue] = []
    after = None
    while page := await store.read(
        "SCALE.net_weight", *EVER, limit=7, after=after, newest_first=newest_first
    ):
        seen += page
        after = (page[-1].source_time, page[-1].sequence)
    assert seen == (values[::-1] if newest_first else values)


async def test_tags_do_not_mix_and_an_unknown_tag_is_empty(store: Store) -> None:
    await store.write([reading(1.0, tag="a"), reading(2.0, tag="b")])
    assert [v.value for v in await store.read("b", *EVER, limit=10)] == [2.0]
    assert await store.read("c", *EVER, limit=10) == []
    await store.write([])


async def test_a_tag_that_was_asked_for_too_early_is_found_later(store: Store) -> None:
    assert await store.read("late", *EVER, limit=10) == []
    await store.write([reading(1.0, tag="late")])
    assert len(await store.read("late", *EVER, limit=10)) == 1


async def test_values_of_any_time_are_kept(store: Store) -> None:
    days = [-9000, -400, -40, -1, 0, 1, 5, 20000]
    values = [reading(float(day), day * 86400.0) for day in days]
    await store.write(values)
    await store.write(values)
    assert await store.read("SCALE.net_weight", *EVER, limit=100) == values


async def test_many_writers_may_meet_a_new_day_and_new_tags_at_once(store: Store) -> None:
    chunks = [
        [reading(1.0, day * 86400.0, tag=f"tag-{n}") for day in range(-3, 3) for n in range(5)]
        for _ in range(4)
    ]
    await asyncio.gather(*(store.write(chunk) for chunk in chunks))
    assert len(await store.read("tag-4", *EVER, limit=100)) == 6


@pytest.mark.parametrize("newest_first", [False, True])
async def test_columns_hold_what_the_values_do(store: Store, *, newest_first: bool) -> None:
    held = [0.5, -0.0, math.inf, 7, 2**53 + 1, True, False, "running", "", None, -(2**80), 1e-320]
    values = [
        reading(value, n // 2, sequence=n % 2, quality=list(Quality)[n % 3])
        for n, value in enumerate(held)
    ]
    await store.write(values)
    found, after = [], None
    while page := await store.read_columns(
        "SCALE.net_weight", *EVER, limit=5, after=after, newest_first=newest_first
    ):
        read = [page.reading("SCALE.net_weight", place) for place in range(len(page))]
        found += read
        after = (read[-1].source_time, read[-1].sequence)
    assert found == (values[::-1] if newest_first else values)
    wanted = values[::-1] if newest_first else values
    assert [type(one.value) for one in found] == [type(one.value) for one in wanted]


async def test_columns_keep_to_the_window_and_to_the_limit(store: Store) -> None:
    await store.write([reading(float(second), second) for second in range(5)])
    start, end = NOON + timedelta(seconds=1), NOON + timedelta(seconds=4)
    found = await store.read_columns("SCALE.net_weight", start, end, limit=10)
    assert list(found.values) == [1.0, 2.0, 3.0]
    latest = await store.read_columns("SCALE.net_weight", start, end, limit=2, newest_first=True)
    assert list(latest.values) == [3.0, 2.0]


async def test_columns_of_nothing_are_empty(store: Store) -> None:
    assert len(await store.read_columns("never", *EVER, limit=10)) == 0
    await store.write([reading(1.0)])
    nowhere = await store.read_columns("SCALE.net_weight", NOON, NOON, limit=10)
    assert len(nowhere) == 0


async def test_columns_of_a_long_window_come_at_once(store: Store) -> None:
    await store.write([reading(float(n), n) for n in range(20_000)])
    found = await store.read_columns("SCALE.net_weight", *EVER, limit=100_000)
    assert list(found.values) == [float(n) for n in range(20_000)]
    steps = {b - a for a, b in zip(found.times, found.times[1:], strict=False)}
    assert steps == {1_000_000}
