"""Wakes those who wait for a notification of the database, without ever missing one."""

import asyncio
import contextlib
import weakref
from typing import Any, Final

import psycopg
from psycopg import sql

from historian.connections import connect

_RECONNECT_AFTER_S: Final = 1.0


class WakeUp:
    """Listens to one channel; the connection is opened when somebody waits for the first time.

    Every task that calls ``look`` before it reads, and ``wait`` after it found nothing, is woken
    by everything that happened in between. While the database is away, ``wait`` runs into its
    time limit, and its caller looks again.
    """

    def __init__(self, dsn: str, channel: str) -> None:
        self._dsn = dsn
        self._channel = channel
        self._count = 0
        self._happened = asyncio.Event()
        self._seen: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        self._listening: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Remember what the present task has noticed: everything up to now."""
        task = asyncio.current_task()
        assert task is not None
        self._seen[task] = self._count

    async def wait(self, timeout_s: float) -> None:
        """Return when something happened since the last look, or after ``timeout_s``."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name=f"listen {self._channel}")
        task = asyncio.current_task()
        assert task is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._seen.setdefault(task, self._count) == self._count:
                    await self._happened.wait()

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(psycopg.Error):
                async with await connect(self._dsn) as connection:
                    await connection.execute(
                        sql.SQL("LISTEN {}").format(sql.Identifier(self._channel))
                    )
                    self._tell()  # what happened before we listened
                    async for _ in connection.notifies():
                        self._tell()
            await asyncio.sleep(_RECONNECT_AFTER_S)

    def _tell(self) -> None:
        self._count += 1
        happened, self._happened = self._happened, asyncio.Event()
        happened.set()
