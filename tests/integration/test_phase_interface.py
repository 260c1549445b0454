"""The phase of a step on the simulated blender over Modbus, with acknowledgements that get lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.phase_state import PhaseState
from models.execution.records import JobOrderRecord, StepRecord
from models.execution.step_state import StepState
from models.isa95.work_definition import PhaseParameter, PhaseSpecification
from server.queries.permit import may_run
from server.queries.phase_task import PhaseTask, phase_task
from server.queries.read_model import ReadModel
from server.workers import phase as phases
from server.workers.ingest import Ingest
from server.workers.live import LiveTable
from server.workers.permit import PermitTags, drive
from tests import world as w
from tests.fix_command_path import KEY, Rig, running
from tests.fix_modbus_plant import ModbusPlant, now
from tests.integration.test_ingest_plant import Store
from tests.lifecycle import RECIPE

pytestmark = pytest.mark.integration

STATION: Final = "BLEND-01"
RUNS: Final = 100
TIME_SCALE: Final = 100.0
VALUES: Final = (
    PhaseParameter(name="speed", value=Decimal(30), unit="rpm"),
    PhaseParameter(name="revolutions", value=Decimal(2)),
)
MASTER: Final = replace(
    RECIPE,
    material_definition_id="VITC-500-CAPS",
    steps=(
        replace(
            RECIPE.steps[0],
            equipment_class="blender",
            evidence=(),
            branches=(),
            phase=PhaseSpecification(name="blend", parameters=VALUES),
        ),
    ),
)


@dataclass
class Blending:
    """The record, the blender, and the interface between the two."""

    rig: Rig
    plant: ModbusPlant
    live: LiveTable
    model: ReadModel

    def value(self, tag: str) -> object:
        """Return the latest reading of a tag of the blender."""
        reading = self.live.latest(f"BLENDER-01.{tag}")
        return None if reading is None else reading.value

    def task(self) -> PhaseTask | None:
        """Return the phase that is to run now."""
        return phase_task(STATION, self.model.view(self.rig.clock()))

    def step(self, order_id: str) -> StepRecord:
        """Return the step of a job order as the read side shows it."""
        record = self.model.record(f"job_order:{order_id}")
        assert isinstance(record, JobOrderRecord)
        return record.steps[0]

    async def start(self, order_id: str) -> None:
        """Begin the step of a new job order."""
        await self.rig.must(
            c.StoreJobOrder(
                job_order_id=order_id,
                work_master_id=MASTER.work_master_id,
                quantity=MASTER.quantity,
                allowed_to_start=True,
            )
        )
        who = w.identity("op-01")
        await self.rig.must(
            c.OpenStationSession(station=STATION, job_order_id=order_id, identity=who)
        )
        await self.rig.must(c.StartStep(station=STATION, step_id="010"))
        await until(lambda: self.step(order_id).state is not StepState.PLANNED)

    async def ended(self, order_id: str) -> StepRecord:
        """Return the step when its phase is complete or held."""
        over = (PhaseState.COMPLETE, PhaseState.HELD)
        await until(lambda: self.step(order_id).phase_state in over)
        return self.step(order_id)

    async def hand(self, what: dict[str, object]) -> None:
        """Do something at the panel of the blender."""
        await self.plant.hand(what, simulator=1)

    async def clear(self) -> None:
        """Bring the blender back to Stopped, as the person at its panel does."""
        await self.hand({"do": "clear-faults"})
        await self.hand({"do": "command", "name": "Abort"})
        await until(lambda: self.value("state_current") == 9)
        await self.hand({"do": "command", "name": "Clear"})
        await until(lambda: self.value("state_current") == 2)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 -- what is waited for is across a wire
            await asyncio.sleep(0.005)


@asynccontextmanager
async def blending(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Blending]:
    """Run the blender, the record of it, its permit and its phase interface."""
    monkeypatch.setattr(phases, "TURN_S", 0.01)
    plant = ModbusPlant(folder, TIME_SCALE)
    plant.switch_on()
    try:
        await plant.wait_on()
        log = InMemoryExecutionLog()
        async with running(log) as rig:
            await rig.must(c.DefineMasterData(items=(*w.PLANT.master_data, MASTER)), w.SYSTEM)
            for command, principal in w.approvals((MASTER,)):
                await rig.must(command, principal)
            model = ReadModel(log, KEY)
            await model.open()
            made = Blending(rig, plant, LiveTable(), model)
            tasks = [asyncio.create_task(work) for work in works(made)]
            try:
                await until(lambda: made.value("state_current") is not None)
                yield made
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        plant.switch_off()


def works(made: Blending) -> list[object]:
    """Return everything that runs beside the test."""
    mapping = made.plant.mapping("blending")
    device = made.plant.adapter("blending", poll_s=0.02)
    ingest = Ingest(mapping, made.live, Store(), _nothing)
    (permit,), (phase,) = mapping.permits, mapping.phases
    tags = PermitTags(
        equipment_id=permit.equipment_id,
        enable_tag=permit.enable_tag,
        heartbeat_tag=permit.heartbeat_tag,
        heartbeat_s=0.1,
    )
    interface = phases.PhaseInterface(
        replace(phase, acknowledged_s=0.3, reached_s=5.0),
        device,
        task=made.task,
        latest=made.live.latest,
        report=phases.reporter(made.rig.path.submit, w.SYSTEM),
        clock=now,
        fresh_s=1.0,
        permit_tag=permit.live_tag,
        tag=mapping.tag,
    )

    def asked(equipment_id: str) -> bool:
        return may_run(equipment_id, made.model.view(made.rig.clock()))

    return [
        made.model.run(),
        ingest.read(device),
        ingest.conclude(),
        drive(tags, device, asked),
        interface.run(),
    ]


async def _nothing(_: object) -> bool:
    return True


async def test_of_100_phases_with_lost_acknowledgements_none_is_falsely_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with blending(tmp_path, monkeypatch) as made:
        completed = 0
        for number in range(RUNS):
            await made.hand({"do": "fault", "name": "lost-ack", "size": 0.2})
            order_id = f"JO-{number}"
            await made.start(order_id)
            step = await made.ended(order_id)
            await made.hand({"do": "clear-faults"})
            if step.phase_state is PhaseState.COMPLETE:
                completed += 1
                assert made.value("prod_processed_count") == completed, "the blender agrees"
                await made.rig.must(c.CompleteStep(station=STATION))
            else:
                assert step.state is StepState.HELD
                assert "did not acknowledge" in step.held_reason
                await made.clear()
                completed = int(str(made.value("prod_processed_count")))
        assert completed > RUNS / 2, "a lost acknowledgement is asked for again"


async def test_a_controller_that_never_acknowledges_holds_the_phase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with blending(tmp_path, monkeypatch) as made:
        await made.hand({"do": "fault", "name": "lost-ack"})
        await made.start("JO-1")
        step = await made.ended("JO-1")
        assert (step.state, step.phase_state) == (StepState.HELD, PhaseState.HELD)
        outcome = await made.rig.do(c.CompleteStep(station=STATION))
        assert "phase-not-complete" in str(outcome)
        assert "job-order-held" in str(outcome)
