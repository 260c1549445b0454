"""The logbook of a piece of equipment, made from the events of the execution log alone.

Use, cleaning, maintenance and calibration in the order of their happening (21 CFR 211.182, EU GMP
Chapter 4.31), idle time in between, and every stretch of time that nothing on record explains.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final

from models.execution import events as e
from models.execution import streams
from models.execution.event_types import read_event
from models.isa95.equipment import Cleanliness, EquipmentStatus
from models.isa95.equipment_event import EquipmentEventKind
from server.command_path.ports import ExecutionLog

_PAGE: Final = 1000

LAG: Final = timedelta(seconds=5)
"""How long a machine may run before and after its step, on its own clock, unexplained."""


@unique
class LogbookKind(Enum):
    """What a line of the logbook is about."""

    USE = "use"
    CLEAN = "clean"
    MAINTAIN = "maintain"
    OUT_OF_SERVICE = "out of service"
    CALIBRATE = "calibrate"
    VERIFY = "verify"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogbookEntry:
    """One line: from ``start`` until ``end`` (UTC), which are one for what has no duration.

    ``is_open`` when it had not ended yet; its end is then that of the logbook.
    """

    kind: LogbookKind
    start: datetime
    end: datetime
    text: str
    person_id: str | None = None
    job_order_id: str = ""
    step_id: str = ""
    material_definition_id: str = ""
    material_lot_id: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time that holds its start and not its end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event with the time of its decision, and who acted."""

    time: datetime
    event: e.Event
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """The logbook of one piece of equipment for a span of time, its entries by their start.

    An entry that had begun before the span keeps its own start.
    ``unexplained`` are the stretches of which nobody can say what was done: without any entry,
    or in which the machine ran by its own word while the book says that it did not.
    """

    equipment_id: str
    start: datetime
    end: datetime
    entries: tuple[LogbookEntry, ...]
    unexplained: tuple[Interval, ...]


async def logbook(
    log: ExecutionLog, equipment_id: str, start: datetime, end: datetime
) -> Logbook | None:
    """Return the logbook from ``start`` until ``end``, or None for equipment nobody described."""
    own = [item async for item in _noted(log, streams.equipment(equipment_id))]
    if not own:
        return None
    assets = {
        asset_id
        for item in own
        if isinstance(item.event, e.EquipmentDefined)
        for asset_id in item.event.equipment.physical_assets
    }
    for asset_id in sorted(assets):
        own += [item async for item in _noted(log, streams.physical_asset(asset_id))]
    return written(equipment_id, own, start, end)


async def _noted(log: ExecutionLog, stream: str) -> AsyncIterator[Noted]:
    """Yield what the logbook is made of; counts and parameters of machines are not."""
    version = 0
    while rows := await log.read_stream(stream, version, _PAGE):
        for row in rows:
            event = read_event(row.type, row.type_version, row.payload)
            if _is_noted(event):
                yield Noted(time=row.server_time, event=event, person_id=row.person)
        version = rows[-1].version


def _is_noted(event: e.Event) -> bool:
    ran = (EquipmentEventKind.RUNNING, EquipmentEventKind.STOPPED, EquipmentEventKind.FAULT)
    return not isinstance(event, e.EquipmentEventRecorded) or event.event.kind in ran


def written(equipment_id: str, noted: Iterable[Noted], start: datetime, end: datetime) -> Logbook:
    """Return the logbook that the events of the equipment and its instruments make."""
    book = _Book(equipment_id)
    for item in sorted(noted, key=lambda item: item.time):
        if item.time >= end:
            break
        book.take(item)
    book.close(end)
    shown = [x for x in book.entries if x.end > start or (x.start == x.end == start)]
    shown.sort(key=lambda item: (item.start, item.end))
    gaps = uncovered(Interval(start, end), _durations(shown))
    at_work = tuple(_durations(x for x in shown if x.kind is not LogbookKind.IDLE))
    ran = (run for run in book.runs if run.end > start and run.start < end)
    strange = (gap for run in ran for gap in uncovered(run, at_work) if gap.end - gap.start > LAG)
    return Logbook(
        equipment_id=equipment_id,
        start=start,
        end=end,
        entries=tuple(shown),
        unexplained=(*gaps, *strange),
    )


def _durations(entries: Iterable[LogbookEntry]) -> Iterator[Interval]:
    return (Interval(item.start, item.end) for item in entries if item.end > item.start)


def uncovered(whole: Interval, parts: Iterable[Interval]) -> Iterator[Interval]:
    """Yield what the parts leave of the whole."""
    reached = whole.start
    for part in sorted(parts, key=lambda item: item.start):
        if part.start > reached:
            yield Interval(reached, min(part.start, whole.end))
        reached = max(reached, part.end)
        if reached >= whole.end:
            return
    if reached < whole.end:
        yield Interval(reached, whole.end)


_OUT: Final = {
    EquipmentStatus.MAINTENANCE: LogbookKind.MAINTAIN,
    EquipmentStatus.OUT_OF_SERVICE: LogbookKind.OUT_OF_SERVICE,
}
_STATES: Final = {
    None: "idle, no cleaning on record",
    Cleanliness.DIRTY: "idle, dirty",
    Cleanliness.DRY_CLEAN: "idle, clean (dry)",
    Cleanliness.WET_CLEAN: "idle, clean (wet)",
}


@dataclass(eq=False, slots=True)
class _Book:
    """A logbook while it is written, one event after the other."""

    equipment_id: str
    entries: list[LogbookEntry] = field(default_factory=list)
    runs: list[Interval] = field(default_factory=list)
    _uses: dict[tuple[str, str], LogbookEntry] = field(default_factory=dict)
    _out: LogbookEntry | None = None
    _idle: LogbookEntry | None = None
    _cleanliness: Cleanliness | None = None
    _running_since: datetime | None = None
    _is_known: bool = False
    _is_tracked: bool = False

    def take(self, noted: Noted) -> None:
        """Write down what one event says."""
        match noted.event:
            case e.EquipmentDefined():
                self._is_tracked = noted.event.equipment.cleaning is not None
                if not self._is_known:
                    self._is_known = True
                    self._wait(noted.time)
            case e.EquipmentUseBegan():
                self._began(noted, noted.event)
            case e.EquipmentUseEnded():
                self._ended(noted, noted.event)
            case e.EquipmentStatusChanged():
                self._changed(noted, noted.event)
            case e.EquipmentCleaned():
                self._cleaned(noted, noted.event)
            case e.EquipmentEventRecorded():
                self._ran(noted.event)
            case _:
                self._instrument(noted)

    def close(self, end: datetime) -> None:
        """End what has not ended with the logbook."""
        for entry in (*self._uses.values(), self._out, self._idle):
            if entry is not None and entry.start < end:
                self.entries.append(replace(entry, end=end, is_open=True))
        if self._running_since is not None and self._running_since < end:
            self.runs.append(Interval(self._running_since, end))

    def _began(self, noted: Noted, event: e.EquipmentUseBegan) -> None:
        self._leave(noted.time)
        key = (event.job_order_id, event.step_id)
        self._uses[key] = LogbookEntry(
            kind=LogbookKind.USE,
            start=noted.time,
            end=noted.time,
            text=f"{event.material_definition_id} in step {event.step_id}",
            person_id=noted.person_id,
            job_order_id=event.job_order_id,
            step_id=event.step_id,
            material_definition_id=event.material_definition_id,
            material_lot_id=event.material_lot_id,
        )

    def _ended(self, noted: Noted, event: e.EquipmentUseEnded) -> None:
        """End a use. One whose beginning is not on record was going on since nobody knows when."""
        use = self._uses.pop((event.job_order_id, event.step_id), None)
        if use is None:
            self._idle = None
        else:
            self.entries.append(replace(use, end=noted.time))
        if self._is_tracked or self._cleanliness is not None:
            self._cleanliness = Cleanliness.DIRTY
        self._wait(noted.time)

    def _changed(self, noted: Noted, event: e.EquipmentStatusChanged) -> None:
        self._leave(noted.time)
        if self._out is not None:
            self.entries.append(replace(self._out, end=noted.time))
        kind = _OUT.get(event.status)
        self._out = None
        if kind is not None:
            self._out = LogbookEntry(
                kind=kind,
                start=noted.time,
                end=noted.time,
                text=event.reason,
                person_id=event.person_id or noted.person_id,
            )
        self._wait(noted.time)

    def _cleaned(self, noted: Noted, event: e.EquipmentCleaned) -> None:
        self._leave(noted.time)
        how = "wet" if event.cleanliness is Cleanliness.WET_CLEAN else "dry"
        self._point(noted, LogbookKind.CLEAN, f"cleaned {how}", event.signature.person_id)
        self._cleanliness = event.cleanliness
        self._wait(noted.time)

    def _ran(self, event: e.EquipmentEventRecorded) -> None:
        time = event.event.source_time
        if event.event.kind is EquipmentEventKind.RUNNING:
            self._running_since = self._running_since or time
        elif self._running_since is not None:
            self.runs.append(Interval(self._running_since, max(time, self._running_since)))
            self._running_since = None

    def _instrument(self, noted: Noted) -> None:
        """Write down what was done with an instrument or a device that stands there."""
        match noted.event:
            case e.CalibrationRecorded() as event:
                result = "failed" if event.failed else f"holds until {event.due_time:%Y-%m-%d}"
                text = f"{event.physical_asset_id} calibrated ({event.certificate}): {result}"
                self._point(noted, LogbookKind.CALIBRATE, text, noted.person_id)
            case e.DeviceVerified() as event if event.station == self.equipment_id:
                result = "good" if event.passed else "failed"
                text = f"{event.physical_asset_id} checked: {result} {event.description}".strip()
                self._point(noted, LogbookKind.VERIFY, text, event.person_id)
            case _:
                return

    def _point(self, noted: Noted, kind: LogbookKind, text: str, person_id: str | None) -> None:
        self.entries.append(
            LogbookEntry(
                kind=kind, start=noted.time, end=noted.time, text=text, person_id=person_id
            )
        )

    def _leave(self, time: datetime) -> None:
        """End the idle time, if there was any."""
        if self._idle is not None and self._idle.start < time:
            self.entries.append(replace(self._idle, end=time))
        self._idle = None

    def _wait(self, time: datetime) -> None:
        """Begin idle time, unless the equipment is in use or out of service."""
        self._leave(time)
        if self._uses or self._out is not None or not self._is_known:
            return
        text = _STATES[self._cleanliness]
        self._idle = LogbookEntry(kind=LogbookKind.IDLE, start=time, end=time, text=text)
