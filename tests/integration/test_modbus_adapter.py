"""The Modbus adapter against devices that misbehave as devices do, and how fast it is."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.modbus.adapter import ModbusAdapter
from adapters.modbus.config import ModbusConfig
from mappings.language import Tag
from mappings.modbus_address import parse_address
from mappings.problems import Place
from models.tag_value import Quality

pytestmark = pytest.mark.integration

Answer = Callable[[int, int, int, int, int], bytes | None]
"""Makes an answer of transaction, unit, function, start and count; None for silence."""


def frame(transaction: int, unit: int, body: bytes) -> bytes:
    return struct.pack(">HHHB", transaction, 0, len(body) + 1, unit) + body


def registers(function: int, cells: list[int]) -> bytes:
    return struct.pack(f">BB{len(cells)}H", function, 2 * len(cells), *cells)


class FakeDevice:
    """A TCP server that answers read requests as a test wants; every register holds its number."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[tuple[int, int]] = []
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                request = await reader.readexactly(12)
                transaction, _, _, unit, function, start, count = struct.unpack(">HHHBBHH", request)
                self.requests.append((start, count))
                answer = self._answer(transaction, unit, function, start, count)
                if answer is not None:
                    writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def honest(transaction: int, unit: int, function: int, start: int, count: int) -> bytes:
    return frame(transaction, unit, registers(function, list(range(start, start + count))))


@pytest.fixture
async def device_with() -> AsyncIterator[Callable[[Answer], Any]]:
    servers = []

    async def make(answer: Answer) -> FakeDevice:
        device = FakeDevice(answer)
        server = await asyncio.start_server(device.serve, "127.0.0.1", 0)
        servers.append(server)
        device.port = server.sockets[0].getsockname()[1]
        return device

    yield make
    for server in servers:
        server.close()


def adapter_of(device: FakeDevice, *numbers: int, **settings: Any) -> ModbusAdapter:
    tags = [
        Tag(
            name=f"A-1.r{number}",
            device="d",
            address=parse_address(f"holding.{number}.uint16"),
            deadband=0.0,
            meaning="",
            writable=True,
            place=Place("f.yaml"),
        )
        for number in numbers
    ]
    given = {"poll_s": 0.01, "timeout_s": 0.15, "reconnect_s": 0.1} | settings
    config = ModbusConfig(name="d", host="127.0.0.1", port=device.port, unit=1, tags=tags, **given)
    return ModbusAdapter(config, lambda: datetime.now(UTC))


async def polls(adapter: ModbusAdapter, count: int) -> list[dict[int, int | None]]:
    """Return by register what some polls read, and close."""
    await adapter.open()
    chunks: list[dict[int, int | None]] = []
    async with asyncio.timeout(30), aclosing(adapter.values()) as stream:
        async for chunk in stream:
            assert all((value.value is None) == (value.quality is Quality.BAD) for value in chunk)
            chunks.append({int(value.tag[5:]): value.value for value in chunk})  # type: ignore[misc]
            if len(chunks) == count:
                break
    await adapter.close()
    return chunks


async def test_a_poll_is_as_few_requests_as_the_limits_allow(device_with: Any) -> None:
    device = await device_with(honest)
    numbers = range(0, 300, 2)
    (chunk,) = await polls(adapter_of(device, *numbers), 1)
    assert chunk == {number: number for number in numbers}
    assert device.requests == [(0, 125), (126, 125), (252, 47)]


async def test_one_bad_address_never_blocks_the_others(device_with: Any) -> None:
    def answer(transaction: int, unit: int, function: int, start: int, count: int) -> bytes:
        if start <= 37 < start + count:
            return frame(transaction, unit, bytes([function | 0x80, 2]))
        return honest(transaction, unit, function, start, count)

    device = await device_with(answer)
    numbers = (*range(30), 37, *range(40, 50))
    first, _, last = await polls(adapter_of(device, *numbers), 3)
    expected = {number: None if number == 37 else number for number in numbers}
    assert first == expected
    assert last == expected
    assert sorted(device.requests[-3:]) == [(0, 30), (37, 1), (40, 10)]


async def test_a_device_that_is_silent_about_an_address_still_tells_the_others(
    device_with: Any,
) -> None:
    def answer(transaction: int, unit: int, function: int, start: int, count: int) -> bytes | None:
        silent = start <= 101 < start + count
        return None if silent else honest(transaction, unit, function, start, count)

    device = await device_with(answer)
    chunks = await polls(adapter_of(device, 0, 1, 100, 101), 8)
    assert {(chunk[0], chunk[1]) for chunk in chunks} == {(0, 1)}
    assert chunks[-1] == {0: 0, 1: 1, 100: 100, 101: None}
    assert device.connections == 1


async def test_wrong_transaction_ids_do_not_thrash(device_with: Any) -> None:
    def answer(transaction: int, unit: int, function: int, start: int, count: int) -> bytes:
        return honest((transaction + 7) % 65536, unit, function, start, count)

    device = await device_with(answer)
    started = time.monotonic()
    chunks = await polls(adapter_of(device, 1, reconnect_limit_s=0.4), 60)
    elapsed = time.monotonic() - started
    assert all(chunk == {1: None} for chunk in chunks)
    assert 1 <= device.connections <= 3 + elapsed / 0.4
    assert len(device.requests) == device.connections


async def test_a_late_answer_is_not_taken_for_another_register(device_with: Any) -> None:
    held: list[bytes] = []

    def answer(transaction: int, unit: int, function: int, start: int, count: int) -> bytes | None:
        now = honest(transaction, unit, function, start, count)
        if start == 100 and not held:
            held.append(now)
            return None
        return held[0] + now if held else now

    device = await device_with(answer)
    chunks = await polls(adapter_of(device, 0, 100, 200), 3)
    assert chunks[0] == {0: 0, 100: None, 200: 200}
    assert chunks[1:] == [{0: 0, 100: 100, 200: 200}] * 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda t, u, f, _s, c: frame(t, u, registers(f, [1] * (c - 1))),
        lambda t, u, f, _s, _c: frame(t, u, bytes([f, 200, 1])),
        lambda t, u, _f, _s, _c: frame(t, u, b"\x63garbage"),
        lambda _t, _u, _f, _s, _c: b"HTTP/1.1 400 Bad Request\r\n\r\n",
        lambda t, u, f, s, c: honest(t, u + 1, f, s, c),
        lambda t, u, f, _s, _c: frame(t, u, bytes([f | 0x80, 4])),
    ],
    ids=["too few", "broken length", "unknown function", "http", "other unit", "device failure"],
)
async def test_nonsense_is_bad_and_no_value(device_with: Any, answer: Answer) -> None:
    device = await device_with(answer)
    chunks = await polls(adapter_of(device, 1, 2), 2)
    assert chunks == [{1: None, 2: None}] * 2


async def test_a_clock_that_stands_still_makes_no_two_readings_one(device_with: Any) -> None:
    device = await device_with(honest)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    adapter = adapter_of(device, 1)
    adapter._clock = lambda: moment
    await adapter.open()
    async with aclosing(adapter.values()) as stream:
        stamps = [
            (value.source_time, value.sequence) for _ in "abc" for value in await anext(stream)
        ]
    await adapter.close()
    assert len(set(stamps)) == 3


async def test_reading_speed(device_with: Any, capsys: pytest.CaptureFixture[str]) -> None:
    device = await device_with(honest)
    adapter = adapter_of(device, *range(1000), poll_s=0.000_1, timeout_s=5.0)
    started = time.perf_counter()
    chunks = await polls(adapter, 50)
    speed = sum(len(chunk) for chunk in chunks) / (time.perf_counter() - started)
    with capsys.disabled():
        print(f"\nModbus: {speed:,.0f} values/s from one device, 8 requests each 1000 values")  # noqa: T201 -- to be read
    assert all(None not in chunk.values() for chunk in chunks)


@pytest.mark.parametrize("what", ["read", "write"])
async def test_a_task_that_waits_for_a_silent_device_can_be_ended(
    device_with: Any, what: str
) -> None:
    device = await device_with(lambda *_: None)
    adapter = adapter_of(device, 0, timeout_s=20.0)
    await adapter.open()

    async def read() -> None:
        async for _ in adapter.values():
            pass

    work = read() if what == "read" else adapter.write({"A-1.r0": 1})
    task = asyncio.create_task(work)
    async with asyncio.timeout(10):
        while not device.requests:  # noqa: ASYNC110 -- the device is another party
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await adapter.close()
