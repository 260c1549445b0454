"""A failed check of a device holds every unit since the last good one, and the work, at once."""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.commands import ExceptionDisposition, Severity
from models.execution.decision import Decision
from models.execution.job_order_state import JobOrderState
from models.execution.records import MaterialSublotRecord
from models.execution.step_state import StepState
from models.isa95.quantity import Quantity
from tests import line_world as lw
from tests import world as w
from tests.line_world import LINE, METROLOGY
from tests.world import World, identity

DETECTOR = "METAL-DETECTOR-01"


def check(*, passed: bool, device: str = DETECTOR) -> c.VerifyDevice:
    return c.VerifyDevice(
        station=LINE, physical_asset_id=device, passed=passed, description="Fe 1.5 mm"
    )


def unit(number: int) -> c.RecordProducedUnit:
    return c.RecordProducedUnit(
        station=LINE, material_sublot_id=f"U-{number}", quantity=Quantity.parse("1 EA")
    )


def packing() -> World:
    """Return a world in which JO-1 is packed at the line, and JO-2 could be."""
    world = lw.running(lw.master(lw.step(), lw.step("020")), lw.master(lw.step(), name="WM-2"))
    world.must(lw.start())
    return world


def on_hold(world: World) -> set[str]:
    found = (x for x in world.states.values() if isinstance(x, MaterialSublotRecord))
    return {item.material_sublot_id for item in found if item.held}


def kinds(decision: Decision) -> list[str]:
    return [type(event).__name__ for event in decision.events]


def test_a_failed_check_is_one_decision_about_units_step_job_order_and_exception() -> None:
    world = packing()
    world.must(unit(1))
    world.must(check(passed=True))
    world.must(unit(2))
    world.must(unit(3))
    decision = world.must(check(passed=False))
    assert kinds(decision) == [
        "DeviceVerified",
        "MaterialSublotHeld",
        "MaterialSublotHeld",
        "StepHeld",
        "JobOrderPaused",
        "ExceptionOpened",
    ]
    assert on_hold(world) == {"U-2", "U-3"}
    order = world.job_order("JO-1")
    assert (order.state, order.steps[0].state) == (JobOrderState.INTERRUPTED, StepState.HELD)
    paused = decision.events[-2]
    assert isinstance(paused, e.JobOrderPaused)
    assert (paused.signature, paused.reason) == (None, f"{DETECTOR} failed its check at {LINE}")


def test_the_exception_is_critical_and_says_what_is_on_hold() -> None:
    world = packing()
    world.must(check(passed=True))
    world.must(unit(1))
    world.must(check(passed=False))
    (opened,) = world.job_order("JO-1").open_exceptions()
    assert opened.kind == "device-verification-failed"
    assert (opened.severity, opened.step_id, opened.equipment_id, opened.material_lot_id) == (
        Severity.CRITICAL,
        "010",
        LINE,
        "LOT-JO-1",
    )
    assert "1 units that left the line since its last good check at 2026-06-01" in (
        opened.description
    )


def test_without_any_good_check_every_unit_is_on_hold() -> None:
    world = packing()
    world.must(unit(1))
    world.must(check(passed=False))
    assert on_hold(world) == {"U-1"}


def test_units_of_the_order_before_are_held_when_no_check_lies_between() -> None:
    world = packing()
    world.must(check(passed=True))
    world.must(unit(1))
    world.must(lw.complete())
    lw.take(world, "JO-2")
    world.must(lw.start())
    world.must(unit(2))
    decision = world.must(check(passed=False))
    assert on_hold(world) == {"U-1", "U-2"}
    opened = decision.events[-1]
    assert isinstance(opened, e.ExceptionOpened)
    assert (opened.job_order_id, "(JO-1, JO-2)" in opened.description) == ("JO-2", True)


def test_a_good_check_for_the_order_before_ends_its_doubt() -> None:
    world = packing()
    world.must(unit(1))
    world.must(check(passed=True))
    world.must(lw.complete())
    lw.take(world, "JO-2")
    world.must(lw.start())
    world.must(unit(2))
    world.must(check(passed=False))
    assert on_hold(world) == {"U-2"}


def accept(world: World, exception_id: str) -> None:
    command = c.DispositionException(
        job_order_id="JO-1",
        exception_id=exception_id,
        disposition=ExceptionDisposition.ACCEPT,
        reason="All units passed the repaired detector",
        identity=identity("qa-01"),
    )
    world.must(command, w.terminal(LINE))


def test_units_are_free_when_every_exception_that_holds_them_is_accepted() -> None:
    world = packing()
    world.must(unit(1))
    world.must(check(passed=False))
    world.must(check(passed=False))
    accept(world, "JO-1-E1")
    assert on_hold(world) == {"U-1"}
    accept(world, "JO-1-E2")
    assert on_hold(world) == set()


def test_the_work_goes_on_after_the_exception_and_a_signature() -> None:
    world = packing()
    world.must(check(passed=False))
    resume = c.ResumeJobOrder(job_order_id="JO-1", reason="test", identity=identity("sup-01"))
    assert world.refused(resume, w.terminal(LINE)) == ("exception-open",)
    accept(world, "JO-1-E1")
    world.must(check(passed=True))
    world.must(resume, w.terminal(LINE))
    world.must(unit(1))


def test_a_device_that_is_overdue_can_fail_but_not_pass() -> None:
    world = packing()
    world.must(unit(1))
    world.must(
        c.RecordCalibration(physical_asset_id=DETECTOR, due_time=w.NOON, certificate="CAL-1"),
        METROLOGY,
    )
    assert world.refused(check(passed=True)) == ("calibration-overdue",)
    world.must(check(passed=False))
    assert on_hold(world) == {"U-1"}


def test_a_failed_check_after_the_end_of_the_order_still_holds_its_units() -> None:
    world = packing()
    world.must(unit(1))
    world.must(lw.complete())
    order = world.job_order("JO-1")
    world.states[streams.job_order("JO-1")] = replace(order, state=JobOrderState.ENDED)
    assert kinds(world.must(check(passed=False))) == ["DeviceVerified", "MaterialSublotHeld"]
    assert world.refused(check(passed=True)) == ("job-order-not-active",)


@pytest.mark.parametrize(
    ("device", "code"),
    [("FLOOR-SCALE-01", "instrument-not-suitable"), ("X-1", "physical-asset-unknown")],
)
@pytest.mark.parametrize("passed", [True, False])
def test_only_a_device_of_the_line_is_checked_there(
    device: str, code: str, *, passed: bool
) -> None:
    assert code in packing().refused(check(passed=passed, device=device))


def test_nobody_at_the_line_checks_nothing() -> None:
    world = w.installed()
    assert world.refused(check(passed=False)) == ("session-missing",)


@dataclass
class Oracle:
    """What should be on hold, by the plainest reckoning: a list that a good check empties."""

    doubtful: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)

    def take(self, command: c.Command) -> None:
        match command:
            case c.RecordProducedUnit():
                self.doubtful.append(command.material_sublot_id)
            case c.VerifyDevice(passed=True):
                self.doubtful.clear()
            case c.VerifyDevice(passed=False):
                self.held |= set(self.doubtful)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_on_hold_equals_an_oracle_on_random_shifts(seed: int) -> None:
    """Units, checks and changes of job order by chance; after each failed check they agree."""
    chance = random.Random(seed)  # noqa: S311 -- a test, not a secret
    masters = [lw.master(lw.step(), lw.step("020"), name=f"WM-{n}") for n in range(1, 15)]
    world, oracle, compared = lw.running(*masters), Oracle(), 0
    world.must(lw.start())
    for number in range(200):
        checks = (check(passed=True), check(passed=False), lw.complete())
        command = chance.choice((unit(number),) * 8 + checks)
        accepted = not world.do(command).refusals
        if accepted:
            oracle.take(command)
        if isinstance(command, c.VerifyDevice):
            assert on_hold(world) == oracle.held, f"seed {seed}"
            compared += 1
        if isinstance(command, c.CompleteStep) and accepted:
            next_order(world)
        if world.job_order(at_the_line(world)).state is JobOrderState.INTERRUPTED:
            next_order(world)
        world.time += timedelta(seconds=chance.randrange(60))
    assert compared > 0


def at_the_line(world: World) -> str:
    record = world.states[streams.station(LINE)]
    return str(getattr(record, "job_order_id", ""))


def next_order(world: World) -> None:
    """Leave the job order, held or packed, and begin the next one while there is any."""
    number = int(at_the_line(world).removeprefix("JO-")) + 1
    if streams.job_order(f"JO-{number}") in world.states:
        lw.take(world, f"JO-{number}")
        world.must(lw.start())
