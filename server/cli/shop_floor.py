"""What people do by hand at the simulated machines: load a scale, turn a dial, press a button."""

import asyncio
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ANSWER_TIMEOUT_S: Final = 10.0
_WRITE_REGISTERS: Final = 16  # Modbus function code
_SPEED_SET: Final = 4  # holding registers of the simulated blender
_MBAP: Final = struct.Struct(">HHHB")


class ShopFloorError(Exception):
    """A simulated machine did not do what the hand wanted; the text says why."""


class NotNowError(ShopFloorError):
    """The machine answered that it can't do that now, such as to tare what is in motion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where one simulated controller listens: its field bus, and the port of its hands."""

    host: str
    modbus_port: int
    hands_port: int

    async def hand(self, do: str, **words: object) -> Mapping[str, Any]:
        """Do something at the machine and return its answer."""
        request = json.dumps({"do": do, **words}).encode() + b"\n"
        answer = json.loads(await _exchange(self.host, self.hands_port, request, b"\n"))
        if not answer.get("ok"):
            raise ShopFloorError(f"{do}: {answer.get('error', answer)}")
        if answer.get("result", 1) != 1:
            raise NotNowError(f"{do} {words}: the machine answered {answer['result']}")
        return dict(answer)

    async def turn_dials(self, *, speed_rpm: float, revolutions: int) -> None:
        """Set speed and revolutions of the blender, as its own panel would (one FC 16)."""
        values = struct.pack(">fI", speed_rpm, revolutions)
        body = struct.pack(">BHHB", _WRITE_REGISTERS, _SPEED_SET, len(values) // 2, len(values))
        frame = _MBAP.pack(1, 0, len(body) + len(values) + 1, 1) + body + values
        answer = await _exchange(self.host, self.modbus_port, frame, None)
        if answer[7] != _WRITE_REGISTERS:
            raise ShopFloorError(f"the blender refused speed {speed_rpm} (exception {answer[8]})")


async def _exchange(host: str, port: int, request: bytes, end: bytes | None) -> bytes:
    """Send a request and return the answer, up to ``end`` or the length of a Modbus write."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request)
                await writer.drain()
                return await (reader.readuntil(end) if end else _modbus_answer(reader))
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise ShopFloorError(
            f"the simulator at {host}:{port} does not answer ({error}); does it still run?"
        ) from error


async def _modbus_answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(_MBAP.size)
    return head + await reader.readexactly(_MBAP.unpack(head)[2] - 1)


def read_ports(ports_file: Path) -> Mapping[str, Machine]:
    """Return the machines of a ports file that the simulators have written."""
    simulators = json.loads(ports_file.read_text("utf-8"))["simulators"]
    return {
        name: Machine(
            host=where["host"], modbus_port=where["modbus_port"], hands_port=where["hands_port"]
        )
        for name, where in simulators.items()
    }
