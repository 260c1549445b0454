"""A light OPC UA client for measuring: requests packed once, answers counted, not read.

asyncua's client opens the channel and the session; then its socket is taken over.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary, struct_to_binary

from server.faces.opcua.secure.connection import ChannelConnection, ChannelLimits

WINDOW = 16
"""Requests that are under way at the same time."""

_CHUNK = 65_535
_HEADER = 8


class Load(asyncio.Protocol):
    """One connection that sends what it is told and counts what comes back."""

    def __init__(self, client: Client) -> None:
        stock: Any = client.uaclient
        self._client = client
        self._header = ua.RequestHeader()
        stock.protocol._setup_request_header(self._header, 60)
        was = stock.protocol._connection
        limits = ChannelLimits(max_recv_buffer=_CHUNK, max_send_buffer=_CHUNK)
        self._wire = ChannelConnection(was.security_policy, limits)
        self._wire.__dict__.update(was.__dict__)
        self._wire._limits = limits
        self._wire._ends = {was.security_token.TokenId: float("inf")}
        self._wire._keys = self._wire._current_keys()
        self._transport = stock.protocol.transport
        self._buffer = b""
        self._request_id = 1_000
        self._left = 0
        self._awaited = 0
        self._bodies: Sequence[bytes] = ()
        self._last = b""
        self._done = asyncio.Event()

    @classmethod
    async def connect(
        cls, url: str, certificates: tuple[Path, Path, Path] | None, mode: str
    ) -> "Load":
        """Open a session: anonymous on None, else with certificate, name and password."""
        client = Client(url, timeout=30)
        if certificates is not None:
            own, key, server = certificates
            client.application_uri = "urn:test:hmi"
            client.set_user("hmi-01")
            client.set_password("booth seven")
            await client.set_security(
                SecurityPolicyBasic256Sha256,
                str(own),
                str(key),
                server_certificate=str(server),
                mode=ua.MessageSecurityMode[mode],
            )
        await client.connect()
        for name in ("_supervisor_task", "_stale_watchdog_task", "_renew_channel_task"):
            task = getattr(client, name, None)
            if task is not None:
                task.cancel()
        load = cls(client)
        load._transport.set_protocol(load)
        return load

    def pack(self, request: Any) -> bytes:
        """Return a request ready to be sent over and over."""
        request.RequestHeader = self._header
        return struct_to_binary(request)

    async def run(self, bodies: Sequence[bytes], count: int) -> float:
        """Send so many requests, taking the bodies by turns; return the seconds it took."""
        self._bodies, self._left, self._awaited = bodies, count, 0
        self._done.clear()
        began = time.perf_counter()
        self._send(min(WINDOW, count))
        await self._done.wait()
        return time.perf_counter() - began

    def answer(self, response: type) -> Any:
        """Return the last answer, read."""
        request = self._wire.open_chunk(self._last)
        assert request is not None, "the answer came in several chunks"
        body = Buffer(request.body)
        type_id = nodeid_from_binary(body)
        if type_id == ua.NodeId(ua.ObjectIds.ServiceFault_Encoding_DefaultBinary):
            body = Buffer(request.body)
            fault: Any = struct_from_binary(ua.ServiceFault, body)
            raise AssertionError(fault.ResponseHeader.ServiceResult.name)
        return struct_from_binary(response, Buffer(request.body))

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()

    def _send(self, count: int) -> None:
        frames = []
        for _ in range(min(count, self._left)):
            self._request_id += 1
            body = self._bodies[self._left % len(self._bodies)]
            frames.append(self._wire.seal(body, self._request_id))
            self._left -= 1
            self._awaited += 1
        if frames:
            self._transport.write(b"".join(frames))

    def data_received(self, data: bytes) -> None:
        """Count what came, and send as much again."""
        data = self._buffer + data
        at, answered = 0, 0
        while len(data) - at >= _HEADER:
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            if len(data) - at < size:
                break
            if data[at + 3] == ord("F"):
                answered += 1
                self._last = data[at : at + size]
                self._wire._peer_sequence_number = None
            at += size
        self._buffer = data[at:]
        self._awaited -= answered
        self._send(answered)
        if not self._awaited and not self._left:
            self._done.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Do not wait for answers that will not come."""
        del exc
        self._done.set()
