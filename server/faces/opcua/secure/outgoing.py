"""The answers of one channel on their way out."""

import asyncio
import logging
from typing import Any, Final

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_to_binary
from typing_extensions import override

from server.faces.opcua.secure.connection import ChannelConnection, ChannelLimits
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.wire.response import response_head

_log = logging.getLogger(__name__)

_CONGESTED_BYTES: Final = 1024 * 1024
"""Beyond this no notifications are sent: they stay in their queues until the client reads."""
_HELD_BYTES: Final = 65_536
_FAULT: Final = ua.ObjectIds.ServiceFault_Encoding_DefaultBinary


class Outgoing(UaProcessor):
    """asyncua's processor of one connection with its own chunks and its own way out."""

    iserver: SecureInternalServer
    _connection: ChannelConnection

    def __init__(
        self, server: SecureInternalServer, transport: asyncio.Transport, limits: TransportLimits
    ) -> None:
        super().__init__(server, transport, limits)
        assert isinstance(self._limits, ChannelLimits)
        self._connection = ChannelConnection(SecurityPolicyNone(), self._limits)
        self._held: list[bytes] = []
        self._held_bytes = 0

    @override
    def send_response(
        self,
        requesthandle: Any,
        seqhdr: Any,
        response: Any,
        msgtype: Any = ua.MessageType.SecureMessage,
    ) -> None:
        if msgtype == ua.MessageType.SecureMessage:
            if isinstance(response, ua.ServiceFault):
                self.iserver.counters.rejected(int(response.ResponseHeader.ServiceResult.value))
            response.ResponseHeader.RequestHandle = requesthandle
            self.send_packed(seqhdr.RequestId, requesthandle, struct_to_binary(response))
        elif self._takes_more():
            self.release()
            super().send_response(requesthandle, seqhdr, response, msgtype)  # type: ignore[no-untyped-call]

    def send_packed(self, request_id: int, request_handle: int, body: bytes) -> None:
        """Send a response that is encoded already, header and all; ``response_head`` begins one.

        A client that takes only smaller messages gets the fault BadResponseTooLarge instead.
        """
        if not self._takes_more():
            return
        try:
            frame = self._connection.seal(body, request_id)
        except ua.UaStatusCodeError as too_large:
            self.iserver.counters.rejected(too_large.code)
            fault = response_head(_FAULT, request_handle, self.iserver.clock(), too_large.code)
            frame = self._connection.seal(fault, request_id)
        if not self._held:
            # One write costs more than one answer: what comes in the same turn goes together.
            asyncio.get_running_loop().call_soon(self.release)
        self._held.append(frame)
        self._held_bytes += len(frame)
        if self._held_bytes > _HELD_BYTES:
            self.release()

    def release(self) -> None:
        """Write the answers that were kept back."""
        if self._held:
            held, self._held, self._held_bytes = self._held, [], 0
            if not self._transport.is_closing():
                self._transport.write(b"".join(held))

    def send_fault(self, request_id: int, request_handle: int, code: int) -> None:
        """Send a ServiceFault (OPC 10000-4, 7.35)."""
        self.iserver.counters.rejected(code)
        fault = response_head(_FAULT, request_handle, self.iserver.clock(), code)
        self.send_packed(request_id, request_handle, fault)

    @property
    def is_congested(self) -> bool:
        """Whether the client is behind with fetching its answers, or is gone."""
        waiting = self._transport.get_write_buffer_size()
        return bool(self._transport.is_closing() or waiting > _CONGESTED_BYTES)

    @property
    def largest_answer(self) -> int:
        """How many bytes of an answer the client takes."""
        return self._connection.largest_body

    def _takes_more(self) -> bool:
        """Tell whether the client fetches its answers; one that does not is cut off."""
        if self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() <= self.iserver.limits.max_send_backlog_bytes:
            return True
        _log.warning("client %s does not fetch its answers and is cut off", self.name)
        self._transport.abort()
        return False
