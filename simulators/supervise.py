"""Every simulator of a scenario as a process of its own, started and stopped together."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from simulators.scenario import Scenario

_START_S: Final = 20.0
_STOP_S: Final = 5.0


class SimulatorEndedError(RuntimeError):
    """A simulator could not start, or ended although nobody stopped it."""


async def supervise(
    scenario: Scenario,
    arguments: list[str],
    stop: asyncio.Event,
    listening: Callable[[dict[str, dict[str, Any]]], None],
) -> None:
    """Run ``python -m simulators <arguments> --only NAME`` for every simulator until stopped."""
    processes: dict[str, asyncio.subprocess.Process] = {}
    try:
        for simulator in scenario.simulators:
            processes[simulator.name] = await _start(simulator.name, arguments)
        entries = {name: await _wait_listening(name, p) for name, p in processes.items()}
        listening(entries)
        await _wait_end(processes, stop)
    finally:
        await asyncio.gather(*(_stop(p) for p in processes.values()))


async def _start(name: str, arguments: list[str]) -> asyncio.subprocess.Process:
    here = str(Path(__file__).parent.parent)
    path = os.pathsep.join(p for p in (here, os.environ.get("PYTHONPATH", "")) if p)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulators",
        *arguments,
        "--only",
        name,
        "--announce",
        "--exit-with-parent",
        env={**os.environ, "PYTHONPATH": path},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        # A Ctrl-C reaches the whole foreground group; only we are to react, and stop the others.
        start_new_session=True,
    )


async def _wait_listening(name: str, process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_S):
            line = await process.stdout.readline()
    except TimeoutError as cause:
        raise SimulatorEndedError(f"simulator {name} did not listen in {_START_S:g} s") from cause
    if not line:
        raise SimulatorEndedError(f"simulator {name} could not start; the line above says why")
    announced: dict[str, Any] = json.loads(line)
    return announced


async def _wait_end(processes: dict[str, asyncio.subprocess.Process], stop: asyncio.Event) -> None:
    """Return when stopped; raise `SimulatorEndedError` when a simulator ends before."""
    waits = {asyncio.create_task(p.wait(), name=name): name for name, p in processes.items()}
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({*waits, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in (*waits, stopped):
            waiting.cancel()
    ended = [waits[wait] for wait in done if wait in waits]
    if ended and not stop.is_set():
        raise SimulatorEndedError(f"simulator {', '.join(ended)} ended by itself")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
    await process.wait()
