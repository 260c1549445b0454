"""One connection of the HTTP server, which nobody holds open for nothing.

Uvicorn waits for ever for a request that does not come, and for a reader that does not read; two
hundred such connections would close the door to everybody else, without a single password.
"""

import asyncio
from math import inf
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 30.0
"""How long the head of a request may take, from the first moment on which it could come."""

BODY_S: Final = 60.0
"""How long its body may take."""

UNREAD_S: Final = 30.0
"""How long an answer may wait for a reader that takes nothing of it."""


_IDLE: Final = "IDLE"
_SEND_BODY: Final = "SEND_BODY"
"""States of one side of a connection, as uvicorn's parser names them."""


class BoundedConnection(H11Protocol):
    """A connection that ends when the other side lets it wait; where all are taken, idle ones go.

    It is made by uvicorn (``Config(http=BoundedConnection)``).
    """

    head_s = HEAD_S
    body_s = BODY_S
    unread_s = UNREAD_S
    _waiting: asyncio.TimerHandle | None = None
    _waits_for = ""
    _unread: asyncio.TimerHandle | None = None

    @property
    def idle_until(self) -> float:
        """When the wait for the next request ends; infinite while a request is under way."""
        is_idle = _named(self.conn.our_state) == _named(self.conn.their_state) == _IDLE
        return self._waiting.when() if is_idle and self._waiting else inf

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._make_room()  # before we are idle ourselves
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """End all waiting."""
        for timer in (self._waiting, self._unread):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        """Take what came; a piece of a head or of a body does not prolong the wait for all."""
        super().data_received(data)
        self._watch()

    @override
    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch()

    @override
    def pause_writing(self) -> None:
        """Wait for the reader to go on."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.unread_s, self.transport.abort)

    @override
    def resume_writing(self) -> None:
        """Note that the reader went on."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _make_room(self) -> None:
        """Let the connection that has been idle longest give way, where all are taken."""
        if self.limit_concurrency is None or len(self.connections) < self.limit_concurrency:
            return
        others = (one for one in self.connections if isinstance(one, BoundedConnection))
        longest = min(others, key=lambda one: one.idle_until)
        if longest.idle_until < inf:
            longest.transport.abort()
            self.connections.discard(longest)

    def _watch(self) -> None:
        """Wait so long for a head, so long for a body, and for nothing while we have to answer."""
        waits_for = _named(self.conn.their_state)
        if waits_for == self._waits_for and self._waiting is not None:
            return
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._waits_for = waits_for
        seconds = {_IDLE: self.head_s, _SEND_BODY: self.body_s}.get(waits_for)
        if seconds is not None and not self.transport.is_closing():
            self._waiting = self.loop.call_later(seconds, self.transport.abort)


def _named(state: object) -> str:
    return repr(state)
