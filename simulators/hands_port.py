"""The loopback TCP port of the hands: one JSON object a line in, one JSON object a line out."""

import asyncio
import json
from typing import Final

from simulators.hands import Answer, act
from simulators.modbus_wire import HOST, PortTakenError
from simulators.plc import Plc

LINE_LIMIT: Final = 4096
CONNECTION_LIMIT: Final = 16


class HandsPort:
    """Serves `simulators.hands` over TCP; both lines and connections are bounded."""

    def __init__(self, plc: Plc, port: int) -> None:
        """Take the PLC that hands touch and a port, 0 for any that is free."""
        self._plc = plc
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = port

    async def open(self) -> None:
        """Listen; a port that was 0 is known from then on."""
        try:
            self._server = await asyncio.start_server(
                self._connected, HOST, self.port, limit=LINE_LIMIT
            )
        except OSError as cause:
            reason = f"port {self.port} for the hands is taken; choose another with --port-base"
            raise PortTakenError(reason) from cause
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._writers):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if len(self._writers) > CONNECTION_LIMIT:
                await _send(writer, _wrong(f"more than {CONNECTION_LIMIT} connections; close one"))
                return
            while await self._answer_line(reader, writer):
                pass
        except ConnectionError:
            pass  # the other side hung up; that is its right
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer_line(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one line; False when there will be no more."""
        try:
            line = await reader.readline()
        except ValueError:  # the line is longer than the limit: its end is unknown, so hang up
            await _send(writer, _wrong(f"a line may have {LINE_LIMIT} bytes at most"))
            return False
        if not line:
            return False
        await _send(writer, self._answer(line))
        return True

    def _answer(self, line: bytes) -> Answer:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError) as cause:
            return _wrong(f"a line must be one JSON object: {cause}")
        return act(self._plc, request)


def _wrong(reason: str) -> Answer:
    return {"ok": False, "error": reason}


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    writer.write(json.dumps(answer, allow_nan=False).encode() + b"\n")
    await writer.drain()
