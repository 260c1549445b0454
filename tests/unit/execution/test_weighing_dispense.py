"""Twenty ingredients: each scanned and weighed by the scale, each with its label (rows E2, E4)."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from models.execution import commands as c
from models.execution import events as e
from models.execution.records import JobOrderRecord, WorkDirectiveRecord
from models.execution.snapshot import Snapshot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from server.queries.dispense_label import dispense_labels
from server.queries.performance import performance
from tests import dispensary as d
from tests import world as w
from tests.world import World

NAMES = [f"INGREDIENT-{number:02}" for number in range(1, 21)]
MAX_ACTIONS = 3


def amount(number: int) -> str:
    return str(Decimal("0.100") * number)


def twenty() -> tuple[World, Counter[str]]:
    """Return the world after twenty ingredients, and what the operator did for each."""
    items: list[c.MasterDatum] = []
    for name in NAMES:
        hazards = ("H319 Causes serious eye irritation",) if name == NAMES[2] else ()
        items.append(replace(d.definition(name), hazards=hazards))
        items += d.lot(f"{name}-L", name, "25.000", days=90)
    materials = (d.wanted(name, amount(number)) for number, name in enumerate(NAMES, 1))
    world, actions = d.dispensing(items, *materials), Counter[str]()
    for number, name in enumerate(NAMES, 1):
        world.must(d.scan(f"{name}-L-C1"))
        world.scale_shows(d.SCALE, float(amount(number)))
        weighed = world.must(d.WEIGH)
        assert weighed.source is Source.DEVICE
        actions[name] = 2
    world.must(d.COMPLETE)
    actions[NAMES[-1]] += 1
    return world, actions


def order_of(world: World) -> tuple[JobOrderRecord, Snapshot]:
    order = world.job_order("JO-1")
    return order, Snapshot(time=world.time, states=world.states, live={})


def test_twenty_ingredients_take_a_scan_and_a_weighing_each_and_no_typed_weight() -> None:
    world, actions = twenty()
    weighed = [x for x in world.events if isinstance(x, e.WeightCaptured)]
    assert [x.material_definition_id for x in weighed] == NAMES
    assert all(x.reading.tag == f"{d.SCALE}.net_weight" for x in weighed)
    assert not [x for x in world.events if isinstance(x, e.EvidenceRecorded)]
    assert len(actions) == len(NAMES)
    assert max(actions.values()) <= MAX_ACTIONS


def test_every_portion_has_a_label_of_its_own() -> None:
    world, _ = twenty()
    order, view = order_of(world)
    labels = dispense_labels(order, "010", view)
    assert len({label.label_id for label in labels}) == len(NAMES)
    third = labels[2]
    assert (third.label_id, third.number, third.count) == ("JO-1-010-3", 3, 20)
    assert (third.material_lot_id, third.material_sublot_id) == (
        "INGREDIENT-03-L",
        "INGREDIENT-03-L-C1",
    )
    assert (third.product_lot_id, third.product) == ("LOT-JO-1", "Vitamin C 500 mg capsules")
    assert (str(third.net_weight), third.instrument_id) == ("0.3 kg", d.SCALE)
    assert third.hazards == ("H319 Causes serious eye irritation",)
    assert third.expiration_time is not None
    assert labels[0].hazards == ()


def test_a_step_that_is_not_there_has_no_labels() -> None:
    world, _ = twenty()
    order, view = order_of(world)
    assert dispense_labels(order, "999", view) == ()


def test_each_consumption_is_once_in_the_performance() -> None:
    """Parts of two containers of a lot: what was drawn from each, exactly, and only once."""
    items = (
        d.definition("SUGAR", substitutes=(("DEXTROSE", "1"),)),
        d.definition("DEXTROSE"),
        *d.lot("S-1", "SUGAR", "25.000", "25.000"),
        *d.lot("D-1", "DEXTROSE", "25.000"),
    )
    world = d.dispensing(items, d.wanted("SUGAR", "10.000"))
    asked = c.RequestSubstitution(
        station=d.BOOTH, material_definition_id="SUGAR", substitute_id="DEXTROSE", reason="short"
    )
    world.must(asked)
    approve = c.ApproveSubstitution(
        job_order_id="JO-1",
        substitution_id="JO-1-S1",
        reason="equivalent",
        identity=w.identity("qa-01"),
    )
    world.must(approve)
    for code, weight in (("S-1-C1", "1.1"), ("S-1-C2", "2.2"), ("S-1-C1", "3.3")):
        assert d.weigh(world, code, weight, partial=True) == ()
    assert d.weigh(world, "D-1-C1", "3.4") == ()
    order, view = order_of(world)
    directive = view.work_directive("JO-1")
    assert isinstance(directive, WorkDirectiveRecord)
    made = performance(order, directive.work_directive, published_time=world.time)
    (response,) = made.responses
    actuals = [x for segment in response.segment_responses for x in segment.material_actuals]
    drawn = {x.material_sublot_ids: x.quantities for x in actuals}
    assert drawn == {
        ("S-1-C1",): (Quantity.parse("4.4 kg"),),
        ("S-1-C2",): (Quantity.parse("2.2 kg"),),
        ("D-1-C1",): (Quantity.parse("3.4 kg"),),
    }
    assert len(actuals) == len(drawn)
