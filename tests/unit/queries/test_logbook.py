"""The logbook follows from the events, and names every stretch of time that it can't explain."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.principal import Principal
from models.isa95.equipment import CleaningRule, Cleanliness, EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from server.queries.logbook import (
    Interval,
    Logbook,
    LogbookEntry,
    LogbookKind,
    Noted,
    logbook,
    uncovered,
    written,
)
from tests import line_world as lw
from tests import world as w
from tests.fix_command_path import running
from tests.line_world import LINE, MAINTENANCE, METROLOGY
from tests.world import World, identity

HOUR = timedelta(hours=1)
DETECTOR = "METAL-DETECTOR-01"


@dataclass
class Shift:
    """A line at work, with the time of everything that became true."""

    world: World
    noted: list[Noted] = field(default_factory=list)

    def do(self, command: c.Command, principal: Principal | None = None) -> None:
        """Do what has to be accepted, at least a second after what was before."""
        time = self.world.time
        for event in self.world.must(command, principal).events:
            if streams.stream_of(event) in (streams.equipment(LINE), f"physical_asset:{DETECTOR}"):
                self.noted.append(Noted(time=time, event=event, person_id="op-01"))

    def wait(self, time: timedelta) -> None:
        self.world.time += time

    def status(self, wanted: EquipmentStatus) -> None:
        self.do(
            c.ChangeEquipmentStatus(equipment_id=LINE, status=wanted, reason="WO-1"), MAINTENANCE
        )

    def clean(self, how: Cleanliness = Cleanliness.WET_CLEAN) -> None:
        command = c.RecordCleaning(equipment_id=LINE, cleanliness=how, identity=identity("op-01"))
        self.do(command, w.terminal(LINE))

    def machine(self, kind: EquipmentEventKind) -> None:
        event = EquipmentEvent(equipment_id=LINE, kind=kind, source_time=self.world.time)
        self.do(c.RecordEquipmentEvent(event=event), w.SYSTEM)

    def step(self, step_id: str, time: timedelta, *, runs: bool = True) -> None:
        """Perform a step that takes so long, with the machine running in the middle of it."""
        self.do(lw.start(step_id))
        self.wait(time / 3)
        if runs:
            self.machine(EquipmentEventKind.RUNNING)
        self.wait(time / 3)
        if runs:
            self.machine(EquipmentEventKind.STOPPED)
        self.wait(time / 3)
        lw.take(self.world, "JO-1")
        self.do(lw.complete())

    def book(self, noted: Sequence[Noted] | None = None) -> Logbook:
        start = self.noted[0].time
        return written(LINE, self.noted if noted is None else noted, start, self.world.time)


def shift(steps: int = 1) -> Shift:
    """Return a shift that begins with the description of a line whose cleanliness is tracked."""
    ids = [f"{number:03}" for number in range(1, steps + 1)]
    described = lw.line(cleaning=CleaningRule())
    world = lw.running(lw.master(*(lw.step(i) for i in ids)), described=(described,))
    began = Shift(world)
    began.noted.append(Noted(time=world.time, event=e.EquipmentDefined(equipment=described)))
    return began


def test_a_day_of_a_line_reads_like_its_logbook() -> None:
    day = shift()
    day.wait(HOUR)
    lw.take(day.world, "JO-1")
    day.step("001", HOUR)
    day.wait(HOUR)
    day.clean()
    day.wait(HOUR)
    day.status(EquipmentStatus.MAINTENANCE)
    day.wait(HOUR)
    day.status(EquipmentStatus.OUT_OF_SERVICE)
    day.wait(HOUR)
    day.status(EquipmentStatus.AVAILABLE)
    day.wait(HOUR)
    book = day.book()
    k = LogbookKind
    assert [item.kind for item in book.entries] == [
        k.IDLE,
        k.USE,
        k.IDLE,
        k.CLEAN,
        k.IDLE,
        k.MAINTAIN,
        k.OUT_OF_SERVICE,
        k.IDLE,
    ]
    assert [item.text for item in book.entries] == [
        "idle, no cleaning on record",
        "VITC-500-CAPS in step 001",
        "idle, dirty",
        "cleaned wet",
        "idle, clean (wet)",
        "WO-1",
        "WO-1",
        "idle, clean (wet)",
    ]
    assert book.unexplained == ()


def test_a_use_names_its_product_its_lot_and_who_began_it() -> None:
    day = shift()
    day.step("001", HOUR / 10)
    (use,) = (item for item in day.book().entries if item.kind is LogbookKind.USE)
    assert (use.material_definition_id, use.material_lot_id, use.person_id) == (
        "VITC-500-CAPS",
        "LOT-JO-1",
        "op-01",
    )
    assert (use.job_order_id, use.step_id, use.is_open) == ("JO-1", "001", False)


def test_what_has_not_ended_ends_with_the_logbook_and_says_so() -> None:
    day = shift()
    day.do(lw.start("001"))
    day.wait(HOUR)
    last = day.book().entries[-1]
    assert (last.kind, last.end, last.is_open) == (LogbookKind.USE, day.world.time, True)


def test_calibrations_and_checks_of_its_devices_stand_in_it() -> None:
    day = shift()
    day.do(c.VerifyDevice(station=LINE, physical_asset_id=DETECTOR, passed=True))
    day.do(
        c.RecordCalibration(
            physical_asset_id=DETECTOR, due_time=w.NOON, certificate="CAL-9", failed=True
        ),
        METROLOGY,
    )
    texts = [x.text for x in day.book().entries if x.kind is not LogbookKind.IDLE]
    assert texts == [
        f"{DETECTOR} checked: good",
        f"{DETECTOR} calibrated (CAL-9): failed",
    ]


def test_a_logbook_of_a_part_of_the_time_shows_what_reaches_into_it() -> None:
    day = shift()
    day.step("001", HOUR / 10)
    ended = day.world.time
    day.wait(HOUR)
    book = written(LINE, day.noted, ended, day.world.time)
    assert [item.kind for item in book.entries] == [LogbookKind.IDLE]
    assert book.unexplained == ()


def test_time_before_the_equipment_was_described_is_unexplained() -> None:
    day = shift()
    day.wait(HOUR)
    known = day.noted[0].time
    book = written(LINE, day.noted, known - HOUR, day.world.time)
    assert book.unexplained == (Interval(known - HOUR, known),)


def test_a_machine_that_ran_while_the_book_says_idle_is_unexplained() -> None:
    day = shift()
    day.step("001", HOUR / 10)
    day.wait(HOUR / 10)
    began = day.world.time
    day.machine(EquipmentEventKind.RUNNING)
    day.wait(HOUR / 10)
    ended = day.world.time
    day.machine(EquipmentEventKind.FAULT)
    assert day.book().unexplained == (Interval(began, ended),)


def test_the_seconds_in_which_a_machine_is_seen_to_stop_are_forgiven() -> None:
    day = shift()
    day.do(lw.start("001"))
    day.machine(EquipmentEventKind.RUNNING)
    day.do(lw.complete())
    day.wait(timedelta(seconds=3))
    day.machine(EquipmentEventKind.STOPPED)
    assert day.book().unexplained == ()


def random_shift(seed: int) -> Shift:
    """Return a shift in which things happen in an order by chance."""
    chance = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
    day = shift(steps=12)
    for number in range(1, 13):
        day.wait(chance.randrange(1, 60) * timedelta(minutes=1))
        for _ in range(chance.randrange(3)):
            happens(day, chance)
        lw.take(day.world, "JO-1")
        day.step(
            f"{number:03}",
            chance.randrange(1, 14) * timedelta(minutes=1),
            runs=chance.random() < 0.7,
        )
    day.wait(HOUR)
    return day


def happens(day: Shift, chance: random.Random) -> None:
    """Let something happen between two steps."""
    out = chance.choice((EquipmentStatus.MAINTENANCE, EquipmentStatus.OUT_OF_SERVICE))
    match chance.randrange(3):
        case 0:
            day.clean(chance.choice((Cleanliness.DRY_CLEAN, Cleanliness.WET_CLEAN)))
        case 1:
            day.status(out)
            day.wait(chance.randrange(1, 60) * timedelta(minutes=1))
            day.status(EquipmentStatus.AVAILABLE)
        case _:
            lw.take(day.world, "JO-1")
            day.do(c.VerifyDevice(station=LINE, physical_asset_id=DETECTOR, passed=True))
    day.wait(chance.randrange(1, 60) * timedelta(seconds=10))


@pytest.mark.parametrize("seed", range(20))
def test_a_generated_shift_has_no_unexplained_interval(seed: int) -> None:
    day = random_shift(seed)
    book = day.book()
    assert book.unexplained == (), f"seed {seed}"
    assert sum(item.kind is LogbookKind.USE for item in book.entries) == 12
    assert adjoin([item for item in book.entries if item.end > item.start], book)


def adjoin(entries: list[LogbookEntry], book: Logbook) -> bool:
    """Return whether each entry begins where the one before it ended, from end to end."""
    ends: list[datetime] = [book.start, *(item.end for item in entries)]
    starts = [*(item.start for item in entries), book.end]
    return starts == ends


@pytest.mark.parametrize("seed", range(20))
def test_the_gap_detector_finds_a_use_whose_beginning_was_taken_out(seed: int) -> None:
    day = random_shift(seed)
    uses = [item for item in day.noted if isinstance(item.event, e.EquipmentUseBegan)]
    lost = random.Random(seed).choice(uses)  # noqa: S311 -- seeded, and not for secrets
    book = day.book([item for item in day.noted if item is not lost])
    assert any(gap.start <= lost.time < gap.end for gap in book.unexplained), f"seed {seed}"


def test_uncovered_is_what_the_parts_leave() -> None:
    times = [w.NOON + number * HOUR for number in range(7)]

    def span(start: int, end: int) -> Interval:
        return Interval(times[start], times[end])

    parts = (span(3, 4), span(0, 2), span(1, 2))
    assert list(uncovered(span(1, 6), parts)) == [span(2, 3), span(4, 6)]
    assert list(uncovered(span(0, 1), ())) == [span(0, 1)]
    assert list(uncovered(span(1, 2), (span(0, 6),))) == []


async def test_the_logbook_is_read_from_the_execution_log() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await rig.install()
        start = rig.clock.time
        await rig.must(
            c.StoreJobOrder(
                job_order_id="JO-1",
                work_master_id="WM-CHALLENGE",
                quantity=w.kilograms("1"),
                allowed_to_start=True,
            )
        )
        await rig.must(
            c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("op-01"))
        )
        await rig.must(c.StartStep(station="DISP-01", step_id="010"))
        end = rig.clock.time + HOUR
        book = await logbook(log, "DISP-01", start, end)
        assert book is not None
        assert [(x.kind, x.person_id) for x in book.entries] == [
            (LogbookKind.IDLE, None),
            (LogbookKind.USE, "op-01"),
        ]
        assert book.unexplained == ()
        assert await logbook(log, "X-1", start, end) is None
