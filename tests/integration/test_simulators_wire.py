"""A simulated PLC as its clients meet it: real Modbus TCP and the port of the hands."""

import asyncio
import dataclasses
import json
import struct
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusIOException

from simulators.hands_port import CONNECTION_LIMIT, LINE_LIMIT
from simulators.ports import Ports
from simulators.process import run
from simulators.scenario import Scenario, load

pytestmark = pytest.mark.integration
FREE = Ports(modbus=0, hands=0)
# Physics as fast as it goes; permits still live in real time.
FAST: Scenario = dataclasses.replace(load("demo"), time_scale=20.0)


class Plant:
    """One running simulator with a Modbus client and a line to its hands."""

    def __init__(self, where: dict[str, Any]) -> None:
        self.where = where
        self.client = AsyncModbusTcpClient(
            where["host"], port=where["modbus_port"], timeout=1, retries=0
        )

    async def hands(self, *lines: bytes) -> list[dict[str, Any]]:
        reader, writer = await asyncio.open_connection(self.where["host"], self.where["hands_port"])
        try:
            answers = []
            for line in lines:
                writer.write(line + b"\n")
                await writer.drain()
                answers.append(json.loads(await reader.readline()))
            return answers
        finally:
            writer.close()
            await writer.wait_closed()

    async def do(self, **request: object) -> dict[str, Any]:
        (answer,) = await self.hands(json.dumps(request).encode())
        return answer

    async def registers(self, name: str) -> dict[str, Any]:
        registers: dict[str, Any] = (await self.do(do="state"))["devices"][name]["registers"]
        return registers

    async def command(self, number: int, sequence: int, device: int = 1) -> None:
        reply = await self.client.write_registers(0, [number, sequence], device_id=device)
        assert not reply.isError()


async def running(name: str) -> AsyncIterator[Plant]:
    (simulator,) = (s for s in FAST.simulators if s.name == name)
    stop, where = asyncio.Event(), asyncio.get_running_loop().create_future()
    process = asyncio.create_task(run(FAST, simulator, FREE, stop, where.set_result))
    plant = Plant(await where)
    assert await plant.client.connect()
    yield plant
    plant.client.close()
    stop.set()
    await process


@pytest.fixture
async def booth() -> AsyncIterator[Plant]:
    async for plant in running("dispensing"):
        yield plant


@pytest.fixture
async def blender() -> AsyncIterator[Plant]:
    async for plant in running("blender"):
        yield plant


def float32(words: Sequence[int]) -> float:
    value: float = struct.unpack(">f", struct.pack(">2H", *words))[0]
    return value


async def wait_stable(plant: Plant, device: int) -> None:
    async with asyncio.timeout(10):
        while True:
            reply = await plant.client.read_discrete_inputs(0, count=9, device_id=device)
            if reply.bits[0]:
                return
            await asyncio.sleep(0.02)


async def read_on(plant: Plant) -> None:
    """Read until it fails, as a polling client does."""
    async with asyncio.timeout(10):
        while True:
            await plant.client.read_input_registers(0, count=1, device_id=1)


async def wait_connect(plant: Plant) -> None:
    async with asyncio.timeout(10):
        while True:
            if await plant.client.connect():
                return
            await asyncio.sleep(0.05)


async def wait_state(plant: Plant, number: int) -> None:
    async with asyncio.timeout(20):
        for beat in range(1_000_000):
            await plant.client.write_register(2, beat % 60_000, device_id=1)
            reply = await plant.client.read_input_registers(3, count=1, device_id=1)
            if reply.registers == [number]:
                return
            await asyncio.sleep(0.02)


async def test_two_scales_answer_under_their_own_device_ids(booth: Plant) -> None:
    await booth.do(do="place", device="FLOOR-SCALE", mass_kg=25.0)
    await booth.do(do="place", device="BENCH-SCALE", mass_kg=0.5)
    for device, mass, d, serial in ((1, 25.0, 0.02, 150001), (2, 0.5, 0.0001, 60001)):
        await wait_stable(booth, device)
        reply = await booth.client.read_input_registers(0, count=24, device_id=device)
        assert float32(reply.registers[4:6]) == pytest.approx(mass, abs=1.5 * d)
        assert float32(reply.registers[12:14]) == pytest.approx(d)
        assert reply.registers[14] * 65536 + reply.registers[15] == serial


async def test_the_status_word_and_the_discrete_inputs_agree(booth: Plant) -> None:
    await wait_stable(booth, 1)
    word = (await booth.client.read_input_registers(1, count=1, device_id=1)).registers[0]
    bits = (await booth.client.read_discrete_inputs(0, count=9, device_id=1)).bits[:9]
    assert bits == [bool(word >> n & 1) for n in range(9)]


async def test_tare_by_command_register(booth: Plant) -> None:
    await booth.do(do="place", device=2, mass_kg=0.25)
    await wait_stable(booth, 2)
    await booth.command(2, 1, device=2)
    reply = await booth.client.read_input_registers(0, count=24, device_id=2)
    assert reply.registers[22:24] == [1, 1]
    assert float32(reply.registers[8:10]) == pytest.approx(0.25, abs=0.00015)
    assert float32(reply.registers[6:8]) == pytest.approx(0.0, abs=0.00015)


@pytest.mark.parametrize(
    ("address", "words", "exception"),
    [(4, [0x3F80], 2), (6, [0], 2), (4, [0x7FC0, 0], 3), (4, [0x4F00, 0], 3)],
)
async def test_a_wrong_write_is_an_exception_and_changes_nothing(
    booth: Plant, address: int, words: list[int], exception: int
) -> None:
    reply = await booth.client.write_registers(address, words, device_id=1)
    assert reply.exception_code == exception
    assert (await booth.registers("FLOOR-SCALE"))["preset_tare"] == 0.0


async def test_inputs_end_where_the_table_ends(booth: Plant) -> None:
    reply = await booth.client.read_input_registers(0, count=25, device_id=1)
    assert reply.exception_code == 2


async def test_a_device_id_that_does_not_exist_does_not_respond(booth: Plant) -> None:
    reply = await booth.client.read_input_registers(0, count=1, device_id=9)
    assert reply.exception_code == 11


async def test_no_response_is_of_one_device_until_cleared(booth: Plant) -> None:
    await booth.do(do="fault", device=1, name="no-response")
    read = booth.client.read_input_registers
    assert (await read(0, count=1, device_id=1)).exception_code == 11
    assert not (await read(0, count=1, device_id=2)).isError()
    await booth.do(do="clear-faults")
    assert not (await read(0, count=1, device_id=1)).isError()


async def test_offline_drops_clients_and_comes_back_on_the_same_port(booth: Plant) -> None:
    await booth.do(do="fault", name="offline")
    with pytest.raises((ConnectionException, ModbusIOException)):
        await read_on(booth)
    assert not await booth.client.connect()
    await booth.do(do="clear-faults")
    await wait_connect(booth)
    reply = await booth.client.read_input_registers(0, count=1, device_id=1)
    assert not reply.isError()


async def test_a_blend_over_the_wire(blender: Plant) -> None:
    await blender.client.write_coil(0, value=True, device_id=1)
    await blender.client.write_registers(4, [0x41F0, 0, 0, 4, 0, 77], device_id=1)  # 30.0, 4, 77
    await blender.command(1, 1)
    await wait_state(blender, 4)
    await blender.command(2, 2)
    await wait_state(blender, 17)
    registers = await blender.registers("BLENDER")
    assert registers["prod_processed_count"] == 1
    assert registers["batch_number"] == 77
    assert registers["revolutions"] >= 4


async def test_the_blender_refuses_to_start_without_permit(blender: Plant) -> None:
    await blender.client.write_registers(4, [0x41F0, 0], device_id=1)
    await blender.command(1, 1)
    await wait_state(blender, 4)
    await blender.command(2, 2)
    reply = await blender.client.read_input_registers(30, count=2, device_id=1)
    assert reply.registers == [2, 3]
    assert (await blender.registers("BLENDER"))["state_current"] == 4


async def test_a_bad_line_is_answered_and_the_next_one_still_works(booth: Plant) -> None:
    bad, deep, good = await booth.hands(b"\xff{", b"[" * 4000, b'{"do": "state"}')
    assert not bad["ok"]
    assert not deep["ok"]
    assert good["name"] == "dispensing"


async def test_an_endless_line_is_cut_off(booth: Plant) -> None:
    (answer,) = await booth.hands(b"x" * (LINE_LIMIT + 1))
    assert str(LINE_LIMIT) in answer["error"]


async def test_connections_to_the_hands_are_bounded(booth: Plant) -> None:
    where = booth.where["host"], booth.where["hands_port"]
    open_ones = [await asyncio.open_connection(*where) for _ in range(CONNECTION_LIMIT)]
    (reader, writer), *_ = open_ones
    writer.write(b'{"do": "state"}\n')
    assert json.loads(await reader.readline())["ok"]
    refused, last = await asyncio.open_connection(*where)
    assert "connections" in json.loads(await refused.readline())["error"]
    for _, other in (*open_ones, (refused, last)):
        other.close()
        await other.wait_closed()
