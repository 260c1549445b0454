"""The hands of the demo, at the simulators that they will meet."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from server.cli.shop_floor import Machine, NotNowError, ShopFloorError, read_ports

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Machine]]:
    ports = tmp_path_factory.mktemp("simulators") / "ports.json"
    command = [sys.executable, "-m", "simulators", "demo", "--ports-file", str(ports)]
    with subprocess.Popen(
        [*command, "--time-scale", "5", "--exit-with-parent"], stdout=subprocess.DEVNULL
    ) as simulators:
        try:
            wait_for_file(ports)
            yield read_ports(ports)
        finally:
            simulators.terminate()
            assert simulators.wait(20) == 0


def wait_for_file(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} was not written within 30 s")


async def test_a_load_is_put_on_a_scale_and_taken_off(machines: Mapping[str, Machine]) -> None:
    booth = machines["dispensing"]
    assert (await booth.hand("place", device="FLOOR-SCALE", mass_kg=10.0))["load_kg"] == 10.0
    assert (await booth.hand("remove", device="FLOOR-SCALE"))["load_kg"] == 0.0


async def test_a_vessel_is_tared_when_it_is_at_rest(machines: Mapping[str, Machine]) -> None:
    booth = machines["dispensing"]
    await booth.hand("pour", device="BENCH-SCALE", mass_kg=5.0, over_s=3600)
    await until(booth, lambda scale: scale["motion"] and scale["net"] > 0.01)
    with pytest.raises(NotNowError, match="answered 2"):
        await booth.hand("tare", device="BENCH-SCALE")
    await booth.hand("remove", device="BENCH-SCALE")
    await booth.hand("place", device="BENCH-SCALE", mass_kg=1.0)
    await until(booth, lambda scale: scale["stable"] and abs(scale["net"] - 1.0) < 0.001)
    await booth.hand("tare", device="BENCH-SCALE")
    await until(booth, lambda scale: abs(scale["tare"] - 1.0) < 0.001 and abs(scale["net"]) < 0.001)
    await booth.hand("clear-tare", device="BENCH-SCALE")
    await booth.hand("remove", device="BENCH-SCALE")


async def test_what_the_machine_refuses_is_said(machines: Mapping[str, Machine]) -> None:
    with pytest.raises(ShopFloorError, match="no device"):
        await machines["dispensing"].hand("remove", device="NO-SCALE")
    await machines["blender"].hand("command", name="Reset")
    await wait_state(machines["blender"], "Idle")
    with pytest.raises(ShopFloorError, match="answered 3"):  # without a permit
        await machines["blender"].hand("command", name="Start")


async def test_the_dials_of_the_blender_are_turned(machines: Mapping[str, Machine]) -> None:
    await machines["blender"].turn_dials(speed_rpm=12.0, revolutions=8)
    registers = (await machines["blender"].hand("state"))["devices"]["BLENDER"]["registers"]
    assert (registers["speed_set"], registers["revolutions_set"]) == (12.0, 8)


async def test_a_dial_has_a_stop(machines: Mapping[str, Machine]) -> None:
    with pytest.raises(ShopFloorError, match="exception 3"):
        await machines["blender"].turn_dials(speed_rpm=400.0, revolutions=8)


async def test_a_missing_simulator_is_said() -> None:
    nobody = Machine(host="127.0.0.1", modbus_port=1, hands_port=1)
    with pytest.raises(ShopFloorError, match="does it still run"):
        await nobody.hand("state")


async def until(booth: Machine, shown: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if shown((await booth.hand("state"))["devices"]["BENCH-SCALE"]["registers"]):
                return
            await asyncio.sleep(0.02)


async def wait_state(blender: Machine, state: str) -> None:
    async with asyncio.timeout(10):
        while True:
            truth = (await blender.hand("state"))["devices"]["BLENDER"]["truth"]
            if truth["state"] == state:
                return
            await asyncio.sleep(0.05)
