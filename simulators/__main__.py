"""``python -m simulators scenario.yaml``: runs the simulated plant until it is told to stop."""

import argparse
import asyncio
import dataclasses
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulators.modbus_wire import PortTakenError
from simulators.ports import choose, write
from simulators.process import run, stop_with_parent
from simulators.scenario import Scenario, ScenarioError, Simulator, load
from simulators.supervise import SimulatorEndedError, supervise

_OK, _ENDED, _UNUSABLE = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run the simulators; 0 when stopped, 1 when one ended by itself, 2 when unable to start."""
    options = _parser().parse_args(argv)
    if options.port_base is None and options.ports_file is not None:
        options.port_base = 0
    try:
        scenario = _scenario(options)
        asyncio.run(_run(scenario, options))
    except (ScenarioError, PortTakenError) as wrong:
        sys.stderr.write(f"simulators: {wrong}\n")
        return _UNUSABLE
    except SimulatorEndedError as ended:
        sys.stderr.write(f"simulators: {ended}\n")
        return _ENDED
    finally:
        if options.ports_file is not None:
            options.ports_file.unlink(missing_ok=True)
    return _OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    add = parser.add_argument
    add("scenario", help="scenario file, or the name of a shipped one such as demo")
    add("--only", metavar="NAME", help="run this simulator only, in this process")
    add("--port-base", type=_port, metavar="N", help="first port; 0 = any free ports")
    add(
        "--ports-file", type=Path, metavar="FILE", help="write the ports there as JSON; alone: free"
    )
    add("--seed", type=_seed, help="seed of all chance, instead of the scenario's")
    add(
        "--time-scale", type=_time_scale, metavar="X", help="simulated seconds per second, 0.1..100"
    )
    add("--exit-with-parent", action="store_true", help="stop when the parent process is gone")
    add("--announce", action="store_true", help=argparse.SUPPRESS)  # one JSON line for `supervise`
    return parser


def _number(text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"must be a number from {low:g} to {high:g}, not {text!r}")
    return number


def _port(text: str) -> int:
    return int(_number(text, 0, 65000))


def _seed(text: str) -> int:
    return int(_number(text, 0, 2**32))


def _time_scale(text: str) -> float:
    return _number(text, 0.1, 100.0)


def _scenario(options: argparse.Namespace) -> Scenario:
    scenario = load(options.scenario)
    if options.seed is not None:
        scenario = dataclasses.replace(scenario, seed=options.seed)
    if options.time_scale is not None:
        scenario = dataclasses.replace(scenario, time_scale=options.time_scale)
    if options.only is not None:
        _only(scenario, options.only)
    return scenario


def _only(scenario: Scenario, name: str) -> Simulator:
    for simulator in scenario.simulators:
        if simulator.name == name:
            return simulator
    known = ", ".join(s.name for s in scenario.simulators)
    raise ScenarioError(f"{scenario.name}: no simulator {name!r}; --only takes one of: {known}")


async def _run(scenario: Scenario, options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watch = asyncio.create_task(stop_with_parent(stop)) if options.exit_with_parent else None

    def listening(entries: Mapping[str, dict[str, Any]]) -> None:
        _tell(scenario, options, entries)

    try:
        if options.only is None:
            await supervise(scenario, _arguments(scenario, options), stop, listening)
        else:
            simulator = _only(scenario, options.only)
            ports = choose(scenario, simulator, options.port_base)
            await run(scenario, simulator, ports, stop, lambda e: listening({simulator.name: e}))
    finally:
        stop.set()
        if watch is not None:
            await watch


def _arguments(scenario: Scenario, options: argparse.Namespace) -> list[str]:
    base = [] if options.port_base is None else ["--port-base", str(options.port_base)]
    chance = ["--seed", str(scenario.seed), "--time-scale", str(scenario.time_scale)]
    return [options.scenario, *base, *chance]


def _tell(
    scenario: Scenario, options: argparse.Namespace, entries: Mapping[str, dict[str, Any]]
) -> None:
    """Say where the simulators listen: on the screen, and in the ports file."""
    for name, where in entries.items():
        if options.announce:
            sys.stdout.write(json.dumps(where) + "\n")
        else:
            host, modbus, hands = where["host"], where["modbus_port"], where["hands_port"]
            sys.stdout.write(f"{name}: Modbus TCP {host}:{modbus}, hands {host}:{hands}\n")
    sys.stdout.flush()
    if options.ports_file is not None:
        write(options.ports_file, scenario, entries.items())


if __name__ == "__main__":
    sys.exit(main())
