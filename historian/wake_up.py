"""Rings a bell for every notification on a channel of the database."""

import asyncio
import contextlib
from typing import Final

import psycopg
from psycopg import sql

from historian.bell import Bell
from historian.connections import connect

_RECONNECT_AFTER_S: Final = 1.0


class WakeUp:
    """Listens to one channel; the connection is opened when somebody waits for the first time.

    While the database is away, ``wait`` runs into its time limit, and its caller looks again.
    """

    def __init__(self, dsn: str, channel: str) -> None:
        self._dsn = dsn
        self._channel = channel
        self._bell = Bell()
        self._listening: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Remember what the present task has noticed: everything up to now."""
        self._bell.look()

    async def wait(self, timeout_s: float) -> None:
        """Return when something happened since the last look, or after ``timeout_s`` seconds."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name=f"listen {self._channel}")
        await self._bell.wait(timeout_s)

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
                    self._bell.ring()  # for what happened before we listened
                    async for _ in connection.notifies():
                        self._bell.ring()
            await asyncio.sleep(_RECONNECT_AFTER_S)
