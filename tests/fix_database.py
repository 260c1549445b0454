"""A database of the session's own: the stores of the historian, empty for every test.

The server is the one behind ``INTERLOCK_TEST_DSN`` (an account that may create databases and
roles; PostgreSQL or TimescaleDB), or else an embedded one.
"""

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import conninfo, sql

from historian import embedded
from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import migrate
from historian.outbox import PostgresqlOutbox
from historian.tag_values import PostgresqlTagValues

_RUN: Final = f"interlock_test_{os.getpid()}"
_NUMBERS: Final = itertools.count(1)
_EMPTY: Final = """
    ALTER TABLE interlock.log_row DISABLE TRIGGER append_only;
    ALTER TABLE interlock.outcome DISABLE TRIGGER append_only;
    ALTER TABLE interlock.seal DISABLE TRIGGER append_only;
    ALTER TABLE interlock.attachment DISABLE TRIGGER append_only;
    TRUNCATE interlock.log_row, interlock.stream_head, interlock.outcome, interlock.seal,
        interlock.follower, interlock.message, interlock.delivery, interlock.tag,
        interlock.tag_value, interlock.attachment RESTART IDENTITY;
    UPDATE interlock.transaction_offset SET added = 0;
    ALTER TABLE interlock.log_row ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE interlock.outcome ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE interlock.seal ENABLE ALWAYS TRIGGER append_only;
    ALTER TABLE interlock.attachment ENABLE ALWAYS TRIGGER append_only;
"""


@dataclass(slots=True)
class SetClock:
    """A clock that stands until the test moves it."""

    time: datetime = datetime(2026, 3, 2, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """A migrated database: the owner's way in, and the application's."""

    __test__ = False  # the name is for people, it holds no tests

    owner_dsn: str
    application_dsn: str


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """Make a folder for an embedded server.

    Not below pytest's own folder: every new run of pytest takes everybody's rights on that one
    away (mode 0700), also those of the account that runs the server when the tests run as root.
    """
    with tempfile.TemporaryDirectory(prefix="interlock-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Yield the DSN of an account that may create databases and roles."""
    given = os.environ.get("INTERLOCK_TEST_DSN")
    if given:
        yield given
        return
    with cluster_folder() as folder:
        server = embedded.start(folder / "postgresql", durable=False)
        try:
            yield server.owner_dsn
        finally:
            server.stop()


@contextmanager
def new_database(server_dsn: str) -> Iterator[str]:
    """Create an empty database of one's own, and drop it afterwards."""
    name = sql.Identifier(f"{_RUN}_{next(_NUMBERS)}")
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        yield conninfo.make_conninfo(server_dsn, dbname=name.as_string().strip('"'))
    finally:
        with psycopg.connect(server_dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def application_role(database_server: str) -> Iterator[str]:
    """Yield the name of an account for the session, which is dropped at its end."""
    name = f"{_RUN}_application"
    yield name
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def session_database(database_server: str, application_role: str) -> Iterator[TestDatabase]:
    with new_database(database_server) as owner_dsn:
        work = migrate(owner_dsn, application_role=application_role, application_password="secret")
        with ThreadPoolExecutor(1) as aside:  # who asks may be in a running event loop
            migrated = aside.submit(asyncio.run, work).result()
        yield TestDatabase(owner_dsn, migrated.application_dsn)


@pytest.fixture
def owner_dsn(session_database: TestDatabase) -> str:
    """Return the owner's DSN of an empty, migrated database."""
    with psycopg.connect(session_database.owner_dsn) as connection:
        connection.execute(_EMPTY)
    return session_database.owner_dsn


@pytest.fixture
def application_dsn(owner_dsn: str, session_database: TestDatabase) -> str:  # noqa: ARG001 -- owner_dsn empties it
    """Return the application's DSN of the same database."""
    return session_database.application_dsn


@pytest.fixture
async def execution_log(application_dsn: str) -> AsyncIterator[PostgresqlExecutionLog]:
    store = await PostgresqlExecutionLog.open(application_dsn, allow_unsafe=True)
    yield store
    await store.close()


@pytest.fixture
async def tag_values(application_dsn: str) -> AsyncIterator[PostgresqlTagValues]:
    store = await PostgresqlTagValues.open(application_dsn, allow_unsafe=True)
    yield store
    await store.close()


@pytest.fixture
def set_clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def outbox(application_dsn: str, set_clock: SetClock) -> AsyncIterator[PostgresqlOutbox]:
    store = await PostgresqlOutbox.open(application_dsn, clock=set_clock, allow_unsafe=True)
    yield store
    await store.close()
