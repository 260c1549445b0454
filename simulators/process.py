"""One simulator in this process: the PLC stepped in time, its wire and its hands served."""

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final

from simulators.device import STEP_S
from simulators.hands import act
from simulators.hands_port import HandsPort
from simulators.modbus_wire import HOST, ModbusWire
from simulators.plc import Plc
from simulators.ports import Ports, entry
from simulators.scenario import Deed, Scenario, Simulator

# A computer that slept has not simulated meanwhile: at most this much real time is caught up.
_CATCH_UP_S: Final = 1.0


class Player:
    """Steps a PLC and does the deeds of its timeline when their time has come."""

    def __init__(self, plc: Plc, timeline: tuple[Deed, ...]) -> None:
        self._plc = plc
        self._to_do = list(timeline)

    def step(self) -> None:
        """Advance by one step of simulated time."""
        while self._to_do and self._to_do[0].at_s <= self._plc.time_s + STEP_S / 2:
            act(self._plc, self._to_do.pop(0).request)
        self._plc.step()


async def run(
    scenario: Scenario,
    simulator: Simulator,
    ports: Ports,
    stop: asyncio.Event,
    listening: Callable[[dict[str, Any]], None],
) -> None:
    """Run until stopped; `listening` is told where, once both ports are open."""
    plc = simulator.build(scenario.seed, scenario.time_scale)
    wire, hands = ModbusWire(plc, ports.modbus), HandsPort(plc, ports.hands)
    try:
        await wire.open()
        await hands.open()
        listening(entry(simulator, Ports(modbus=wire.port, hands=hands.port), HOST))
        player = Player(plc, simulator.timeline)
        await _keep_time(player, plc, wire, scenario.time_scale, stop)
    finally:
        await hands.close()
        await wire.close()


async def _keep_time(
    player: Player, plc: Plc, wire: ModbusWire, time_scale: float, stop: asyncio.Event
) -> None:
    clock = asyncio.get_running_loop().time
    before, owed = clock(), 0.0
    while not stop.is_set():
        now = clock()
        owed += min(now - before, _CATCH_UP_S) * time_scale / STEP_S
        before = now
        while owed >= 1.0:
            player.step()
            owed -= 1.0
        await _follow(plc, wire)
        await _rest(stop, STEP_S)


async def _follow(plc: Plc, wire: ModbusWire) -> None:
    """Cut or mend the wire as the PLC has it."""
    if plc.offline and wire.is_open:
        await wire.close()
    elif not plc.offline and not wire.is_open:
        await wire.open()


async def _rest(stop: asyncio.Event, for_s: float) -> None:
    try:
        async with asyncio.timeout(for_s):
            await stop.wait()
    except TimeoutError:
        pass


async def stop_with_parent(stop: asyncio.Event) -> None:
    """Set `stop` when the process that started this one is gone."""
    parent = os.getppid()
    while not stop.is_set():
        if os.getppid() != parent:
            stop.set()
        await _rest(stop, 0.5)
