"""Ingest: from the device into the live table, the historian, and the execution log.

Every reading reaches the live table and the mapping's rules. What changed by more than its
deadband goes to the historian, through a bounded buffer: a slow database never stops polling, and
what does not fit any more is counted and told, never lost in silence.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, Protocol

from mappings.evaluate import MappingState, evaluate
from mappings.language import LineMapping
from models.isa95.equipment_event import EquipmentEvent
from models.tag_value import TagValue
from server.command_path.ports import TagValues
from server.workers.live import LiveTable

diagnostics = logging.getLogger("interlock.ingest")

MAX_BUFFERED: Final = 100_000
"""Readings that wait for the historian; about a minute of a thousand tags."""

MAX_CHUNK: Final = 10_000
MAX_EVENTS: Final = 10_000
_RETRY_S: Final = 1.0
_FLUSH_S: Final = 0.2

Record = Callable[[EquipmentEvent], Awaitable[bool]]
"""Puts an equipment event on record; False when it has to be tried again."""


class Device(Protocol):
    """The reading side of an adapter."""

    @property
    def name(self) -> str:
        """Return the name of the device."""
        ...

    async def open(self) -> None:
        """Try to connect."""
        ...

    def values(self) -> AsyncIterator[tuple[TagValue, ...]]:
        """Yield a chunk of readings at every poll."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


class Ingest:
    """Takes in one line: its devices, its rules, its readings."""

    def __init__(
        self, mapping: LineMapping, live: LiveTable, tag_values: TagValues, record: Record
    ) -> None:
        self._mapping = mapping
        self._live = live
        self._tag_values = tag_values
        self._record = record
        self._state = MappingState()
        self._deadbands = {tag.name: tag.deadband for tag in mapping.tags}
        self._stored: dict[str, TagValue] = {}
        self._buffer: deque[TagValue] = deque()
        self._events: deque[EquipmentEvent] = deque()
        self._news = asyncio.Event()
        self.overflow = 0
        """Readings that found no room in the buffer."""

    async def read(self, device: Device) -> None:
        """Take in what the device delivers, until cancelled."""
        await device.open()
        try:
            async for values in device.values():
                self._take(values)
        finally:
            await device.close()

    def _take(self, values: Sequence[TagValue]) -> None:
        self._live.take(values)
        self._state, events = evaluate(self._mapping, self._state, values)
        for event in events:
            if len(self._events) >= MAX_EVENTS:
                diagnostics.error("%s: an equipment event found no room", self._mapping.title)
                break
            self._events.append(event)
        for value in values:
            if self._is_news(value):
                self._keep(value)
        self._news.set()

    def _is_news(self, value: TagValue) -> bool:
        """Return whether the reading differs from the last stored one by more than its deadband."""
        last = self._stored.get(value.tag)
        if last is None or last.quality is not value.quality:
            return True
        numbers = _is_number(last.value) and _is_number(value.value)
        if not numbers:
            return last.value != value.value
        assert isinstance(last.value, int | float)
        assert isinstance(value.value, int | float)
        return abs(value.value - last.value) > self._deadbands.get(value.tag, 0.0)

    def _keep(self, value: TagValue) -> None:
        if len(self._buffer) >= MAX_BUFFERED:
            if self.overflow == 0:
                diagnostics.error(
                    "%s: the historian does not follow; readings are lost", self._mapping.title
                )
            self.overflow += 1
            return
        self._stored[value.tag] = value
        self._buffer.append(value)

    async def store(self) -> None:
        """Write buffered readings to the historian, until cancelled; a failure is tried again."""
        while True:
            if not self._buffer:
                await asyncio.sleep(_FLUSH_S)
                continue
            chunk = [self._buffer[n] for n in range(min(len(self._buffer), MAX_CHUNK))]
            try:
                await self._tag_values.write(chunk)
            except Exception as error:  # noqa: BLE001 -- the buffer holds until the store is back
                diagnostics.warning("%s: not stored, trying again: %s", self._mapping.title, error)
                await asyncio.sleep(_RETRY_S)
                continue
            for _ in chunk:
                self._buffer.popleft()
            await asyncio.sleep(_FLUSH_S)

    async def conclude(self) -> None:
        """Put equipment events on record in their order, until cancelled."""
        while True:
            while self._events:
                if not await self._record(self._events[0]):
                    await asyncio.sleep(_RETRY_S)
                    continue
                self._events.popleft()
            self._news.clear()
            await self._news.wait()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
