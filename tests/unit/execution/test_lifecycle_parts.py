"""A job order that is split: its parts run on their own, and the ERP hears of all at once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.execution.records import JobOrderRecord, WorkDirectiveRecord
from models.isa95.material import Disposition
from models.isa95.quantity import Quantity
from models.isa95.work_performance import OperationsPerformance
from server.queries.parts_performance import TOTAL, Part, parts_performance
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import CELL, ORDER, Cell
from tests.unit.execution.test_lifecycle import lot
from tests.world import World

PARTS = (f"{ORDER}-1", f"{ORDER}-2", f"{ORDER}-3")


def thirds(*, allowed: bool = True) -> World:
    world = cell.cell(allowed=allowed).world
    world.must(cell.split("500", "300", "200"))
    return world


def part(world: World, job_order_id: str) -> JobOrderRecord:
    return world.job_order(job_order_id)


def produce(world: World, job_order_id: str, account: str = "op-01") -> None:
    """Do all the work of a part, and release it."""
    here = Cell(world).enter(account, job_order_id)
    for step_id, value in (("010", "true"), ("020", "8.5"), ("040", "true")):
        here.start(step_id).record(step_id, value).complete()
    world.must(cell.release(job_order_id))


def test_the_parts_take_the_place_of_the_job_order() -> None:
    world = thirds()
    whole = world.job_order(ORDER)
    assert (whole.state.value, whole.parts) == ("Ended", PARTS)
    assert lot(world) == (Disposition.CLOSED, "job order split")
    amounts = ["500 kg", "300 kg", "200 kg"]
    for number, (job_order_id, amount) in enumerate(zip(PARTS, amounts, strict=True), start=1):
        order = part(world, job_order_id)
        assert (str(order.quantity), order.part_of) == (amount, ORDER)
        assert order.state.value == "AllowedToStart"
        assert order.steps[0].state.value == "Ready"
        assert order.material_lot_id == f"LOT-{ORDER}-{number}"
        assert lot(world, order.material_lot_id) == (Disposition.IN_PROCESS, "in production")
        directive = world.states[f"work_directive:{job_order_id}"]
        assert isinstance(directive, WorkDirectiveRecord)
        assert str(directive.work_directive.quantity) == amount


def test_parts_of_a_job_order_that_may_not_start_may_not_start() -> None:
    world = thirds(allowed=False)
    assert part(world, PARTS[0]).state.value == "NotAllowedToStart"
    world.must(c.StartJobOrder(job_order_id=PARTS[0]))


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        (("500", "300"), "parts-do-not-add-up"),
        (("500", "500.001"), "parts-do-not-add-up"),
        (("1000",), "parts-do-not-add-up"),
        (("10",) * 101, "parts-do-not-add-up"),
        (("1000", "0"), "quantity-not-possible"),
        (("1200", "-200"), "quantity-not-possible"),
    ],
)
def test_quantities_have_to_add_up_exactly(amounts: tuple[str, ...], code: str) -> None:
    world = cell.cell().world
    assert world.refused(cell.split(*amounts)) == (code,)
    assert world.job_order(ORDER).state.value == "AllowedToStart"


def test_quantities_add_up_whatever_their_units() -> None:
    world = cell.cell().world
    mixed = (Quantity(Decimal("0.4"), "t"), Quantity(Decimal(600000), "g"))
    world.must(c.SplitJobOrder(job_order_id=ORDER, quantities=mixed))
    litres = (Quantity(Decimal(500), "l"), Quantity(Decimal(500), "kg"))
    assert cell.cell().world.refused(c.SplitJobOrder(job_order_id=ORDER, quantities=litres)) == (
        "quantity-not-possible",
    )


def test_a_part_too_little_to_weigh_is_refused() -> None:
    world = w.installed()
    order = c.StoreJobOrder(
        job_order_id=ORDER, work_master_id="WM-CHALLENGE", quantity=w.kilograms("1")
    )
    world.must(order)
    tiny = cell.split("0.9999999999", "0.0000000001")
    assert world.refused(tiny) == ("quantity-not-possible",)


def test_work_that_has_begun_is_not_split_and_a_part_is_not_split_again() -> None:
    assert cell.working().world.refused(cell.split("500", "500")) == ("job-order-not-splittable",)
    world = thirds()
    assert world.refused(cell.split("500", "500"))[0] == "job-order-not-splittable"
    again = replace(cell.split("250", "250"), job_order_id=PARTS[0])
    assert world.refused(again) == ("job-order-not-splittable",)
    unknown = replace(again, job_order_id="JO-99")
    assert world.refused(unknown) == ("job-order-unknown",)


def test_ids_that_are_taken_refuse_the_split() -> None:
    world = cell.cell().world
    taken = c.StoreJobOrder(
        job_order_id=PARTS[1], work_master_id="WM-CELL", quantity=w.kilograms("1000")
    )
    world.must(taken)
    assert world.refused(cell.split("500", "500")) == ("job-order-exists", "material-lot-exists")


def test_what_was_split_is_neither_started_nor_worked_on_nor_aborted() -> None:
    world = thirds()
    assert world.refused(cell.START) == ("job-order-not-startable",)
    assert world.refused(cell.abort()) == ("job-order-not-active",)
    assert world.refused(cell.pause()) == ("job-order-not-active",)


def test_the_job_order_knows_which_of_its_parts_have_ended() -> None:
    world = thirds()
    produce(world, PARTS[1])
    world.must(cell.abort(job_order_id=PARTS[0]))
    assert world.job_order(ORDER).ended_parts == (PARTS[1], PARTS[0])


def test_one_performance_tells_of_all_parts_and_their_sum() -> None:
    world = thirds()
    for job_order_id in PARTS:
        produce(world, job_order_id)
    made = performance(world)
    (response,) = made.responses
    assert (made.id, response.id) == (ORDER, ORDER)
    assert response.response_state is not None
    assert response.response_state.value == "Completed"
    segments = [segment.id for segment in response.segment_responses]
    assert segments == [f"{name}/{step}" for name in PARTS for step in ("010", "020", "040")]
    produced = [
        (item.material_lot_ids, item.quantities)
        for segment in response.segment_responses
        for item in segment.material_actuals
        if item.material_use and item.material_use.value == "Produced"
    ]
    assert produced == [
        ((f"LOT-{ORDER}-{number}",), (w.kilograms(amount),))
        for number, amount in enumerate(("500", "300", "200"), start=1)
    ]
    assert total(world) == ("1000", "kg")


def test_a_part_that_was_given_up_adds_nothing_to_the_sum() -> None:
    world = thirds()
    produce(world, PARTS[0])
    world.must(cell.abort(job_order_id=PARTS[1]))
    produce(world, PARTS[2])
    made = performance(world).responses[0]
    assert total(world) == ("700", "kg")
    assert made.descriptions == (f"{PARTS[1]}: no",)


def performance(world: World) -> OperationsPerformance:
    parts = []
    for job_order_id in PARTS:
        directive = world.states[f"work_directive:{job_order_id}"]
        assert isinstance(directive, WorkDirectiveRecord)
        order = world.job_order(job_order_id)
        parts.append(Part(order=order, directive=directive.work_directive))
    return parts_performance(world.job_order(ORDER), parts, published_time=w.NOON)


def total(world: World) -> tuple[str | None, str | None]:
    data = performance(world).responses[0].segment_responses[-1].data
    (found,) = [item for item in data if item.id == TOTAL]
    (value,) = found.values
    return value.value_string, value.unit_of_measure


def test_nothing_is_done_at_a_station_for_what_was_split() -> None:
    world = cell.cell().enter().world
    world.must(cell.split("500", "500"))
    start = c.StartStep(station=CELL, step_id="010")
    assert world.refused(start) == ("job-order-not-active",)
