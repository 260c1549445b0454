"""Update, hold, stop, cancel, clear: what other systems ask for, and what it never makes good."""

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.principal import Principal, Role
from models.execution.records import EquipmentRecord, MaterialLotRecord
from models.isa95.material import Disposition
from server.queries.performance import performance
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import CELL, LOT, ORDER, Cell
from tests.world import World, identity

SUPERVISOR = Principal(
    account="sup-01", roles=frozenset({Role.SUPERVISOR}), face="opcua", person_id="sup-01"
)


def lot(world: World) -> tuple[Disposition, str]:
    record = world.states[f"material_lot:{LOT}"]
    assert isinstance(record, MaterialLotRecord)
    return record.material_lot.disposition, record.material_lot.status


def finished() -> Cell:
    """Return a cell whose work is done, with nothing left but the release."""
    return cell.working().record("020", "8.5").complete().perform("040")


def test_an_update_replaces_amount_and_plan_and_copies_the_work_master_anew() -> None:
    world = cell.cell().world
    was = world.job_order(ORDER)
    world.must(cell.update("500", priority=2, remark="half of it"))
    order = world.job_order(ORDER)
    assert (order.quantity, order.priority) == (w.kilograms("500"), 2)
    assert (order.state, order.material_lot_id) == (was.state, was.material_lot_id)
    assert order.steps == was.steps, "the same steps, as ready as they were"
    directive = world.snapshot(cell.update(), w.ERP).work_directive(ORDER)
    assert directive is not None
    assert directive.work_directive.quantity == w.kilograms("500")


def test_an_update_of_the_plan_alone_leaves_the_copy_as_it_is() -> None:
    decision = cell.cell().world.must(cell.update("1000", priority=1))
    assert [type(event) for event in decision.events] == [e.JobOrderUpdated]


def test_an_update_keeps_what_it_does_not_name() -> None:
    world = cell.cell().world
    world.must(cell.update(priority=7))
    world.must(cell.update(remark="nothing new"))
    assert world.job_order(ORDER).priority == 7


def test_an_updated_job_order_is_performed_like_any_other() -> None:
    here = cell.cell()
    here.world.must(cell.update("500"))
    here.enter().perform("010")
    assert here.state("010") == "Complete"


def test_another_product_is_another_job_order() -> None:
    world = cell.cell().world
    other = c.UpdateJobOrder(
        job_order_id=ORDER, work_master_id="WM-CHALLENGE", quantity=w.kilograms("1.000")
    )
    assert "job-order-of-other-product" in world.refused(other)


def test_an_update_is_asked_what_a_new_job_order_is_asked() -> None:
    world = cell.cell().world
    unknown = c.UpdateJobOrder(
        job_order_id=ORDER, work_master_id="WM-NONE", quantity=w.kilograms("1")
    )
    assert world.refused(unknown) == ("work-master-unknown",)
    assert world.refused(cell.update("-1")) == ("quantity-not-possible",)


def test_a_part_keeps_its_amount() -> None:
    world = cell.cell().world
    world.must(cell.split("600", "400"))
    part = f"{ORDER}-1"
    assert world.refused(cell.update("500", job_order_id=part)) == ("job-order-not-updatable",)
    world.must(cell.update("600", priority=1, job_order_id=part))


def test_a_hold_without_a_signature_holds_and_only_a_signature_resumes() -> None:
    world = cell.working().world
    world.must(cell.PUT_ON_HOLD, SUPERVISOR)
    order = world.job_order(ORDER)
    assert (order.state.value, order.deliberate_hold) == ("Interrupted", True)
    assert Cell(world).state("020") == "Held"
    world.must(cell.resume())
    assert not world.job_order(ORDER).deliberate_hold


@pytest.mark.parametrize("begin", [cell.working, finished], ids=["at work", "all work done"])
def test_a_stopped_job_order_is_never_complete_and_its_lot_never_released(
    begin: "type[Cell]",
) -> None:
    world = begin().world
    world.must(cell.STOP, SUPERVISOR)
    order = world.job_order(ORDER)
    assert (order.state.value, order.stop_reason) == ("Ended", cell.STOP.reason)
    assert order.release is None
    assert lot(world) == (Disposition.RESTRICTED, "job order stopped")
    assert all(step.state.value not in {"InProgress", "Ready", "Planned"} for step in order.steps)
    assert "job-order-not-active" in world.refused(cell.release())
    free = c.ChangeLotDisposition(
        material_lot_id=LOT,
        disposition=Disposition.UNRESTRICTED,
        status="released",
        reason="it looks fine",
        identity=identity("qa-01"),
    )
    assert "lot-of-job-order" in world.refused(free)


def test_the_equipment_of_a_stopped_job_order_is_free_again() -> None:
    world = w.dispensing()
    booth = world.states["equipment:DISP-01"]
    assert isinstance(booth, EquipmentRecord)
    assert booth.in_use_steps
    world.must(c.StopJobOrder(job_order_id="JO-1", reason="no"), SUPERVISOR)
    booth = world.states["equipment:DISP-01"]
    assert isinstance(booth, EquipmentRecord)
    assert not booth.in_use_steps


def test_a_held_job_order_is_stopped_with_its_open_deviation_on_record() -> None:
    world = cell.working().world
    world.must(cell.DEVIATION)
    world.must(cell.HOLD)
    world.must(cell.STOP, SUPERVISOR)
    order = world.job_order(ORDER)
    assert order.state.value == "Ended"
    assert [item.kind for item in order.open_exceptions()] == ["deviation"]


def test_a_cancelled_job_order_leaves_the_lists_and_stays_on_record() -> None:
    world = cell.cell().world
    world.must(cell.CANCEL, SUPERVISOR)
    order = world.job_order(ORDER)
    assert (order.state.value, order.is_listed) == ("Aborted", False)
    assert order.ended_early == cell.CANCEL.reason
    assert lot(world) == (Disposition.CLOSED, "job order cancelled")


def test_what_is_open_is_settled_before_a_job_order_is_taken_back() -> None:
    world = cell.cell().world
    found = c.ReportException(
        job_order_id=ORDER,
        description="The label is wrong",
        severity=c.Severity.MAJOR,
        identity=identity("sup-01"),
    )
    world.must(found)
    assert world.refused(cell.CANCEL) == ("exception-open",)


def test_work_that_has_begun_is_not_taken_back() -> None:
    assert cell.working().world.refused(cell.CANCEL) == ("job-order-not-cancellable",)


def test_nothing_is_stopped_that_has_not_begun() -> None:
    assert cell.cell().world.refused(cell.STOP) == ("job-order-not-stoppable",)


def test_a_job_order_is_cleared_once_it_is_over_and_once_only() -> None:
    world = finished().world
    assert world.refused(cell.CLEAR) == ("job-order-not-clearable",)
    world.must(cell.release())
    world.must(cell.CLEAR)
    order = world.job_order(ORDER)
    assert (order.state.value, order.is_listed) == ("Ended", False)
    assert order.release is not None, "it stays released, and on record"
    assert world.refused(cell.CLEAR) == ("job-order-not-clearable",)


def test_a_job_order_for_other_stations_is_not_worked_on_here() -> None:
    here = cell.cell()
    here.world.must(cell.update(stations=("CELL-9",)))
    begin = c.StartStep(station=CELL, step_id="010")
    assert here.enter().world.refused(begin) == ("station-not-suitable",)
    here.world.must(cell.update(stations=("CELL-9", CELL)))
    here.world.must(begin)


@pytest.mark.parametrize(
    "command", [cell.update(job_order_id="JO-0"),
                c.HoldJobOrder(job_order_id="JO-0", reason="x"),
                c.StopJobOrder(job_order_id="JO-0", reason="x"),
                c.CancelJobOrder(job_order_id="JO-0", reason="x"),
                c.ClearJobOrder(job_order_id="JO-0")],
    ids=lambda item: type(item).__name__,
)  # fmt: skip
def test_a_job_order_that_nobody_knows_is_refused(command: c.Command) -> None:
    assert cell.cell().world.refused(command) == ("job-order-unknown",)


def test_the_erp_never_takes_a_stopped_job_order_for_a_complete_one() -> None:
    world = finished().world
    world.must(cell.STOP, SUPERVISOR)
    told = performance(world.job_order(ORDER), cell.RECIPE, published_time=w.NOON)
    assert told.performance_state is not None
    assert told.performance_state.value == "Aborted"
    assert told.responses[0].descriptions == (cell.STOP.reason,)
    materials = [
        one for each in told.responses[0].segment_responses for one in each.material_actuals
    ]
    assert not [
        one for one in materials if one.material_use and one.material_use.value == "Produced"
    ]
