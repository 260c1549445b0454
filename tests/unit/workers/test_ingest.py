"""Ingest keeps polling whatever the historian and the record do, and loses nothing in silence."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from mappings.language import LineMapping
from mappings.load import load_text
from models.isa95.equipment_event import EquipmentEvent
from models.tag_value import Quality, TagValue
from server.workers import ingest as module
from server.workers.ingest import Ingest
from server.workers.live import LiveTable

START = datetime(2026, 1, 1, tzinfo=UTC)
FILE = """
line: mixing
version: "1"
devices:
  - {name: plc, protocol: modbus-tcp, host: 127.0.0.1, port: 502}
tags:
  - {tag: M-1.state, device: plc, address: input.0.uint16, meaning: state}
  - {tag: M-1.count, device: plc, address: input.1.uint32, meaning: count}
  - {tag: M-1.speed, device: plc, address: input.2.float32, deadband: 0.5, meaning: speed}
equipment:
  - id: MIX-01
    rules:
      - {rule: state, tag: M-1.state, running: {6: Execute}, stopped: {2: Stopped}}
      - {rule: count, tag: M-1.count}
"""


class Device:
    """Delivers what a test puts into it; an exception in the queue is raised."""

    name = "plc"

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[tuple[TagValue, ...] | Exception] = asyncio.Queue()
        self.seconds = 0.0
        self.opened = self.closed = 0

    async def open(self) -> None:
        self.opened += 1

    async def values(self) -> AsyncIterator[tuple[TagValue, ...]]:
        while True:
            chunk = await self.chunks.get()
            try:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
            finally:
                self.chunks.task_done()

    async def close(self) -> None:
        self.closed += 1

    async def deliver(self, after_s: float = 1.0, **values: float | None) -> None:
        """Deliver a chunk and wait until it was taken."""
        self.seconds += after_s
        time = START + timedelta(seconds=self.seconds)
        good = {
            name: Quality.BAD if value is None else Quality.GOOD for name, value in values.items()
        }
        self.chunks.put_nowait(
            tuple(
                TagValue(f"M-1.{name}", value, good[name], time, time)
                for name, value in values.items()
            )
        )
        await self.chunks.join()


class Store:
    """A historian that can be away, and keeps what it was given."""

    def __init__(self) -> None:
        self.rows: list[TagValue] = []
        self.away = False

    async def write(self, values: Sequence[TagValue]) -> None:
        if self.away:
            raise OSError("the database is away")
        self.rows.extend(values)

    def told(self, tag: str) -> list[object]:
        return [row.value for row in self.rows if row.tag == f"M-1.{tag}"]

    async def read(self, *_: object, **__: object) -> Sequence[TagValue]:
        return self.rows


class RecordOfEvents:
    """Puts events on record, unless it may not."""

    def __init__(self) -> None:
        self.tried: list[EquipmentEvent] = []
        self.events: list[EquipmentEvent] = []
        self.answers: Callable[[], bool] = lambda: True

    async def __call__(self, event: EquipmentEvent) -> bool:
        self.tried.append(event)
        if self.answers():
            self.events.append(event)
            return True
        return False

    def told(self) -> list[str]:
        return [f"{event.kind.value} {event.name} {event.value}" for event in self.events]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RETRY_S", 0.005)
    monkeypatch.setattr(module, "_FLUSH_S", 0.005)


@pytest.fixture(scope="module")
def mapping() -> LineMapping:
    mapping = load_text(FILE, "mixing.yaml", {})
    assert isinstance(mapping, LineMapping), mapping
    return mapping


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def record() -> RecordOfEvents:
    return RecordOfEvents()


@asynccontextmanager
async def running(ingest: Ingest, device: Device) -> AsyncIterator[None]:
    works = (ingest.read(device), ingest.store(), ingest.conclude())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        async with asyncio.timeout(10):
            yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(answer, asyncio.CancelledError) for answer in ended), ended


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0.002)


async def test_a_reading_is_live_at_once_stored_soon_and_concluded(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    live = LiveTable()
    async with running(Ingest(mapping, live, store, record), device):
        await device.deliver(state=6, speed=10.0)
        latest = live.latest("M-1.speed")
        assert latest is not None
        assert latest.value == 10.0
        await until(lambda: store.told("speed") == [10.0] and bool(record.events))
    assert record.told() == ["Running Execute M-1"]


async def test_what_stays_within_its_deadband_is_live_and_not_stored(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    live = LiveTable()
    async with running(Ingest(mapping, live, store, record), device):
        for speed in (10.0, 10.4, 9.6, None, None, 10.0, 10.6):
            await device.deliver(speed=speed)
        latest = live.latest("M-1.speed")
        assert latest is not None
        assert latest.source_time == START + timedelta(seconds=7)
    assert store.told("speed") == [10.0, None, 10.0, 10.6]


async def test_a_tag_that_stands_still_is_stored_once_a_minute(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    async with running(Ingest(mapping, LiveTable(), store, record), device):
        for _ in range(7):
            await device.deliver(after_s=20.0, speed=10.0)
    assert len(store.told("speed")) == 3


async def test_a_store_that_is_away_stops_nobody_and_gets_everything_later(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    async with running(Ingest(mapping, LiveTable(), store, record), device):
        store.away = True
        for speed in range(20):
            await device.deliver(speed=float(speed))
        store.away = False
        await until(lambda: len(store.rows) == 20)
    assert store.told("speed") == [float(speed) for speed in range(20)]


async def test_readings_that_find_no_room_are_counted_and_put_on_record(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    ingest = Ingest(mapping, LiveTable(), store, record, max_buffered=5)
    async with running(ingest, device):
        store.away = True
        for speed in range(12):
            await device.deliver(speed=float(speed))
        assert ingest.overflow == 7
        store.away = False
        await until(lambda: len(store.rows) == 5)
        await device.deliver(speed=50.0)
        await until(lambda: len(record.events) == 2)
    assert store.told("speed") == [0.0, 1.0, 2.0, 3.0, 4.0, 50.0]
    assert record.told() == [
        "Alarm mixing readings lost active",
        "Alarm mixing readings lost cleared, 7 lost",
    ]


async def test_an_event_is_tried_again_until_it_is_on_record_and_in_its_order(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    answers = iter([False, True, False, False])

    def fickle() -> bool:
        answer = next(answers, None)
        if answer is None:
            record.answers = lambda: True
            raise RuntimeError("the command path is not well")
        return answer

    record.answers = fickle
    async with running(Ingest(mapping, LiveTable(), store, record), device):
        await device.deliver(state=2)
        await device.deliver(state=6)
        await device.deliver(state=None)
        await until(lambda: len(record.events) == 3)
    assert record.told() == [
        "Stopped Stopped M-1",
        "Running Execute M-1",
        "Fault communication lost M-1",
    ]
    assert len(record.tried) == 7


async def test_while_nobody_takes_events_none_is_made_up_and_no_count_is_lost(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    record.answers = lambda: False
    ingest = Ingest(mapping, LiveTable(), store, record, max_events=3)
    async with running(ingest, device):
        await device.deliver(state=2, count=0)
        for count in range(1, 50):
            await device.deliver(state=2 + 4 * (count % 2), count=count)
        record.answers = lambda: True
        await until(lambda: len(record.events) >= 3)
        await device.deliver(state=6, count=60)
        await until(lambda: sum(int(e.value) for e in record.events if e.name == "M-1.count") == 60)
    states = [event.name for event in record.events if event.name != "M-1.count"]
    assert states[-1] == "Execute"
    assert all(a != b for a, b in pairwise(states))


async def test_a_device_whose_reading_fails_is_opened_again(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    live = LiveTable()
    async with running(Ingest(mapping, live, store, record), device):
        device.chunks.put_nowait(RuntimeError("a mistake of ours"))
        await device.deliver(speed=3.0)
        assert live.latest("M-1.speed") is not None
    assert (device.opened, device.closed) == (2, 1)


async def test_who_is_told_to_stop_stores_what_is_still_buffered(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    ingest = Ingest(mapping, LiveTable(), store, record)
    async with running(ingest, device):
        store.away = True
        await device.deliver(speed=1.0)
        store.away = False
    assert store.told("speed") == [1.0]


async def test_a_device_whose_clock_is_off_raises_an_alarm_at_our_time(
    mapping: LineMapping, device: Device, store: Store, record: RecordOfEvents
) -> None:
    ingest = Ingest(mapping, LiveTable(), store, record)
    async with running(ingest, device):
        ahead = START + timedelta(seconds=5)
        device.chunks.put_nowait((TagValue("M-1.speed", 2.0, Quality.GOOD, ahead, START),))
        await until(lambda: bool(record.events))
        await device.deliver(speed=2.0)
        await until(lambda: len(record.events) == 2)
    assert record.told() == [
        "Alarm mixing clock drift active, plc +5.0 s",
        "Alarm mixing clock drift cleared, plc",
    ]
    assert record.events[0].source_time == START
    assert ingest.clocks.count == 1
