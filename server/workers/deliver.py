"""Deliver: hand the messages of the outbox over, at least once, under names that never change."""

import asyncio
import base64
import http.client
import logging
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from models.execution.log_row import OutgoingMessage
from server.command_path.ports import Clock, Outbox

diagnostics = logging.getLogger("interlock.deliver")

_AT_ONCE: Final = 20
_MAX_REASON: Final = 500
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SUCCESS: Final = range(200, 300)


class DeliveryError(Exception):
    """The message was not handed over; says what stood in the way. It is tried again."""


class Transport(Protocol):
    """One way out. ``name`` is under which the outbox remembers what it has delivered."""

    @property
    def name(self) -> str:
        """Return the name of the transport."""
        ...

    async def deliver(self, message: OutgoingMessage) -> None:
        """Hand the message over, or raise DeliveryError."""
        ...


async def deliver_until_cancelled(
    transport: Transport, outbox: Outbox, clock: Clock, pause_s: float = 1.0
) -> None:
    """Deliver whatever the outbox holds for the transport, now and from now on."""
    while True:
        try:
            handed = await deliver_once(transport, outbox, clock)
        except Exception:  # noqa: BLE001 -- a database that is away must not end the worker
            diagnostics.exception("%s cannot reach the outbox", transport.name)
            handed = 0
        if handed == 0:
            await asyncio.sleep(pause_s)


async def deliver_once(transport: Transport, outbox: Outbox, clock: Clock) -> int:
    """Try the oldest messages that may be tried now; return how many were handed over."""
    handed = 0
    for message in await outbox.undelivered(transport.name, _AT_ONCE):
        try:
            await transport.deliver(message)
        except DeliveryError as error:
            reason = str(error)[:_MAX_REASON]
            diagnostics.warning("%s of %s: %s", transport.name, message.message_id, reason)
            await outbox.failed(transport.name, message.message_id, clock(), reason)
        else:
            await outbox.delivered(transport.name, message.message_id, clock())
            handed += 1
    return handed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDrop:
    """Writes ``<message id>.xml`` into a folder: complete and durable before it has its name."""

    folder: Path
    name: str = "file"

    async def deliver(self, message: OutgoingMessage) -> None:
        """Write the message; the same message again is the same file."""
        if not _NAME.fullmatch(message.message_id):
            msg = f"message id {message.message_id!r} is no file name"
            raise DeliveryError(msg)
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            msg = f"{self.folder} cannot be written: {error.strerror or error}"
            raise DeliveryError(msg) from error

    def _write(self, message: OutgoingMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{message.message_id}.xml"
        partial = self.folder / f".{message.message_id}.part"
        with partial.open("wb") as file:
            file.write(message.body.encode())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        listing = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(listing)
        finally:
            os.close(listing)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPost:
    """Posts each message to a URL; a 2xx answer within ``timeout_s`` seconds is a delivery.

    The message id goes along as ``Idempotency-Key``, so that the receiver can tell a repeat.
    Redirects are not followed. ``user`` and ``password`` become HTTP Basic credentials.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 10.0
    name: str = "http"

    def __post_init__(self) -> None:
        """Refuse a URL that can't be posted to, before anything is sent."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            msg = f"{self.url} is not a URL to post to; write http://host:port/path"
            raise ValueError(msg)

    async def deliver(self, message: OutgoingMessage) -> None:
        """Post the message."""
        connection = self._connection()
        try:
            async with asyncio.timeout(self.timeout_s):
                status, answer = await asyncio.to_thread(self._post, connection, message)
        except TimeoutError as error:
            msg = f"{self.url} did not answer within {self.timeout_s:g} s"
            raise DeliveryError(msg) from error
        except (OSError, http.client.HTTPException) as error:
            msg = f"{self.url} cannot be reached: {error}"
            raise DeliveryError(msg) from error
        finally:
            _hang_up(connection)
        if status not in _SUCCESS:
            msg = f"{self.url} answered {status}: {answer}"
            raise DeliveryError(msg)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else None
        make = kind or http.client.HTTPConnection
        return make(parts.hostname, parts.port, timeout=self.timeout_s)

    def _post(
        self, connection: http.client.HTTPConnection, message: OutgoingMessage
    ) -> tuple[int, str]:
        parts = urlsplit(self.url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = {
            "Content-Type": "application/xml; charset=utf-8",
            "Idempotency-Key": message.message_id,
            "Connection": "close",
        }
        if self.user:
            pair = f"{self.user}:{self.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        connection.request("POST", path, message.body.encode(), headers)
        response = connection.getresponse()
        return response.status, response.read1(_MAX_REASON).decode(errors="replace")


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """Close the connection so that a thread that still waits on it wakes up."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
