"""The TCP side: our channel on every connection, and no message is buffered beyond its limit."""

import asyncio
import logging
from typing import Any

from asyncua.common.utils import Buffer, NotEnoughData
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.ua.ua_binary import header_from_binary
from typing_extensions import override

from server.faces.opcua.secure.channel import SecureChannel
from server.faces.opcua.secure.connection import Request
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.wire.turns import Turn

_log = logging.getLogger(__name__)

_HEADER_BYTES = 8
_MESSAGE = b"MSG"
_QUEUE_TURN_S = 0.001
"""After so long of small requests that had to wait, and after each larger one, others go on."""


class SecureProtocol(OPCUAProtocol):
    """One connection: its bytes, cut into chunks and put in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_busy = False
        self._handshakes = 0  # chunks that asyncua has not processed yet
        self._turn = Turn()
        self._queue_turn = Turn(_QUEUE_TURN_S)
        self._waiting_bytes = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self.clients) >= self.iserver.max_connections:
            self._take_place()
        super().connection_made(transport)
        if self.processor is None or not isinstance(transport, asyncio.Transport):
            return  # refused: there are too many connections
        assert isinstance(self.iserver, SecureInternalServer)
        self.processor = SecureChannel(self.iserver, transport, self.limits)
        self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]

    @override
    def data_received(self, data: bytes) -> None:
        channel = self.processor
        if not isinstance(channel, SecureChannel):
            return  # refused
        self._turn = Turn()
        self._cut(self._buffer + data if self._buffer else data)
        channel.release()

    def _take_place(self) -> None:
        """End the connection on which nobody has logged in for longest (OPC 10000-4, 5.6.2).

        So strangers who keep connections open shut nobody out; those with a session stay.
        """
        idle = next((one for one in self.clients if not _is_used(one)), None)
        if idle is not None and idle.transport is not None:
            _log.warning("client %s gives way to a new connection", idle.peer_name)
            self.clients.remove(idle)
            idle.transport.abort()

    def _cut(self, data: bytes) -> None:
        at, end = 0, len(data)
        while end - at >= _HEADER_BYTES and self.transport is not None:
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            # A header may announce 4 GB, or less than itself: asyncua would wait for them.
            if not _HEADER_BYTES < size <= self.limits.max_recv_buffer:
                _log.warning("client %s announces a chunk of %d bytes", self.peer_name, size)
                self._buffer = b""
                self.transport.abort()
                return
            if end - at < size:
                break
            if self.transport.is_closing() or not self._take(data[at : at + size]):
                self._buffer = b""
                return
            at += size
        self._buffer = data[at:]

    def _take(self, frame: bytes) -> bool:
        """Take one chunk; False when the connection ends with it."""
        channel = self.processor
        if (
            not frame.startswith(_MESSAGE)
            or self._handshakes
            or not isinstance(channel, SecureChannel)
        ):
            # Whatever follows a handshake waits for it: the keys may be other ones then.
            return self._queue_handshake(frame)
        try:
            request = channel.open_chunk(frame)
        except ConnectionError:
            self._close()
            return False
        if request is None:
            return True
        # Requests of one connection are taken in their order, and after some time of them it is
        # the turn of the others.
        is_next = not self._is_busy and self.messages.empty() and not self._turn.is_over
        if is_next and channel.answer_now(request):
            return True
        return self._queue(request, None)

    def _queue_handshake(self, frame: bytes) -> bool:
        content = Buffer(frame)
        try:
            header = header_from_binary(content)
        except NotEnoughData:
            self._close()
            return False
        self._handshakes += 1
        return self._queue(header, content)

    def _queue(self, header: Any, content: Any) -> bool:
        try:
            self.messages.put_nowait((header, content))
        except asyncio.QueueFull:
            _log.warning("client %s has too many requests under way", self.peer_name)
            self._close()
            return False
        self._count_waiting(len(header.body) if isinstance(header, Request) else 0)
        return True

    def _count_waiting(self, more: int) -> None:
        """Read on only as long as what waits to be answered does not fill the memory."""
        self._waiting_bytes += more
        if self.transport is None or self.transport.is_closing():
            return
        if self._waiting_bytes > self.limits.max_message_size:
            self.transport.pause_reading()
        elif more < 0:
            self.transport.resume_reading()

    def _close(self) -> None:
        if isinstance(self.processor, SecureChannel):
            self.processor.release()
        if self.transport is not None:
            self.transport.close()

    @override
    async def _process_one_msg(self, header: Any, buf: Any) -> bool:
        self._is_busy = True
        try:
            if not isinstance(header, Request):
                if isinstance(self.processor, SecureChannel):
                    self.processor.release()  # it may be the end of the channel
                return await super()._process_one_msg(header, buf)
            channel = self.processor
            assert isinstance(channel, SecureChannel)
            self._count_waiting(-len(header.body))
            if await channel.process_request(header):
                # The queue gives the next one without a turn for others. A turn for each would take
                # longer than most requests, and give each answer a packet of its own.
                await self._queue_turn.pass_on()
                return True
            self._close()
            return False
        finally:
            self._is_busy = False
            if not isinstance(header, Request):
                self._handshakes -= 1


def _is_used(one: OPCUAProtocol) -> bool:
    session = one.processor.session if one.processor is not None else None
    return session is not None and session.is_activated()


class SecureBinaryServer(BinaryServer):
    """The listening socket."""

    @property
    def bound_port(self) -> int:
        """The port of the first socket; a host name with two addresses has two."""
        if not isinstance(self._server, asyncio.Server) or not self._server.sockets:
            raise ConnectionError("the OPC UA server does not listen, so it has no port")
        return int(self._server.sockets[0].getsockname()[1])

    @override
    def _make_protocol(self) -> OPCUAProtocol:
        return SecureProtocol(
            iserver=self.iserver,
            policies=self._policies,
            clients=self.clients,
            closing_tasks=self.closing_tasks,
            limits=self.limits,
        )

    @override
    async def stop(self) -> None:
        # Whoever does not fetch what is still under way to it must not hold up the stop.
        open_transports: list[Any] = list(self.iserver.asyncio_transports)
        if self._server is not None:
            self._server.close()
        for transport in open_transports:
            transport.close()
        await asyncio.sleep(0)
        for transport in open_transports:
            transport.abort()
        await super().stop()
