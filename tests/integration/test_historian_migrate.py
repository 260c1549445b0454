"""Migrations: once, twice, at once, in steps, and always to the schema that is written down."""

import asyncio
import dataclasses
import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import conninfo

from historian import named_sql
from historian.attachments import PostgresqlAttachments
from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import MigrationError, migrate
from models.execution.log_row import Cursor
from tests.contracts.chunks import TIME, Writer
from tests.fix_database import new_database

pytestmark = pytest.mark.integration

CATALOG = """
    SELECT 'column', attrelid::regclass::text, attname::text,
        format_type(atttypid, atttypmod), attnotnull::text,
        coalesce(pg_get_expr(adbin, adrelid), attidentity::text),
        attcollation::regcollation::text
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'interlock'::regnamespace AND attnum > 0
    UNION ALL
    SELECT 'relation', oid::regclass::text, relkind::text, reloptions::text,
        pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid),
        CASE relkind WHEN 'i' THEN pg_get_indexdef(oid) END
    FROM pg_class WHERE relnamespace = 'interlock'::regnamespace
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid),
        NULL, NULL, NULL
    FROM pg_constraint WHERE connamespace = 'interlock'::regnamespace
    UNION ALL
    SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid), NULL, NULL, NULL, NULL
    FROM pg_proc WHERE pronamespace = 'interlock'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid),
        tgenabled::text, NULL, NULL, NULL
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'interlock'::regnamespace AND NOT tgisinternal
    ORDER BY 1, 2, 3, 4
"""
OF_0_1_0 = range(1, 6)
"""The migrations that release 0.1.0 had."""

HYPERTABLE = """
    SELECT num_dimensions, compression_enabled,
        (SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name = 'tag_value')
    FROM timescaledb_information.hypertables WHERE hypertable_name = 'tag_value'
"""


@pytest.fixture(scope="module")
def own_role(database_server: str) -> Iterator[str]:
    """Yield an account whose password may change, unlike that of the session's account."""
    name = f"interlock_test_{os.getpid()}_migrated"
    yield name
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {name}".encode())


@pytest.fixture
def empty(database_server: str) -> Iterator[str]:
    with new_database(database_server) as dsn:
        yield dsn


@pytest.fixture
def another(database_server: str) -> Iterator[str]:
    with new_database(database_server) as dsn:
        yield dsn


def catalog(dsn: str) -> list[tuple[object, ...]]:
    """Return everything that the schema consists of, and how the hypertable is set up."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(CATALOG).fetchall()
        extension = "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'"
        if connection.execute(extension).fetchone():
            found += connection.execute(HYPERTABLE).fetchall()
        return found


async def test_all_migrations_together_make_the_schema(
    empty: str, another: str, own_role: str
) -> None:
    migrated = await migrate(empty, application_role=own_role)
    with psycopg.connect(another, autocommit=True) as connection:
        if migrated.hypertable:
            connection.execute("CREATE EXTENSION timescaledb")
        connection.execute(named_sql.script("schema.sql"))
    made = catalog(empty)
    assert made == catalog(another)
    assert len(made) > 100


async def test_again_does_nothing(empty: str, own_role: str) -> None:
    first = await migrate(empty, application_role=own_role, application_password="a-b")
    before = catalog(empty)
    second = await migrate(empty, application_role=own_role, application_password="a-b")
    assert len(first.applied) == len(named_sql.migrations())
    assert second == dataclasses.replace(first, applied=())
    assert catalog(empty) == before


async def test_at_once_every_migration_is_applied_by_one(empty: str, own_role: str) -> None:
    done = await asyncio.gather(
        *(migrate(empty, application_role=own_role, application_password="a-b") for _ in range(4))
    )
    assert sorted(len(one.applied) for one in done) == [0, 0, 0, len(named_sql.migrations())]


async def test_the_password_is_in_no_text(empty: str, own_role: str) -> None:
    migrated = await migrate(empty, application_role=own_role)
    password = conninfo.conninfo_to_dict(migrated.application_dsn)["password"]
    assert len(str(password)) >= 32
    assert str(password) not in repr(migrated)


async def test_a_database_of_a_newer_version_is_left_alone(empty: str, own_role: str) -> None:
    await migrate(empty, application_role=own_role)
    with psycopg.connect(empty) as connection:
        connection.execute("INSERT INTO interlock.migration VALUES (9999, '9999_later.sql', '')")
    with pytest.raises(MigrationError, match=r"newer version \(up to 9999_later\.sql\)"):
        await migrate(empty, application_role=own_role)


async def test_a_migration_that_was_edited_afterwards_is_noticed(empty: str, own_role: str) -> None:
    await migrate(empty, application_role=own_role)
    with psycopg.connect(empty) as connection:
        connection.execute("UPDATE interlock.migration SET digest = 'x' WHERE number = 2")
    with pytest.raises(MigrationError, match=r"0002_outbox\.sql is not the file"):
        await migrate(empty, application_role=own_role)


async def test_a_failing_migration_leaves_nothing(
    empty: str, own_role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = dict(named_sql.migrations())
    files[9000] = ("9000_broken.sql", b"CREATE TABLE interlock.half (n int); SELECT 1 / 0;")
    monkeypatch.setattr("historian.migrate.migrations", lambda: files)
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(empty, application_role=own_role)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT to_regclass('interlock.log_row')").fetchone() == (None,)


async def test_an_owner_who_may_not_make_accounts_is_told(empty: str, own_role: str) -> None:
    weak = f"{own_role}_weak_owner"
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {weak} LOGIN PASSWORD 'weak'".encode())
        connection.execute(f"GRANT ALL ON DATABASE {connection.info.dbname} TO {weak}".encode())
        try:
            with pytest.raises(MigrationError, match="CREATEROLE"):
                await migrate(
                    conninfo.make_conninfo(empty, user=weak, password="weak"),
                    application_role=f"{own_role}_2",
                )
        finally:
            connection.execute(f"DROP OWNED BY {weak}; DROP ROLE {weak}".encode())


async def test_rights_that_were_given_by_hand_do_not_survive(empty: str, own_role: str) -> None:
    await migrate(empty, application_role=own_role)
    with psycopg.connect(empty) as connection:
        connection.execute(f"GRANT INSERT ON interlock.log_row TO {own_role}".encode())
    migrated = await migrate(empty, application_role=own_role)
    with (
        psycopg.connect(migrated.application_dsn) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("INSERT INTO interlock.log_row DEFAULT VALUES")


async def test_the_log_of_release_0_1_0_goes_on_after_the_upgrade(
    empty: str, own_role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_files = dict(named_sql.migrations())
    old = {number: all_files[number] for number in OF_0_1_0}
    with monkeypatch.context() as before:
        before.setattr("historian.migrate.migrations", lambda: old)
        dsn = (await migrate(empty, application_role=own_role)).application_dsn
    writer, beginning = Writer(), Cursor(0, 0)
    log = await PostgresqlExecutionLog.open(dsn, allow_unsafe=True)
    await log.append(writer.chunk("job_order:1", "job_order:2"))
    rows = await log.read(beginning, 10)
    await log.close()

    migrated = await migrate(empty, application_role=own_role)
    assert len(migrated.applied) == len(all_files) - len(old)
    dsn = migrated.application_dsn
    log = await PostgresqlExecutionLog.open(dsn, allow_unsafe=True)
    assert list(await log.read(beginning, 10)) == list(rows)
    await log.append(writer.chunk("job_order:1"))
    assert [row.version for row in await log.read_stream("job_order:1", 0, 10)] == [1, 2]
    await log.close()
    files = await PostgresqlAttachments.open_store(dsn, clock=lambda: TIME, allow_unsafe=True)
    assert await files.open(await files.store(b"1", "text/plain"))
    await files.close()
