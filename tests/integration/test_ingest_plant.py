"""The shipped line files on the simulated plant: from a register to an event, and a permit back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.isa95.equipment_event import EquipmentEvent
from models.tag_value import Quality, TagValue
from server.workers.ingest import Ingest
from server.workers.live import LiveTable
from server.workers.permit import PermitTags, drive
from tests.fix_modbus_plant import ModbusPlant

pytestmark = pytest.mark.integration


class Store:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.rows: list[TagValue] = []

    async def write(self, values: Sequence[TagValue]) -> None:
        self.rows.extend(values)

    async def read(self, *_: object, **__: object) -> Sequence[TagValue]:
        return self.rows


class Intake:
    """A line that is taken in, and what came of it."""

    def __init__(self, plant: ModbusPlant, line: str) -> None:
        self.mapping = plant.mapping(line)
        self.devices = [plant.adapter(line, n) for n in range(len(self.mapping.devices))]
        self.live = LiveTable()
        self.store = Store()
        self.events: list[EquipmentEvent] = []

    async def record(self, event: EquipmentEvent) -> bool:
        self.events.append(event)
        return True

    def told(self) -> list[str]:
        return [f"{event.kind.value} {event.name} {event.value}" for event in self.events]

    def value(self, tag: str) -> object:
        reading = self.live.latest(tag)
        return None if reading is None else reading.value

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        ingest = Ingest(self.mapping, self.live, self.store, self.record)
        works = [ingest.read(device) for device in self.devices]
        tasks = [asyncio.create_task(w) for w in (*works, ingest.store(), ingest.conclude())]
        try:
            async with asyncio.timeout(40):
                yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 -- what is waited for is on the other side of a wire
        await asyncio.sleep(0.02)


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[ModbusPlant]:
    plant = ModbusPlant(tmp_path)
    plant.switch_on()
    await plant.wait_on()
    yield plant
    plant.switch_off()


async def test_a_weighing_becomes_live_stored_and_told(plant: ModbusPlant) -> None:
    intake = Intake(plant, "dispensing")
    async with intake.running():
        await until(lambda: len(intake.events) == 2)
        assert sorted(intake.told()) == [
            "Running load cell answers BENCH-SCALE-01",
            "Running load cell answers FLOOR-SCALE-01",
        ]
        await plant.hand({"do": "place", "device": 1, "mass_kg": 10.0})
        await until(lambda: intake.value("FLOOR-SCALE-01.net_weight") == 10.0)
        await until(lambda: "Count FLOOR-SCALE-01.weighing_count 1" in intake.told())
        await plant.hand({"do": "place", "device": 1, "mass_kg": 200.0})
        await until(lambda: "Alarm FLOOR-SCALE-01 overload active" in intake.told())
    weights = [row.value for row in intake.store.rows if row.tag == "FLOOR-SCALE-01.net_weight"]
    assert 10.0 in weights


async def test_a_plant_without_power_is_a_fault_and_no_last_value(plant: ModbusPlant) -> None:
    intake = Intake(plant, "blending")
    async with intake.running():
        await until(lambda: intake.told() == ["Stopped Stopped BLENDER-01"])
        plant.switch_off()
        await until(lambda: intake.told()[1:] == ["Fault communication lost BLENDER-01"])
        reading = intake.live.latest("BLENDER-01.speed")
        assert reading is not None
        assert (reading.value, reading.quality) == (None, Quality.BAD)


async def test_a_permit_lives_while_it_is_driven_and_is_withdrawn_at_the_end(
    plant: ModbusPlant,
) -> None:
    intake = Intake(plant, "blending")
    (permit,) = intake.mapping.permits
    tags = PermitTags(
        equipment_id=permit.equipment_id,
        enable_tag=permit.enable_tag,
        heartbeat_tag=permit.heartbeat_tag,
        heartbeat_s=0.2,
    )
    async with intake.running():
        driving = asyncio.create_task(drive(tags, intake.devices[0], lambda _: True))
        await until(lambda: intake.value("BLENDER-01.permit_live") is True)
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        await until(lambda: intake.value("BLENDER-01.permit_live") is False)


async def test_stopping_everything_at_once_still_withdraws_the_permit(plant: ModbusPlant) -> None:
    intake = Intake(plant, "blending")
    (permit,) = intake.mapping.permits
    tags = PermitTags(
        equipment_id=permit.equipment_id,
        enable_tag=permit.enable_tag,
        heartbeat_tag=permit.heartbeat_tag,
        heartbeat_s=0.2,
    )
    async with intake.running():
        driving = asyncio.create_task(drive(tags, intake.devices[0], lambda _: True))
        await until(lambda: intake.value("BLENDER-01.permit") is True)
        driving.cancel()
    await asyncio.gather(driving, return_exceptions=True)
    after = Intake(plant, "blending")
    async with after.running():
        await until(lambda: after.value("BLENDER-01.permit") is not None)
        assert after.value("BLENDER-01.permit") is False


async def test_another_verdict_is_told_at_once_and_not_with_the_next_heartbeat(
    plant: ModbusPlant,
) -> None:
    intake = Intake(plant, "blending")
    (permit,) = intake.mapping.permits
    tags = PermitTags(
        equipment_id=permit.equipment_id,
        enable_tag=permit.enable_tag,
        heartbeat_tag=permit.heartbeat_tag,
        heartbeat_s=3600.0,
    )
    verdicts = {permit.equipment_id: True}
    async with intake.running():
        await until(lambda: intake.value("BLENDER-01.permit") is not None)
        driving = asyncio.create_task(drive(tags, intake.devices[0], verdicts.__getitem__))
        await until(lambda: intake.value("BLENDER-01.permit") is True)
        verdicts[permit.equipment_id] = False
        await until(lambda: intake.value("BLENDER-01.permit") is False)
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)


async def test_a_permit_whose_server_was_killed_dies_with_its_heartbeat(
    plant: ModbusPlant,
) -> None:
    intake = Intake(plant, "blending")
    (permit,) = intake.mapping.permits
    async with intake.running():
        await until(lambda: intake.value("BLENDER-01.permit") is not None)
        said = {permit.enable_tag: True, permit.heartbeat_tag: 7}
        await intake.devices[0].write(said)  # the last word of a server that is no more
        await until(lambda: intake.value("BLENDER-01.permit_live") is True)
        await until(lambda: intake.value("BLENDER-01.permit_live") is False)
        assert intake.value("BLENDER-01.permit") is True, "nobody was there to withdraw it"
