"""What the doctor is told about a database, and what a store refuses to be built on."""

from collections.abc import Iterator

import psycopg
import pytest

from historian.connections import UnsafeDatabaseError
from historian.describe import describe
from historian.execution_log import PostgresqlExecutionLog
from historian.tag_values import PostgresqlTagValues
from models.tag_value import Quality, TagValue
from tests.contracts.chunks import TIME

pytestmark = pytest.mark.integration


def owner(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement.encode())


async def test_a_migrated_database_is_described(
    tag_values: PostgresqlTagValues, application_dsn: str, application_role: str
) -> None:
    await tag_values.write([TagValue("tag", 1.0, Quality.GOOD, TIME, TIME)])
    found = await describe(application_dsn)
    assert found.excess_rights == ()
    assert found.application_role == application_role
    assert found.partitions > 0
    assert found.size_bytes > 1_000_000
    assert found.settings.keys() == {
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "data_checksums",
    }
    expected = "hypertable" if found.timescaledb_version else "native partitions"
    assert found.tag_values == expected


@pytest.mark.parametrize(
    ("give", "take", "said"),
    [
        (
            "GRANT UPDATE ON interlock.log_row TO {role}",
            "REVOKE UPDATE ON interlock.log_row FROM {role}",
            "update on log_row",
        ),
        (
            "GRANT INSERT ON interlock.seal TO PUBLIC",
            "REVOKE INSERT ON interlock.seal FROM PUBLIC",
            "insert on seal",
        ),
        (
            "GRANT CREATE ON SCHEMA interlock TO {role}",
            "REVOKE CREATE ON SCHEMA interlock FROM {role}",
            "creates objects in the schema interlock",
        ),
        ("ALTER ROLE {role} CREATEDB", "ALTER ROLE {role} NOCREATEDB", "is a creator of databases"),
        (
            "ALTER TABLE interlock.log_row DISABLE TRIGGER append_only",
            "ALTER TABLE interlock.log_row ENABLE ALWAYS TRIGGER append_only",
            "log_row is not append-only: its trigger is off",
        ),
        (
            "GRANT pg_write_all_data TO {role}",
            "REVOKE pg_write_all_data FROM {role}",
            "may act as pg_write_all_data",
        ),
    ],
)
async def test_every_right_too_much_is_named(
    owner_dsn: str, application_dsn: str, application_role: str, give: str, take: str, said: str
) -> None:
    owner(owner_dsn, give.format(role=application_role))
    try:
        assert said in (await describe(application_dsn)).excess_rights
    finally:
        owner(owner_dsn, take.format(role=application_role))


@pytest.fixture
def forgetful(owner_dsn: str, application_role: str) -> Iterator[None]:
    owner(owner_dsn, f"ALTER ROLE {application_role} SET synchronous_commit = off")
    yield
    owner(owner_dsn, f"ALTER ROLE {application_role} RESET synchronous_commit")


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("store", [PostgresqlExecutionLog, PostgresqlTagValues])
async def test_no_store_is_built_where_commits_may_be_lost(
    application_dsn: str, store: type[PostgresqlExecutionLog | PostgresqlTagValues]
) -> None:
    with pytest.raises(UnsafeDatabaseError, match=r"(fsync|synchronous_commit)=off"):
        await store.open(application_dsn)
    opened = await store.open(application_dsn, allow_unsafe=True)
    await opened.close()
