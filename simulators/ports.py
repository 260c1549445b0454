"""Where simulators listen: choosing ports, and the file that tells others."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulators.scenario import Scenario, Simulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The two ports of a simulator; 0 asks for any that is free."""

    modbus: int
    hands: int


def choose(scenario: Scenario, simulator: Simulator, port_base: int | None) -> Ports:
    """Return the ports of a simulator: the scenario's own, or counted from a base by position."""
    if port_base is None:
        return Ports(modbus=simulator.modbus_port, hands=simulator.hands_port)
    if port_base == 0:
        return Ports(modbus=0, hands=0)
    first = port_base + 2 * scenario.simulators.index(simulator)
    return Ports(modbus=first, hands=first + 1)


def entry(simulator: Simulator, ports: Ports, host: str) -> dict[str, Any]:
    """Return what the ports file says about one simulator that runs in this process."""
    return {
        "host": host,
        "modbus_port": ports.modbus,
        "hands_port": ports.hands,
        "pid": os.getpid(),
        "devices": {config.name: config.dev_id for config in simulator.devices},
    }


def write(file: Path, scenario: Scenario, simulators: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write the ports file at once: a reader sees all of it, or no file."""
    document = {
        "scenario": scenario.name,
        "seed": scenario.seed,
        "time_scale": scenario.time_scale,
        "simulators": dict(simulators),
    }
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
