"""The TCP side: our channel on every connection, and no message is buffered beyond its limit."""

import asyncio
import logging
from typing import Any

from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from typing_extensions import override

from server.faces.opcua.secure.channel import SecureChannel
from server.faces.opcua.sessions.internal_server import SecureInternalServer

_log = logging.getLogger(__name__)

_SIZE_FIELD = slice(4, 8)
_HEADER_BYTES = 8


class SecureProtocol(OPCUAProtocol):
    """One connection."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.processor is None or not isinstance(transport, asyncio.Transport):
            return  # refused: there are too many connections
        assert isinstance(self.iserver, SecureInternalServer)
        self.processor = SecureChannel(self.iserver, transport, self.limits)
        self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # What is left begins with the header of a chunk that has not come in whole. A header
        # may announce 4 GB: without this, asyncua would wait for them.
        if len(self._buffer) >= _HEADER_BYTES and self.transport is not None:
            announced = int.from_bytes(self._buffer[_SIZE_FIELD], "little")
            if announced > self.limits.max_recv_buffer:
                _log.warning("client %s announces a chunk of %d bytes", self.peer_name, announced)
                self._buffer = b""
                self.transport.abort()


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
