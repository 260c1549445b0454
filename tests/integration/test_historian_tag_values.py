"""Where tag values lie: chunks of a hypertable, or daily partitions made ahead of need."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from historian.tag_values import PostgresqlTagValues
from models.tag_value import Quality, TagValue

pytestmark = pytest.mark.integration

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def values(*days: int) -> list[TagValue]:
    return [
        TagValue("tag", float(day), Quality.GOOD, NOON + timedelta(days=day), NOON) for day in days
    ]


def places(owner_dsn: str) -> dict[datetime, str]:
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("SET timezone = 'UTC'")
        found = connection.execute("SELECT time, tableoid::regclass::text FROM interlock.tag_value")
        return dict(found.fetchall())


def is_hypertable(owner_dsn: str) -> bool:
    with psycopg.connect(owner_dsn) as connection:
        found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'")
        return found.fetchone() is not None


async def test_each_day_has_a_place_of_its_own(
    tag_values: PostgresqlTagValues, owner_dsn: str
) -> None:
    await tag_values.write(values(-1, 0, 1))
    found = places(owner_dsn)
    assert len(set(found.values())) == 3
    if is_hypertable(owner_dsn):
        assert all("_hyper_" in place for place in found.values())
    else:
        assert found[NOON] == "interlock.tag_value_20260506"


async def test_partitions_of_the_coming_days_stand_ready(
    tag_values: PostgresqlTagValues, owner_dsn: str
) -> None:
    if is_hypertable(owner_dsn):
        pytest.skip("a hypertable makes its chunks itself")
    await tag_values.write(values(0))
    with psycopg.connect(owner_dsn) as connection:
        for day in ("20260506", "20260507", "20260508"):
            found = connection.execute("SELECT to_regclass(%s)", [f"interlock.tag_value_{day}"])
            assert found.fetchone() != (None,), day


async def test_values_that_waited_in_the_default_partition_move_to_their_day(
    tag_values: PostgresqlTagValues, owner_dsn: str
) -> None:
    if is_hypertable(owner_dsn):
        pytest.skip("a hypertable makes its chunks itself")
    far = NOON + timedelta(days=300)
    await tag_values.write(values(300))
    assert places(owner_dsn) == {far: "interlock.tag_value_other"}
    await tag_values.write([TagValue("tag", 1.0, Quality.GOOD, far + timedelta(hours=1), far)])
    assert set(places(owner_dsn).values()) == {"interlock.tag_value_20270302"}
    assert len(places(owner_dsn)) == 2


async def test_old_chunks_of_a_hypertable_can_be_compressed_and_still_be_read_and_written(
    tag_values: PostgresqlTagValues, owner_dsn: str
) -> None:
    if not is_hypertable(owner_dsn):
        pytest.skip("compression is TimescaleDB's")
    written = values(0) + values(1)
    await tag_values.write(written)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("SELECT compress_chunk(c) FROM show_chunks('interlock.tag_value') AS c")
    late = TagValue("tag", 9.0, Quality.GOOD, NOON, NOON, sequence=1)
    await tag_values.write([*written, late])
    window = (NOON - timedelta(days=1), NOON + timedelta(days=3))
    assert await tag_values.read("tag", *window, limit=10) == [written[0], late, written[1]]
