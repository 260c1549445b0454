"""Turns of the event loop: a long request passes on its turn, so that others are served too."""

import asyncio
from time import perf_counter
from typing import Final

from asyncua import ua

from server.faces.opcua.wire.failure import service_failure

TURN_S: Final = 0.01
"""How long one request, or one read of a socket, is worked on before others have their turn."""


class Turn:
    """The turn that began when this was made, and lasts so many seconds."""

    def __init__(self, length_s: float = TURN_S) -> None:
        self._length_s = length_s
        self._began = perf_counter()

    @property
    def is_over(self) -> bool:
        """Whether others should be served now."""
        return perf_counter() - self._began > self._length_s

    async def pass_on(self) -> None:
        """Let everything else that is ready go first, if the turn is over."""
        if self.is_over:
            await asyncio.sleep(0)
            self._began = perf_counter()


class Room:
    """What an answer may still grow by: it is given up while it is made, not when it is there."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes

    def take(self, part: bytes) -> bytes:
        """Return the part; ServiceError BadResponseTooLarge when there is no room for it."""
        self._left -= len(part)
        if self._left < 0:
            raise service_failure(ua.StatusCodes.BadResponseTooLarge)
        return part
