"""What every adapter promises, tried over the wire against the simulators of the demo plant.

A new adapter, such as adapters.modbus, gets a plant with the methods of ``ModbusPlant`` and a line
in ``PLANTS``.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from adapters import ADAPTERS
from adapters.port import Adapter, DeviceFault
from models.tag_value import Quality, TagValue
from tests.fix_modbus_plant import ModbusPlant, now

pytestmark = pytest.mark.integration

PLANTS = {"modbus-tcp": ModbusPlant}


@pytest.fixture(params=sorted(PLANTS))
def plant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModbusPlant]:
    plant = PLANTS[request.param](tmp_path)
    plant.switch_on()
    yield plant
    plant.switch_off()


def test_every_adapter_is_under_contract() -> None:
    assert sorted(PLANTS) == sorted(ADAPTERS)


async def until(
    stream: AsyncIterator[tuple[TagValue, ...]], tag: str, quality: Quality, value: object = None
) -> TagValue:
    """Return the first reading of a tag with this quality, and this value when one is given."""
    async with asyncio.timeout(20):
        async for chunk in stream:
            for reading in chunk:
                fits = reading.tag == tag and reading.quality is quality
                if fits and value in (None, reading.value):
                    return reading
    raise AssertionError("the stream ended")


async def test_every_tag_comes_with_every_chunk_and_a_time_in_utc(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    async with aclosing(adapter.values()) as stream:
        before = now()
        chunks = [await anext(stream) for _ in range(3)]
    await adapter.close()
    tags = [tag.name for tag in plant.mapping("dispensing").tags_of(adapter.name)]
    for chunk in chunks:
        assert [reading.tag for reading in chunk] == tags
        assert {reading.quality for reading in chunk} == {Quality.GOOD}
        assert all(before <= reading.source_time <= now() for reading in chunk)
    stamps = [(chunk[0].source_time, chunk[0].sequence) for chunk in chunks]
    assert stamps == sorted(set(stamps))


async def test_what_happens_at_the_device_is_what_is_read(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    await plant.hand({"do": "place", "device": 1, "mass_kg": 10.02})
    async with aclosing(adapter.values()) as stream:
        weight = await until(stream, plant.weight, Quality.GOOD, 10.02)
        assert str(weight.value) == "10.02"  # and not 10.020000457763672
        await until(stream, plant.stable, Quality.GOOD, value=True)
    await adapter.close()


async def test_a_dead_device_is_bad_at_every_poll_and_good_again_by_itself(
    plant: ModbusPlant,
) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    async with aclosing(adapter.values()) as stream:
        await until(stream, plant.weight, Quality.GOOD)
        plant.switch_off()
        lost = await until(stream, plant.weight, Quality.BAD)
        assert lost.value is None
        chunk = await anext(stream)
        assert {(reading.quality, reading.value) for reading in chunk} == {(Quality.BAD, None)}
        plant.switch_on()
        await plant.wait_on()
        await until(stream, plant.weight, Quality.GOOD)
    await adapter.close()


async def test_a_device_that_is_not_there_at_the_start_is_no_fault(plant: ModbusPlant) -> None:
    await plant.wait_on()
    plant.switch_off()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    async with aclosing(adapter.values()) as stream:
        chunk = await anext(stream)
        assert {reading.quality for reading in chunk} == {Quality.BAD}
        plant.switch_on()
        await plant.wait_on()
        await until(stream, plant.weight, Quality.GOOD)
    await adapter.close()


async def test_a_broken_sensor_is_bad_and_its_neighbours_are_not(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    await plant.hand({"do": "fault", "name": "sensor-failure", "device": 1})
    async with aclosing(adapter.values()) as stream:
        await until(stream, plant.weight, Quality.BAD)
        chunk = await anext(stream)
    await adapter.close()
    qualities = {reading.tag: reading.quality for reading in chunk}
    assert qualities[plant.weight] is Quality.BAD
    assert qualities[plant.stable] is Quality.GOOD


async def test_a_device_that_answers_with_its_own_trouble_is_bad_and_recovers(
    plant: ModbusPlant,
) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing")
    await adapter.open()
    async with aclosing(adapter.values()) as stream:
        await plant.hand({"do": "fault", "name": "no-response", "device": 1})
        await until(stream, plant.weight, Quality.BAD)
        await plant.hand({"do": "clear-faults"})
        await until(stream, plant.weight, Quality.GOOD)
    await adapter.close()


async def test_what_is_written_is_what_the_device_shows(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter: Adapter = plant.adapter("blending")
    await adapter.open()
    await adapter.write({plant.setting: 12.5}, read_back=True)
    async with aclosing(adapter.values()) as stream:
        await until(stream, plant.setting, Quality.GOOD, 12.5)
    await adapter.close()


async def test_a_write_that_cannot_be_done_says_why(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter = plant.adapter("blending")
    await adapter.open()
    for values, part in (
        ({"BLENDER-01.speed": 1.0}, "direction: write"),
        ({"BLENDER-01.nothing": 1.0}, "direction: write"),
        ({plant.setting: 1e9}, "exception 3"),
        ({plant.setting: "fast"}, "not a number"),
        ({"BLENDER-01.permit": 1}, "neither true nor false"),
        ({"BLENDER-01.unit_mode_set": 70000}, "does not fit"),
    ):
        with pytest.raises(DeviceFault, match=part):
            await adapter.write(values)
    plant.switch_off()
    with pytest.raises(DeviceFault, match="check the device"):
        await adapter.write({plant.setting: 1.0})
    await adapter.close()


async def test_closing_ends_the_stream(plant: ModbusPlant) -> None:
    await plant.wait_on()
    adapter = plant.adapter("dispensing", poll_s=30.0)
    await adapter.open()
    first, seen = asyncio.Event(), 0

    async def count() -> None:
        nonlocal seen
        async for _ in adapter.values():
            seen += 1
            first.set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(count())
        await first.wait()
        await adapter.close()
    assert seen == 1
