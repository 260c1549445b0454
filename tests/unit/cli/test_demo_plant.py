"""The plant of the demo watches over its server."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from server.cli.demo_plant import DemoPlant
from server.cli.installation import Installation
from server.cli.processes import Process, ProcessEndedError
from server.cli.shop_floor import Machine


@pytest.fixture
def plant(tmp_path: Path) -> DemoPlant:
    installation = Installation(tmp_path / "demo").install(date(2026, 6, 1))
    return DemoPlant(installation, lambda _: None, time_scale=5.0)


async def test_a_server_that_cannot_start_again_ends_the_demo_and_says_why(
    plant: DemoPlant,
) -> None:
    plant.server = Process(
        "server", ("-c", "raise SystemExit('no room on disk')"), plant_log(plant)
    )
    nowhere = Machine(host="127.0.0.1", modbus_port=1, hands_port=1)
    plant.machines = {"dispensing": nowhere, "blender": nowhere}
    await plant.server.start()
    with pytest.raises(ProcessEndedError, match="no room on disk"):
        async with asyncio.timeout(20), plant._kept_running():
            await asyncio.Event().wait()


async def test_the_demo_ends_quietly_while_the_server_runs(plant: DemoPlant) -> None:
    plant.server = Process("server", ("-c", "import time; time.sleep(60)"), plant_log(plant))
    await plant.server.start()
    async with plant._kept_running():
        await asyncio.sleep(0)
    assert plant.server.running, "stopping it is somebody else's business"
    await plant._stop()
    assert not plant.server.running


def plant_log(plant: DemoPlant) -> Path:
    return plant.installation.log("server")
