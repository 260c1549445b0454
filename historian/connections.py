"""A few connections to the database, opened on demand, lent one at a time and never too many.

Our own and not psycopg_pool: it needs neither threads nor workers, a broken connection is
simply dropped when it comes back, and every connection is prepared the same way.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, Self

import psycopg
from psycopg import AsyncConnection, conninfo

from historian.binary_array import BinaryArray, BinaryArrayDumper

# Statements that do not end, and locks that do not come, must not stop the plant: they fail.
_OPTIONS: Final = " ".join(
    f"-c {setting}"
    for setting in (
        "timezone=UTC",
        "search_path=pg_catalog",
        "default_transaction_isolation=read\\ committed",
        "statement_timeout=60s",
        "lock_timeout=10s",
        "idle_in_transaction_session_timeout=60s",
    )
)
_CONNECT_TIMEOUT_S: Final = 10

Record = tuple[Any, ...]
"""One record of an answer, as psycopg gives it."""


class UnsafeDatabaseError(Exception):
    """The database does not promise that a committed row survives a power cut."""


async def connect(dsn: str) -> AsyncConnection:
    """Open one connection in autocommit mode, with every statement prepared at once."""
    connection = await AsyncConnection.connect(
        conninfo.make_conninfo(
            dsn,
            options=_OPTIONS,
            connect_timeout=_CONNECT_TIMEOUT_S,
            application_name="interlock",
            keepalives_idle=30,
        ),
        autocommit=True,
        prepare_threshold=0,
    )
    connection.adapters.register_dumper(BinaryArray, BinaryArrayDumper)
    return connection


class Connections:
    """At most ``limit`` connections to one DSN; whoever comes later waits for a free one."""

    def __init__(self, dsn: str, limit: int) -> None:
        self._dsn = dsn
        self._idle: list[AsyncConnection] = []
        self._free = asyncio.Semaphore(limit)
        self._closed = False

    @classmethod
    async def open(cls, dsn: str, limit: int, *, allow_unsafe: bool) -> Self:
        """Return connections to a database that was reached and found durable.

        Raises UnsafeDatabaseError when it is not, unless that is allowed.
        """
        connections = cls(dsn, limit)
        try:
            async with connections.borrow() as connection:
                if not allow_unsafe:
                    await _check_safety(connection)
        except BaseException:
            await connections.close()
            raise
        return connections

    async def fetch(self, query: bytes, arguments: Sequence[object]) -> list[Record]:
        """Run one statement and return its records, everything in the binary format.

        Raises ConnectionError when the database can't be reached, or can't answer now.
        """
        try:
            async with self.borrow() as connection:
                answer = await connection.execute(query, arguments, binary=True)
                return await answer.fetchall()
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            raise  # of this statement, not of the database: it may be tried again at once
        except psycopg.OperationalError as failure:
            await self._drop_idle()  # of the same server: they would fail one after the other
            raise ConnectionError(f"the database does not answer: {failure}") from failure

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection; a broken or busy one is closed afterwards and not lent again."""
        async with self._free:
            connection = await self._take()
            try:
                yield connection
            finally:
                await self._put_back(connection)

    async def close(self) -> None:
        """Close every connection that is not lent; the others close when they come back."""
        self._closed = True
        await self._drop_idle()

    async def _drop_idle(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _take(self) -> AsyncConnection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed:
                return connection
        return await connect(self._dsn)

    async def _put_back(self, connection: AsyncConnection) -> None:
        usable = connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        if usable and not self._closed:
            self._idle.append(connection)
        else:
            await connection.close()


async def _check_safety(connection: AsyncConnection) -> None:
    """Raise UnsafeDatabaseError unless commits are on disk before they are answered."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if await show(connection, setting) == "off":
            raise UnsafeDatabaseError(
                f"the database has {setting}=off: a power cut would lose or damage "
                f"acknowledged records. Set {setting}=on, or allow it explicitly"
            )


async def show(connection: AsyncConnection, setting: LiteralString) -> str:
    """Return the present value of a setting of the server."""
    answer = await connection.execute("SELECT current_setting(%s)", [setting])
    row = await answer.fetchone()
    assert row is not None
    return str(row[0])
