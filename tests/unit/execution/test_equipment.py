"""Equipment that may not be used: its status, size, calibration, and running without a permit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.step_state import StepState
from models.isa95.equipment import EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    EvidenceSpecification,
    Prerequisite,
    PrerequisiteKind,
    Source,
    ValueKind,
)
from tests import line_world as lw
from tests import world as w
from tests.line_world import LINE, MAINTENANCE, METROLOGY
from tests.world import World, identity


def status(
    wanted: EquipmentStatus, reason: str = "work order 4711", name: str = LINE
) -> c.ChangeEquipmentStatus:
    return c.ChangeEquipmentStatus(equipment_id=name, status=wanted, reason=reason)


def calibration(name: str, *, failed: bool = False) -> c.RecordCalibration:
    return c.RecordCalibration(
        physical_asset_id=name,
        due_time=w.NOON + timedelta(days=90),
        certificate="CAL-77",
        failed=failed,
    )


@pytest.mark.parametrize("wanted", [EquipmentStatus.MAINTENANCE, EquipmentStatus.OUT_OF_SERVICE])
def test_equipment_out_of_service_refuses_until_it_is_put_back(wanted: EquipmentStatus) -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(status(wanted), MAINTENANCE)
    (refusal,) = world.do(lw.start()).refusals
    assert refusal.code == "equipment-not-available"
    assert wanted.value in refusal.obstacle
    assert "work order 4711" in refusal.obstacle
    world.must(status(EquipmentStatus.AVAILABLE, "done"), MAINTENANCE)
    world.must(lw.start())


def test_a_change_of_status_says_who_and_why() -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(status(EquipmentStatus.MAINTENANCE), MAINTENANCE)
    changed = world.events[-1]
    assert isinstance(changed, e.EquipmentStatusChanged)
    assert (changed.person_id, changed.reason) == ("met-01", "work order 4711")


def test_status_of_nothing_and_without_a_reason_is_refused() -> None:
    world = w.installed()
    wanted = EquipmentStatus.MAINTENANCE
    assert world.refused(status(wanted, name="X-1"), MAINTENANCE) == ("equipment-unknown",)
    assert world.refused(status(wanted, " "), MAINTENANCE) == ("status-reason-missing",)


@pytest.mark.parametrize(
    ("capacity", "codes"),
    [
        ("200 l", ()),
        ("250000 ml", ()),
        ("199.9 l", ("equipment-too-small",)),
        ("300 kg", ("equipment-too-small",)),
        (None, ("equipment-too-small",)),
    ],
)
def test_a_step_for_200_litres_needs_equipment_that_holds_them(
    capacity: str | None, codes: tuple[str, ...]
) -> None:
    held = Quantity.parse(capacity) if capacity else None
    world = lw.running(
        lw.master(lw.step(minimum_capacity=Quantity.parse("200 l"))),
        described=(lw.line(capacity=held),),
    )
    decision = world.do(lw.start())
    assert tuple(item.code for item in decision.refusals) == codes
    for item in decision.refusals:
        assert "packaging-line of at least 200 l" in item.obstacle


def failing_scale() -> World:
    """Return a world whose only connected bench scale has failed its calibration."""
    world = w.at_station(work_master_id="WM-VITC-500")
    order = world.job_order("JO-1")
    verified = replace(order.steps[0], state=StepState.VERIFIED)
    done = (verified, replace(verified, step_id="020"))
    ready = replace(order.steps[2], state=StepState.READY)
    world.states["job_order:JO-1"] = replace(order, steps=(*done, ready, *order.steps[3:]))
    world.must(calibration("BENCH-SCALE-01", failed=True), METROLOGY)
    return world


def test_a_failed_calibration_makes_dependent_steps_not_ready_at_once() -> None:
    world = failing_scale()
    weigh = c.StartStep(station="DISP-01", step_id="030")
    # The spare scale is overdue: neither may be used, and the step could never end.
    assert world.refused(weigh) == ("calibration-failed", "calibration-overdue")
    world.must(calibration("BENCH-SCALE-02"), METROLOGY)
    world.must(weigh)


def test_recalibration_allows_without_a_restart() -> None:
    world = failing_scale()
    world.must(calibration("BENCH-SCALE-01"), METROLOGY)
    world.must(c.StartStep(station="DISP-01", step_id="030"))


def test_a_scale_that_failed_refuses_the_weighing_it_was_about_to_make() -> None:
    world = w.identified()
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.must(calibration("FLOOR-SCALE-01", failed=True), METROLOGY)
    weigh = c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01")
    assert world.refused(weigh) == ("calibration-failed",)
    world.must(calibration("FLOOR-SCALE-01"), METROLOGY)
    world.scale_shows("FLOOR-SCALE-01", 1.0)
    world.must(weigh)


def test_a_description_of_the_instrument_does_not_heal_it() -> None:
    world = failing_scale()
    scale = lw.asset(world, "BENCH-SCALE-01").defined
    world.must(c.DefineMasterData(items=(replace(scale, description="As new"),)), w.SYSTEM)
    assert lw.asset(world, "BENCH-SCALE-01").calibration_failed


def test_a_failed_sensor_or_detector_refuses_the_steps_that_rely_on_it() -> None:
    speed = EvidenceSpecification(
        evidence_id="speed",
        description="Speed",
        kind=ValueKind.NUMBER,
        sources=(Source.DEVICE,),
        measurement="speed",
        unit="rpm",
    )
    detector = Prerequisite(
        kind=PrerequisiteKind.DEVICE_VERIFIED, physical_asset_class="metal-detector"
    )
    world = lw.running(
        lw.master(lw.step(evidence=(speed,), prerequisites=(detector,))),
        described=(lw.line(physical_assets=("METAL-DETECTOR-01", "BLENDER-01")),),
    )
    world.must(c.VerifyDevice(station=LINE, physical_asset_id="METAL-DETECTOR-01", passed=True))
    world.must(calibration("METAL-DETECTOR-01", failed=True), METROLOGY)
    world.must(calibration("BLENDER-01", failed=True), METROLOGY)
    refusals = world.do(lw.start()).refusals
    assert [(x.code, x.subject) for x in refusals] == [
        ("calibration-failed", "METAL-DETECTOR-01"),
        ("calibration-failed", "BLENDER-01"),
    ]


def runs(world: World, station: str = LINE, ago_s: float = 0) -> World:
    """Let the equipment of a station begin to run."""
    event = EquipmentEvent(
        equipment_id=station,
        kind=EquipmentEventKind.RUNNING,
        source_time=world.time - timedelta(seconds=ago_s),
    )
    world.must(c.RecordEquipmentEvent(event=event), w.SYSTEM)
    return world


def deviations(world: World) -> list[tuple[str, str]]:
    order = world.job_order("JO-1")
    return [(item.kind, item.equipment_id) for item in order.exceptions]


def test_equipment_that_runs_without_a_permit_is_a_deviation_once() -> None:
    world = runs(lw.running(lw.master(lw.step())))
    assert deviations(world) == [("equipment-ran-without-permit", LINE)]
    assert len(deviations(runs(world))) == 1


def test_equipment_that_runs_within_its_step_is_none() -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(lw.start())
    assert deviations(runs(world)) == []


def test_an_event_that_arrives_after_its_step_was_held_is_none() -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(lw.start())
    world.must(c.HoldStep(station=LINE, reason="noise"))
    assert deviations(runs(world, ago_s=1)) == []
    world.time += timedelta(seconds=10)
    assert deviations(runs(world)) == [("equipment-ran-without-permit", LINE)]


def test_equipment_that_runs_for_nobody_is_on_record_and_no_more() -> None:
    world = runs(w.installed())
    assert isinstance(world.events[-1], e.EquipmentEventRecorded)


def test_a_fault_holds_nothing_by_itself() -> None:
    world = lw.running(lw.master(lw.step()))
    world.must(lw.start())
    event = EquipmentEvent(equipment_id=LINE, kind=EquipmentEventKind.FAULT, source_time=world.time)
    world.must(c.RecordEquipmentEvent(event=event), w.SYSTEM)
    step = world.job_order("JO-1").step("010")
    assert step is not None
    assert step.state is StepState.IN_PROGRESS


def test_use_ends_with_the_step_and_with_the_job_order() -> None:
    world = lw.running(lw.master(lw.step(), lw.step("020")))
    world.must(lw.start())
    assert lw.equipment(world).in_use_steps == (("JO-1", "010"),)
    world.must(lw.complete())
    assert lw.equipment(world).in_use_for == ""
    world.must(lw.start("020"))
    assert lw.equipment(world).in_use_for == "JO-1"
    world.must(
        c.AbortJobOrder(job_order_id="JO-1", reason="test", identity=identity("sup-01")),
        w.terminal(LINE),
    )
    assert lw.equipment(world).in_use_steps == ()
