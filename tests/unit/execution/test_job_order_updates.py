"""An update, a stop and a cancellation can't be used to get around what was asked or found."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution.commands import ExceptionDisposition as Way
from models.execution.principal import Principal, Role
from models.execution.records import MaterialLotRecord
from models.isa95.material import Disposition
from models.isa95.work_definition import WorkMaster
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import CELL, LOT, ORDER, RECIPE
from tests.world import World, identity

PLANNER = Principal(
    account="planner-01", roles=frozenset({Role.PLANNER}), face="opcua", person_id="planner-01"
)
WAIVED = replace(
    RECIPE,
    work_master_id="WM-WAIVED",
    steps=(replace(RECIPE.steps[0], overridable=("equipment-too-small",)), *RECIPE.steps[1:]),
)
SHORTER = replace(
    RECIPE,
    work_master_id="WM-SHORT",
    steps=tuple(replace(one, branches=()) for one in RECIPE.steps[1:]),
)


def knowing(*masters: WorkMaster) -> World:
    """Return a world that knows these WorkMasters, approved, beside the recipe."""
    world = cell.installed()
    world.must(c.DefineMasterData(items=masters), w.SYSTEM)
    for command, principal in w.approvals(masters):
        world.must(command, principal)
    return world


def stored(world: World, work_master_id: str) -> None:
    """Store the job order for one of them, allowed to start."""
    world.must(
        c.StoreJobOrder(
            job_order_id=ORDER,
            work_master_id=work_master_id,
            quantity=RECIPE.quantity,
            allowed_to_start=True,
        )
    )


def reported(step_id: str = "") -> c.ReportException:
    """Return a deviation that was seen before work began."""
    return c.ReportException(
        job_order_id=ORDER,
        description="The label is wrong",
        severity=c.Severity.MAJOR,
        identity=identity("sup-01"),
        step_id=step_id,
    )


def test_an_override_for_one_amount_is_none_for_another() -> None:
    world = knowing(WAIVED)
    stored(world, WAIVED.work_master_id)
    who = identity("op-01")
    world.must(c.OpenStationSession(station=CELL, job_order_id=ORDER, identity=who))
    world.must(
        c.OverrideGate(
            station=CELL,
            step_id="010",
            code="equipment-too-small",
            reason="1000 kg just fit",
            identity=identity("sup-01"),
            second=identity("qa-01"),
        )
    )
    world.must(cell.dispose(Way.ACCEPT, "qa-02"))
    world.must(replace(cell.update(priority=3), work_master_id=WAIVED.work_master_id))
    assert world.job_order(ORDER).steps[0].overrides, "the plan alone takes nothing away"
    larger = replace(cell.update("5000"), work_master_id=WAIVED.work_master_id)
    world.must(larger)
    first = world.job_order(ORDER).steps[0]
    assert (first.overrides, first.state.value) == ((), "Ready")
    assert world.job_order(ORDER).exceptions, "that there was an override stays on record"


def test_what_is_open_is_settled_before_another_amount_or_version_is_asked_for() -> None:
    world = knowing(SHORTER)
    stored(world, RECIPE.work_master_id)
    world.must(reported("010"))
    assert world.refused(cell.update("500")) == ("exception-open",)
    shorter = replace(cell.update(), work_master_id=SHORTER.work_master_id)
    assert world.refused(shorter) == ("exception-open",)
    world.must(cell.update(priority=2))
    world.must(cell.dispose(Way.ACCEPT))
    world.must(shorter)
    order = world.job_order(ORDER)
    assert [step.step_id for step in order.steps] == ["020", "030", "040"]
    assert [item.step_id for item in order.exceptions] == ["010"]


def test_the_deviation_of_a_stopped_job_order_is_settled_and_its_lot_stays_restricted() -> None:
    world = cell.working().world
    world.must(cell.DEVIATION)
    world.must(cell.STOP, PLANNER)
    for way in (Way.REWORK, Way.ACCEPT, Way.INVESTIGATE):
        assert "job-order-not-active" in world.refused(cell.dispose(way)), "nothing goes on"
    world.must(cell.dispose(Way.SCRAP))
    order = world.job_order(ORDER)
    assert order.open_exceptions() == ()
    assert (order.state.value, order.stop_reason) == ("Ended", cell.STOP.reason)
    record = world.states[f"material_lot:{LOT}"]
    assert isinstance(record, MaterialLotRecord)
    assert record.material_lot.disposition is Disposition.RESTRICTED


def test_the_deviation_of_a_released_job_order_can_not_come_by_this_way() -> None:
    world = cell.working().record("020", "8.5").complete().perform("040").world
    world.must(cell.release())
    assert "job-order-not-active" in world.refused(reported())
    assert "exception-unknown" in world.refused(cell.dispose(Way.SCRAP))


@pytest.mark.parametrize("state", ["stopped", "cancelled"])
def test_nothing_more_happens_to_a_job_order_that_was_ended_early(state: str) -> None:
    world = cell.working().world if state == "stopped" else cell.cell().world
    world.must(cell.STOP if state == "stopped" else cell.CANCEL, PLANNER)
    before = world.job_order(ORDER)
    for command in (
        cell.START, cell.REVOKE, cell.STOP, cell.CANCEL, cell.PUT_ON_HOLD, cell.HOLD,
        cell.update("1"), cell.split("600", "400"), cell.pause(), cell.resume(), cell.abort(),
        cell.release(), cell.record("020", "7"), cell.COMPLETE, reported(), cell.DEVIATION,
    ):  # fmt: skip
        assert world.do(command, PLANNER).refusals, command
    assert world.job_order(ORDER) == before


def test_a_part_that_was_stopped_or_cancelled_ends_for_the_whole_and_only_once() -> None:
    world = cell.cell().world
    world.must(cell.split("600", "400"))
    one, two = f"{ORDER}-1", f"{ORDER}-2"
    world.must(replace(cell.CANCEL, job_order_id=one), PLANNER)
    assert world.job_order(ORDER).ended_parts == (one,)
    assert world.do(replace(cell.STOP, job_order_id=one), PLANNER).refusals
    who = identity("op-01")
    world.must(c.OpenStationSession(station=CELL, job_order_id=two, identity=who))
    world.must(c.StartStep(station=CELL, step_id="010"))
    world.must(replace(cell.STOP, job_order_id=two), PLANNER)
    whole = world.job_order(ORDER)
    assert (whole.ended_parts, whole.state.value) == ((one, two), "Ended")
