"""A weaker lot takes more of it and a filler less, to the milligram (row A9)."""

from dataclasses import replace
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest

from models.execution import events as e
from models.execution.outcome import Refusal
from models.execution.records import ConsumedMaterial, JobOrderRecord, StepRecord
from models.execution.targets import Target, target_of
from models.isa95.material import Disposition, MaterialLot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification
from tests import dispensary as d
from tests import world as w
from tests.world import World

MILLIGRAM = Fraction(1, 1_000_000)
ACTIVE = d.wanted("ACTIVE", "12.345", tolerance="0.050", potency="100")
FILLER = d.wanted("FILLER", "3.000", tolerance="0.030", fills=("ACTIVE",))
DIRECTIVE = d.work_master((ACTIVE, FILLER))
POTENCIES = [92 + Decimal(number * 12) / 49 for number in range(50)]


def a_lot(potency: Decimal | None, name: str = "L-1", material: str = "ACTIVE") -> MaterialLot:
    return MaterialLot(
        material_lot_id=name,
        material_definition_id=material,
        disposition=Disposition.UNRESTRICTED,
        potency=potency,
    )


def draw(amount: str, target: Quantity | None, *, partial: bool = False) -> ConsumedMaterial:
    return ConsumedMaterial(
        material_definition_id="ACTIVE",
        material_lot_id="L-1",
        material_sublot_id="L-1-C1",
        quantity=d.kg(amount),
        instrument_id=d.SCALE,
        person_id="op-01",
        time=w.NOON,
        partial=partial,
        target=target,
    )


def order_with(*draws: ConsumedMaterial) -> tuple[JobOrderRecord, StepRecord]:
    order = w.stored().job_order("JO-1")
    step = StepRecord(step_id="010", consumed=draws)
    return replace(order, steps=(step,)), step


def asked(
    wanted: MaterialSpecification, lot: MaterialLot, *draws: ConsumedMaterial
) -> Target | Refusal:
    order, step = order_with(*draws)
    return target_of(wanted, lot, order, step, DIRECTIVE)


@pytest.mark.parametrize("potency", POTENCIES, ids=lambda value: f"{value:.2f}")
def test_golden_table_of_fifty_lots(potency: Decimal) -> None:
    """The reference is computed in fractions of whole numbers, without any rounding."""
    measured = potency.quantize(Decimal("0.01"))
    share = Fraction(measured) / 100
    reference = Fraction("12.345") / share
    target = asked(ACTIVE, a_lot(measured))
    assert isinstance(target, Target)
    assert abs(Fraction(target.quantity.value) - reference) <= MILLIGRAM / 2
    assert abs(Fraction(target.above.value) - Fraction("0.050") / share) <= MILLIGRAM / 2
    filler = asked(FILLER, a_lot(None, material="FILLER"), draw("1", target.quantity))
    assert isinstance(filler, Target)
    rest = Fraction("12.345") + 3 - reference
    assert abs(Fraction(filler.quantity.value) - rest) <= MILLIGRAM
    scaled = Fraction("0.030") * rest / 3
    assert abs(Fraction(filler.below.value) - scaled) <= MILLIGRAM


def test_the_target_depends_on_no_setting_of_the_process() -> None:
    before = asked(ACTIVE, a_lot(Decimal("93.7")))
    precision, getcontext().prec = getcontext().prec, 4
    try:
        assert asked(ACTIVE, a_lot(Decimal("93.7"))) == before
    finally:
        getcontext().prec = precision


def test_without_compensation_the_target_is_what_is_written() -> None:
    target = asked(d.wanted("FILLER", "3.000"), a_lot(None, material="FILLER"))
    assert isinstance(target, Target)
    assert (str(target.quantity), str(target.below)) == ("3.000 kg", "0.010 kg")


def test_parts_of_lots_of_different_potency_add_up_to_the_active_that_is_wanted() -> None:
    """Half of the active from 80 %, so the other half from 50 % is as much as the nominal."""
    wanted = d.wanted("ACTIVE", "8.000", potency="100")
    first = draw("5.000", d.kg("10.000"), partial=True)
    target = asked(wanted, a_lot(Decimal(50), "L-2"), first)
    assert isinstance(target, Target)
    assert (str(target.quantity), target.remaining.value) == ("16.000000 kg", 8)


def test_a_filler_makes_up_for_what_all_lots_together_were_asked_for() -> None:
    """5 kg of an 80 % lot and 8 kg of a 50 % lot in place of 8 kg: 5 kg less of the filler."""
    draws = (draw("5.000", d.kg("10")), draw("8.010", d.kg("16")))
    draws = (replace(draws[0], partial=True), draws[1])
    directive = d.work_master((d.wanted("ACTIVE", "8.000", potency="100"), FILLER))
    order, step = order_with(*draws)
    filler = replace(FILLER, quantity=d.kg("9"))
    target = target_of(filler, a_lot(None, material="FILLER"), order, step, directive)
    assert isinstance(target, Target)
    assert target.quantity.value == 4


LOTS = (
    d.definition("ACTIVE"),
    d.definition("FILLER"),
    *d.lot("A-1", "ACTIVE", "25.000", potency="96.0"),
    *d.lot("A-2", "ACTIVE", "25.000"),
    *d.lot("A-3", "ACTIVE", "25.000", potency="0"),
    *d.lot("A-4", "ACTIVE", "25.000", potency="70.0"),
    *d.lot("F-1", "FILLER", "25.000"),
)


def weighing() -> World:
    return d.dispensing(LOTS, ACTIVE, FILLER)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("A-2-C1", ["potency-unknown"]),
        ("A-3-C1", ["compensation-not-possible"]),
        ("F-1-C1", ["active-not-weighed"]),
        ("A-1-C1", []),
    ],
)
def test_a_scan_is_refused_where_the_target_can_not_be_said(code: str, refused: list[str]) -> None:
    assert list(weighing().refused(d.scan(code))) == refused


def test_a_potency_that_leaves_nothing_of_the_filler_is_refused() -> None:
    world = weighing()
    assert d.weigh(world, "A-4-C1", "17.635714") == ()
    (refusal,) = world.do(d.scan("F-1-C1")).refusals
    assert refusal.code == "compensation-not-possible"
    assert "the target of FILLER would be -2.290714 kg" in refusal.obstacle


def test_only_lots_whose_target_can_be_said_are_offered() -> None:
    world = weighing()
    (refusal,) = world.do(d.scan("nothing")).refusals
    assert refusal.offers == ("A-1", "A-4", "F-1")


def test_what_is_weighed_is_judged_by_the_lot_that_was_identified() -> None:
    world = weighing()
    assert d.weigh(world, "A-1-C1", "12.345") == ("weight-out-of-tolerance",)
    world.must(replace(d.accept("sup-01"), disposition=d.c.ExceptionDisposition.REDO))
    assert d.weigh(world, "A-1-C1", "12.86") == ()
    assert d.weigh(world, "F-1-C1", "2.486") == ()
    targets = [x.target for x in world.events if isinstance(x, e.WeightCaptured)]
    assert [str(target) for target in targets] == ["12.859375 kg", "2.485625 kg"]
    world.must(d.COMPLETE)
