"""Wakes the tasks that wait for something to happen, without one of them ever missing it."""

import asyncio
import contextlib
import weakref
from typing import Any


class Bell:
    """Every task that calls ``look`` before it reads is woken by all that happens afterwards.

    Also by what happened between the look and the wait, however long the task took in between.
    """

    def __init__(self) -> None:
        self._count = 0
        self._rung = asyncio.Event()
        self._seen: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()

    def look(self) -> None:
        """Remember what the present task has noticed: everything up to now."""
        self._seen[_present_task()] = self._count

    def ring(self) -> None:
        """Wake everybody who has not noticed yet."""
        self._count += 1
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell rang since the last look, or after ``timeout_s`` seconds."""
        task = _present_task()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._seen.setdefault(task, self._count) == self._count:
                    await self._rung.wait()


def _present_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None, "only a task can wait"
    return task
