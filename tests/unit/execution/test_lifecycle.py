"""Holds, resumption, abortion and revocation: what a job order does, its steps do, and back."""

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands import ExceptionDisposition
from models.execution.job_order_state import JobOrderState
from models.execution.records import MaterialLotRecord
from models.execution.snapshot import Snapshot
from models.isa95.material import Disposition
from server.queries.permit import may_run
from tests import lifecycle as cell
from tests.lifecycle import CELL, LOT, ORDER, Cell
from tests.world import World, identity


def state(world: World) -> str:
    return world.job_order(ORDER).state.value


def permitted(world: World) -> bool:
    return may_run(CELL, Snapshot(time=world.time, states=world.states, live={}))


def lot(world: World, name: str = LOT) -> tuple[Disposition, str]:
    record = world.states[f"material_lot:{name}"]
    assert isinstance(record, MaterialLotRecord)
    return record.material_lot.disposition, record.material_lot.status


def test_a_hold_at_the_station_holds_the_job_order_in_the_same_decision() -> None:
    world = cell.working().world
    assert permitted(world)
    decision = world.must(cell.HOLD)
    assert [type(event) for event in decision.events] == [e.StepHeld, e.JobOrderPaused]
    assert decision.events[0] == e.StepHeld(
        job_order_id=ORDER, step_id="020", reason=cell.HOLD.reason, person_id="op-01"
    )
    assert (state(world), world.job_order(ORDER).held_reason) == ("Interrupted", cell.HOLD.reason)
    assert not permitted(world), "the machine loses its permit with the hold"


def test_whoever_holds_has_to_mean_the_step_that_runs_there() -> None:
    world = cell.working().world
    stale = c.HoldStep(station=CELL, reason="stop", job_order_id=ORDER, step_id="010")
    assert world.refused(stale) == ("context-mismatch",)
    assert state(world) == "Running"


def test_a_step_that_waits_or_is_done_is_not_held() -> None:
    world = cell.cell().enter().perform("010").world
    assert world.refused(cell.HOLD) == ("step-not-in-progress",)


def test_pausing_the_job_order_holds_its_step_with_a_signature() -> None:
    world = cell.working().world
    decision = world.must(cell.pause())
    assert Cell(world).state("020") == "Held"
    paused = decision.events[-1]
    assert isinstance(paused, e.JobOrderPaused)
    assert paused.signature is not None
    assert (paused.signature.person_id, paused.signature.meaning) == ("sup-01", "held")


@pytest.mark.parametrize("command", [cell.pause, cell.resume, cell.abort])
def test_an_operator_signs_no_hold_no_resumption_and_no_abortion(command: object) -> None:
    world = cell.working().world
    if command is cell.resume:
        world.must(cell.HOLD)
    before = world.job_order(ORDER)
    assert world.refused(command("op-02")) == ("role-not-suitable",)  # type: ignore[operator]
    assert world.job_order(ORDER) == before


def test_a_resumed_job_order_goes_on_where_it_was() -> None:
    world = cell.working().record("020", "7").world
    world.must(cell.HOLD)
    world.must(cell.resume())
    step = world.job_order(ORDER).step("020")
    assert step is not None
    assert (state(world), step.state.value, step.held_reason) == ("Running", "InProgress", "")
    assert permitted(world)
    world.must(cell.COMPLETE)


HELD_REFUSES = [
    cell.COMPLETE,
    cell.HOLD,
    cell.record("020", "7"),
    c.StartStep(station=CELL, step_id="030"),
    cell.pause(),
    cell.release(),
]


@pytest.mark.parametrize("command", HELD_REFUSES, ids=lambda item: type(item).__name__)
def test_no_work_is_done_for_a_held_job_order_and_it_says_why(command: c.Command) -> None:
    world = cell.working().world
    world.must(cell.HOLD)
    before = world.job_order(ORDER)
    decision = world.do(command)
    refusal = decision.refusals[0]
    assert refusal.code == "job-order-held"
    assert cell.HOLD.reason in refusal.obstacle
    assert world.job_order(ORDER) == before


def test_what_explains_a_hold_is_possible_while_it_lasts() -> None:
    world = cell.working().record("020", "7").complete().start("030").record("030", "ok").world
    world.must(cell.COMPLETE)
    world.must(cell.pause())
    world.must(c.CloseStationSession(station=CELL))
    Cell(world).enter()
    world.must(cell.DEVIATION)
    world.must(cell.dispose(ExceptionDisposition.ACCEPT))
    world.must(cell.VERIFY)
    assert Cell(world).states() == ["Complete", "Complete", "Verified", "Ready"]
    assert world.refused(c.StartStep(station=CELL, step_id="040")) == ("job-order-held",)


def test_a_held_step_is_not_resumed_before_its_exceptions_are_settled() -> None:
    world = cell.working().world
    world.must(cell.DEVIATION)
    assert Cell(world).state("020") == "Exception"
    world.must(cell.HOLD)
    assert Cell(world).state("020") == "Held"
    assert world.refused(cell.resume()) == ("exception-open",)
    world.must(cell.dispose(ExceptionDisposition.ACCEPT))
    assert Cell(world).state("020") == "Held"
    world.must(cell.resume())
    assert Cell(world).state("020") == "InProgress"


def test_an_investigation_keeps_the_whole_job_order_held() -> None:
    world = cell.cell().enter().perform("010").world
    world.must(cell.DEVIATION)
    world.must(cell.dispose(ExceptionDisposition.INVESTIGATE))
    assert state(world) == "Interrupted", "the investigation itself holds it"
    assert world.refused(cell.resume()) == ("exception-open",)
    world.must(cell.dispose(ExceptionDisposition.ACCEPT))
    world.must(cell.resume())


def test_only_what_is_held_is_resumed_and_only_what_runs_is_held() -> None:
    world = cell.cell().world
    assert world.refused(cell.resume()) == ("job-order-not-held",)
    assert world.refused(cell.pause()) == ("job-order-not-running",)
    assert world.refused(cell.release())[0] == "job-order-not-running"
    world.must(cell.abort())
    assert world.refused(cell.pause()) == ("job-order-not-active",)


def _waiting() -> World:
    return cell.cell(allowed=False).world


def _held() -> World:
    world = cell.working().world
    world.must(cell.HOLD)
    return world


@pytest.mark.parametrize(
    "given",
    [_waiting, lambda: cell.cell().world, lambda: cell.working().world, _held],
    ids=["NotAllowedToStart", "AllowedToStart", "Running", "Interrupted"],
)
def test_a_job_order_is_aborted_from_every_living_state(given: object) -> None:
    world: World = given()  # type: ignore[operator]
    done = [item.state.value for item in world.job_order(ORDER).steps if item.end_time]
    world.must(cell.abort())
    states = Cell(world).states()
    assert state(world) == "Aborted"
    assert states == [*done, *["Aborted"] * (len(states) - len(done))]
    assert lot(world) == (Disposition.RESTRICTED, "job order aborted")
    assert not permitted(world)
    assert world.refused(cell.abort()) == ("job-order-not-active",)


def test_the_permission_to_start_is_taken_back_and_given_again() -> None:
    world = cell.cell().enter().world
    world.must(cell.REVOKE)
    assert state(world) == "NotAllowedToStart"
    start = c.StartStep(station=CELL, step_id="010")
    assert world.refused(start) == ("job-order-not-active",)
    assert world.refused(cell.REVOKE) == ("job-order-not-revocable",)
    world.must(cell.START)
    assert world.refused(cell.START) == ("job-order-not-startable",)
    world.must(start)
    assert world.refused(cell.REVOKE) == ("job-order-not-revocable",)


def test_nobody_revokes_what_is_not_there() -> None:
    world = cell.installed()
    assert world.refused(cell.REVOKE) == ("job-order-unknown",)


def test_complete_is_not_verified_and_verified_is_not_closed() -> None:
    world = cell.working().record("020", "7").complete().start("030").record("030", "ok").world
    world.must(cell.COMPLETE)
    assert Cell(world).state("030") == "Complete"
    assert world.refused(cell.release())[:1] == ("step-not-finished",)
    assert "predecessor-open" in world.refused(c.StartStep(station=CELL, step_id="040"))
    mine = c.VerifyStep(station=CELL, step_id="030", identity=identity("op-01"))
    assert "self-verification" in world.refused(mine)
    world.must(cell.VERIFY)
    assert Cell(world).state("030") == "Verified"
    Cell(world).perform("040")
    world.must(cell.release())
    assert Cell(world).states() == ["Closed"] * 4
    assert world.job_order(ORDER).state is JobOrderState.ENDED
