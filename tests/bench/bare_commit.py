"""What the database alone can do: one event row and one projection row per commit."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg

_PAYLOAD: Final = json.dumps({"job_order_id": "JO-000123", "step_id": "070", "value": "12.5"})
_TABLES: Final = """
CREATE SCHEMA bench
CREATE TABLE bench.event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream int NOT NULL, version int NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    payload jsonb NOT NULL, UNIQUE (stream, version))
CREATE TABLE bench.projection (stream int PRIMARY KEY, version int NOT NULL, state text NOT NULL)
"""


@asynccontextmanager
async def tables(owner_dsn: str) -> AsyncIterator[None]:
    """Make the two tables, and drop them afterwards."""
    async with await psycopg.AsyncConnection.connect(owner_dsn, autocommit=True) as connection:
        await connection.execute("DROP SCHEMA IF EXISTS bench CASCADE")
        await connection.execute(_TABLES)
        await connection.execute(
            "INSERT INTO bench.projection SELECT n, 0, '' FROM generate_series(1, 100) n"
        )
        try:
            yield
        finally:
            await connection.execute("DROP SCHEMA bench CASCADE")


async def commits(owner_dsn: str, writers: int, each: int) -> list[float]:
    """Return the seconds of every commit: BEGIN, UPDATE, INSERT, COMMIT, one connection each."""
    answers = await asyncio.gather(*(_writer(owner_dsn, n + 1, each) for n in range(writers)))
    return [seconds for answer in answers for seconds in answer]


async def _writer(owner_dsn: str, stream: int, each: int) -> list[float]:
    taken = []
    async with await psycopg.AsyncConnection.connect(owner_dsn, autocommit=True) as connection:
        for _ in range(each):
            began = time.perf_counter()
            async with connection.transaction():
                cursor = await connection.execute(
                    "UPDATE bench.projection SET version = version + 1, state = %s"
                    " WHERE stream = %s RETURNING version",
                    (_PAYLOAD, stream),
                )
                row = await cursor.fetchone()
                assert row is not None
                await connection.execute(
                    "INSERT INTO bench.event (stream, version, payload) VALUES (%s, %s, %s)",
                    (stream, row[0], _PAYLOAD),
                )
            taken.append(time.perf_counter() - began)
    return taken
