"""The demo plant over Modbus TCP, as separate processes that can be switched off and on."""

import asyncio
import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.modbus.adapter import ModbusAdapter
from adapters.modbus.config import ModbusConfig
from mappings.language import LineMapping
from mappings.load import load
from tests.tree import ROOT


def now() -> datetime:
    return datetime.now(UTC)


def free_port_pair() -> int:
    """Return a port that is free together with the three after it."""
    for _ in range(100):
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
        others = [socket.socket() for _ in range(4)]
        try:
            for offset, other in enumerate(others):
                other.bind(("127.0.0.1", port + offset))
        except (OSError, OverflowError):
            continue
        else:
            return port
        finally:
            for other in others:
                other.close()
    raise AssertionError("no four ports in a row are free")


class ModbusPlant:
    """The demo plant over Modbus TCP: it can be switched off and on again at the same ports."""

    weight = "FLOOR-SCALE-01.net_weight"
    stable = "FLOOR-SCALE-01.stable"
    setting = "BLENDER-01.speed_wish"

    def __init__(self, folder: Path, time_scale: float = 1.0) -> None:
        self._time_scale = time_scale
        self._ports_file = folder / "ports.json"
        self._port = free_port_pair()
        self._process: subprocess.Popen[bytes] | None = None

    def switch_on(self) -> None:
        self._ports_file.unlink(missing_ok=True)
        base = str(self._port)
        scale = ["--time-scale", str(self._time_scale)]
        program = [sys.executable, "-m", "simulators", "demo", "--port-base", base, *scale]
        self._process = subprocess.Popen(
            [*program, "--ports-file", str(self._ports_file), "--seed", "7"], cwd=ROOT
        )

    async def wait_on(self) -> None:
        async with asyncio.timeout(30):
            while not self._ports_file.exists():
                assert self._process is not None
                assert self._process.poll() is None, "the simulators ended"
                await asyncio.sleep(0.02)

    def switch_off(self) -> None:
        """Take the power away: nobody says goodbye."""
        if self._process is None:
            return
        if self._ports_file.exists():
            ports = json.loads(self._ports_file.read_text(encoding="utf-8"))
            for simulator in ports["simulators"].values():
                subprocess.run(["kill", "-9", str(simulator["pid"])], check=False)  # noqa: S607
        self._process.terminate()
        self._process.wait(timeout=20)
        self._process = None

    def mapping(self, line: str) -> LineMapping:
        parameters = {
            "DISPENSING_PORT": str(self._port),
            "BLENDING_PORT": str(self._port + 2),
        }
        mapping = load(ROOT / "mappings" / "lines" / f"{line}.yaml", parameters)
        assert isinstance(mapping, LineMapping)
        return mapping

    def adapter(self, line: str, index: int = 0, **settings: Any) -> ModbusAdapter:
        mapping = self.mapping(line)
        device = mapping.devices[index]
        config = ModbusConfig(
            name=device.name,
            host=device.host,
            port=device.port,
            unit=device.unit,
            tags=mapping.tags_of(device.name),
            **{"poll_s": 0.05, "timeout_s": 1.0, "reconnect_limit_s": 0.5} | settings,
        )
        return ModbusAdapter(config, now)

    async def hand(self, what: dict[str, Any], simulator: int = 0) -> None:
        """Do something at the panel of the scales (0) or of the blender (1)."""
        port = self._port + 2 * simulator + 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(json.dumps(what).encode() + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
        await writer.wait_closed()
        assert answer["ok"], answer
