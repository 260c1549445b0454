"""Ingest: from the device into the live table, the historian, and the execution log.

Every reading reaches the live table and the mapping's rules. What changed by more than its
deadband goes to the historian, through a bounded buffer: a slow database never stops polling, and
what does not fit any more is counted and put on record as an alarm, never lost in silence.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

from mappings.evaluate import MappingState, evaluate
from mappings.language import LineMapping
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.tag_value import TagValue
from server.command_path.ports import TagValues
from server.workers.clock_drift import ClockDrift
from server.workers.deadband import Deadband
from server.workers.live import LiveTable

diagnostics = logging.getLogger("interlock.ingest")

MAX_BUFFERED: Final = 100_000
"""Readings that wait for the historian; about a minute of a thousand tags."""

MAX_CHUNK: Final = 10_000
MAX_EVENTS: Final = 10_000
READINGS_LOST: Final = "readings lost"
"""The alarm that says that the historian did not follow."""

CLOCK_DRIFT: Final = "clock drift"
"""The alarm that says that a device's clock is too far off ours."""

_RETRY_S: Final = 1.0
_FLUSH_S: Final = 0.2
_LAST_S: Final = 2.0
"""How long the buffer may still be written when we are told to stop."""

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
        self,
        mapping: LineMapping,
        live: LiveTable,
        tag_values: TagValues,
        record: Record,
        *,
        max_buffered: int = MAX_BUFFERED,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._mapping = mapping
        self._live = live
        self._tag_values = tag_values
        self._record = record
        self._max_buffered = max_buffered
        self._max_events = max_events
        self._state = MappingState()
        self._deadband = Deadband({tag.name: tag.deadband for tag in mapping.tags})
        # A spool on disk for a long outage of the database belongs in the place of this buffer.
        self._buffer: deque[TagValue] = deque()
        self._events: deque[EquipmentEvent] = deque()
        self._news = asyncio.Event()
        self._lost_now = 0
        self.clocks = ClockDrift()
        self.overflow = 0
        """Readings that found no room in the buffer, since the start."""

    async def read(self, device: Device) -> None:
        """Take in what the device delivers, until cancelled or until it is closed."""
        try:
            while True:
                try:
                    await device.open()
                    async for values in device.values():
                        self._take(values)
                        self._watch_clock(device.name, values)
                except Exception:  # noqa: BLE001 -- one device must not end the others
                    diagnostics.exception("%s: reading it failed, trying again", device.name)
                    await asyncio.sleep(_RETRY_S)
                else:
                    return
        finally:
            await device.close()

    def _take(self, values: Sequence[TagValue]) -> None:
        self._live.take(values)
        kept_all = True
        for value in values:
            if self._deadband.is_news(value):
                kept_all = self._keep(value) and kept_all
        if values and kept_all:
            self._tell_recovery(values[-1])
        self._conclude_from(values)

    def _conclude_from(self, values: Sequence[TagValue]) -> None:
        """Conclude events, unless nobody takes them.

        Rules compare with what they concluded last: states, counts and alarms that are not
        concluded now are concluded from later readings, with their full growth, not lost.
        """
        if len(self._events) >= self._max_events:
            return
        self._state, events = evaluate(self._mapping, self._state, values)
        self._put(events)
        if len(self._events) >= self._max_events:
            diagnostics.error(
                "%s: events wait to be recorded, nothing is concluded until then",
                self._mapping.title,
            )

    def _put(self, events: Sequence[EquipmentEvent]) -> None:
        self._events.extend(events)
        if self._events:
            self._news.set()

    def _keep(self, value: TagValue) -> bool:
        """Buffer a reading; return whether there was room."""
        if len(self._buffer) < self._max_buffered:
            self._deadband.stored(value)
            self._buffer.append(value)
            return True
        if self._lost_now == 0:
            diagnostics.error("%s: readings are lost, see the historian", self._mapping.title)
            self._put(self._alarms(READINGS_LOST, value.source_time, "active"))
        self._lost_now += 1
        self.overflow += 1
        return False

    def _tell_recovery(self, value: TagValue) -> None:
        if self._lost_now and len(self._buffer) < self._max_buffered:
            text = f"cleared, {self._lost_now} lost"
            self._put(self._alarms(READINGS_LOST, value.source_time, text))
            diagnostics.warning("%s: %d readings were lost", self._mapping.title, self._lost_now)
            self._lost_now = 0

    def _watch_clock(self, device: str, values: Sequence[TagValue]) -> None:
        """Raise an alarm, at our time, when the clock of a device begins or ends to drift."""
        news = self.clocks.news(device, values)
        if news is not None:
            self._put(self._alarms(CLOCK_DRIFT, *news))

    def _alarms(self, name: str, time: datetime, text: str) -> list[EquipmentEvent]:
        """Return an alarm for all equipment of the line: its history has a gap, or wrong times."""
        return [
            EquipmentEvent(
                equipment_id=equipment_id,
                kind=EquipmentEventKind.ALARM,
                source_time=time,
                name=f"{self._mapping.line} {name}",
                value=text,
                mapping=self._mapping.title,
            )
            for equipment_id in sorted({rule.equipment_id for rule in self._mapping.rules})
        ]

    async def store(self) -> None:
        """Write buffered readings to the historian, until cancelled; a failure is tried again."""
        try:
            while True:
                stored = await self._store_chunk()
                await asyncio.sleep(_FLUSH_S if stored else _RETRY_S)
        finally:
            await self._store_last()

    async def _store_chunk(self) -> bool:
        """Write the oldest readings; return whether that went well."""
        chunk = list(islice(self._buffer, MAX_CHUNK))
        if not chunk:
            return True
        try:
            await self._tag_values.write(chunk)
        except Exception as error:  # noqa: BLE001 -- the buffer holds until the store is back
            diagnostics.warning("%s: not stored, trying again: %s", self._mapping.title, error)
            return False
        for _ in chunk:
            self._buffer.popleft()
        return True

    async def _store_last(self) -> None:
        try:
            async with asyncio.timeout(_LAST_S):
                while self._buffer and await self._store_chunk():
                    pass
        except TimeoutError:
            pass
        if self._buffer:
            diagnostics.error("%s: %d readings lost", self._mapping.title, len(self._buffer))

    async def conclude(self) -> None:
        """Put equipment events on record in their order, until cancelled."""
        while True:
            while self._events:
                if await self._recorded(self._events[0]):
                    self._events.popleft()
                else:
                    await asyncio.sleep(_RETRY_S)
            self._news.clear()
            await self._news.wait()

    async def _recorded(self, event: EquipmentEvent) -> bool:
        try:
            return await self._record(event)
        except Exception:  # noqa: BLE001 -- the event waits, and so do those after it
            diagnostics.exception("%s: not recorded, trying again: %s", self._mapping.title, event)
            return False
