"""Samples that came before their time, kept until it has come; one timer for all items."""

import asyncio
import heapq
import math
from typing import Final, Protocol

_SLOT_S: Final = 0.01
"""Items that are due within the same slot wake up together."""


class Due(Protocol):
    """Something that waits for its time."""

    def fall_due(self) -> None:
        """Hear that the time has come."""


class SamplingWheel:
    """Due items by slot."""

    def __init__(self) -> None:
        self._slots: dict[int, list[Due]] = {}
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def time(self) -> float:
        """Return the time in seconds on the clock that ``add`` understands."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop.time()

    def add(self, due: float, item: Due) -> None:
        """Wake an item at a time."""
        slot = math.ceil(due / _SLOT_S)
        waiting = self._slots.get(slot)
        if waiting is not None:
            waiting.append(item)
            return
        self._slots[slot] = [item]
        heapq.heappush(self._order, slot)
        if self._order[0] == slot:
            self._arm()

    def stop(self) -> None:
        """Let nothing fall due any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._slots.clear()
        self._order.clear()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._order:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._order[0] * _SLOT_S, self._turn)

    def _turn(self) -> None:
        now = math.floor(self.time() / _SLOT_S + 1e-6)
        while self._order and self._order[0] <= now:
            for item in self._slots.pop(heapq.heappop(self._order)):
                item.fall_due()
        self._arm()
