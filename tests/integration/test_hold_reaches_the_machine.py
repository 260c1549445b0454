"""A hold takes the permit away, and the blender over Modbus holds; after resumption it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.codec import loads
from models.execution.records import JobOrderRecord
from server.cli.shop_floor import Machine, ShopFloorError
from server.queries.permit import may_run
from server.queries.read_model import ReadModel
from server.workers.permit import PermitTags, drive
from tests import world as w
from tests.fix_command_path import KEY, Rig, running
from tests.fix_modbus_plant import ModbusPlant
from tests.integration.test_ingest_plant import Intake, until
from tests.lifecycle import ORDER, RECIPE, pause, resume

pytestmark = pytest.mark.integration

STATION: Final = "BLEND-01"
EXECUTE, HELD = 6, 11
HOLD: Final = c.HoldStep(station=STATION, reason="the drum squeaks")
MASTER: Final = replace(
    RECIPE,
    material_definition_id="VITC-500-CAPS",  # described, so that its allergens are known
    steps=tuple(replace(step, equipment_class="blender") for step in RECIPE.steps),
)


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[ModbusPlant]:
    plant = ModbusPlant(tmp_path)
    plant.switch_on()
    await plant.wait_on()
    yield plant
    plant.switch_off()


@asynccontextmanager
async def blending(plant: ModbusPlant) -> AsyncIterator[tuple[Rig, Intake, Machine]]:
    """Run the command path and the permit of a blender that is blending for a job order."""
    intake = Intake(plant, "blending")
    (device,) = intake.mapping.devices
    machine = Machine(host=device.host, modbus_port=device.port, hands_port=device.port + 1)
    log = InMemoryExecutionLog()
    async with running(log) as rig, intake.running():
        model = ReadModel(log, KEY)
        await model.open()
        (permit,) = intake.mapping.permits
        tags = PermitTags(
            equipment_id=permit.equipment_id,
            enable_tag=permit.enable_tag,
            heartbeat_tag=permit.heartbeat_tag,
            heartbeat_s=permit.heartbeat_s,
        )

        def asked(equipment_id: str) -> bool:
            return may_run(equipment_id, model.view(rig.clock()))

        tasks = [
            asyncio.create_task(model.run()),
            asyncio.create_task(drive(tags, intake.devices[0], asked)),
        ]
        try:
            await start_work(rig)
            await start_machine(intake, machine)
            yield rig, intake, machine
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def start_work(rig: Rig) -> None:
    """Begin a step at the blender."""
    await rig.must(c.DefineMasterData(items=(*w.PLANT.master_data, MASTER)), w.SYSTEM)
    for command, principal in w.approvals((MASTER,)):
        await rig.must(command, principal)
    await rig.must(
        c.StoreJobOrder(
            job_order_id=ORDER,
            work_master_id=MASTER.work_master_id,
            quantity=MASTER.quantity,
            allowed_to_start=True,
        )
    )
    who = w.identity("op-01")
    await rig.must(c.OpenStationSession(station=STATION, job_order_id=ORDER, identity=who))
    await rig.must(c.StartStep(station=STATION, step_id="010"))


async def start_machine(intake: Intake, machine: Machine) -> None:
    """Bring the blender into Execute, as the person at its panel does."""
    await until(lambda: intake.value("BLENDER-01.permit_live") is True)
    await machine.turn_dials(speed_rpm=12.0, revolutions=0)
    await machine.hand("command", name="Reset")
    await until(lambda: intake.value("BLENDER-01.state_current") == 4)
    await machine.hand("command", name="Start")
    await until(lambda: intake.value("BLENDER-01.state_current") == EXECUTE)


async def state(rig: Rig) -> tuple[str, str]:
    """Return the state of the job order and of its step, as they are on record."""
    heads = await rig.log.load([f"job_order:{ORDER}"])
    order = loads(JobOrderRecord, heads[f"job_order:{ORDER}"].state)
    return order.state.value, order.steps[0].state.value


@pytest.mark.parametrize("command", [HOLD, pause()], ids=["of the step", "of the job order"])
async def test_a_hold_holds_the_machine_and_a_resumption_lets_it_go_on(
    plant: ModbusPlant, command: c.Command
) -> None:
    async with blending(plant) as (rig, intake, machine):
        principal = None if command is HOLD else w.account("sup-01")
        await rig.must(command, principal)
        assert await state(rig) == ("Interrupted", "Held"), "with the hold itself, not after it"
        await until(lambda: intake.value("BLENDER-01.permit") is False)
        await until(lambda: intake.value("BLENDER-01.state_current") == HELD)
        with pytest.raises(ShopFloorError):  # no permit: the button does nothing
            await machine.hand("command", name="Unhold")
        await rig.must(resume(), w.account("sup-01"))
        assert await state(rig) == ("Running", "InProgress")
        await until(lambda: intake.value("BLENDER-01.permit_live") is True)
        await machine.hand("command", name="Unhold")
        await until(lambda: intake.value("BLENDER-01.state_current") == EXECUTE)


async def test_an_aborted_job_order_takes_the_permit_away_for_good(plant: ModbusPlant) -> None:
    async with blending(plant) as (rig, intake, machine):
        abort = c.AbortJobOrder(job_order_id=ORDER, reason="no", identity=w.identity("sup-01"))
        await rig.must(abort, w.account("sup-01"))
        assert await state(rig) == ("Aborted", "Aborted")
        await until(lambda: intake.value("BLENDER-01.state_current") == HELD)
        with pytest.raises(ShopFloorError):
            await machine.hand("command", name="Unhold")
