"""Dirty, clean and the allergens in between: what may begin on the equipment next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.records import ConsumedMaterial
from models.execution.step_state import StepState
from models.isa95.equipment import CleaningRule, Cleanliness
from tests import line_world as lw
from tests import world as w
from tests.line_world import LINE
from tests.world import World, identity

RULE = CleaningRule(clean_hold_h=72, dirty_hold_h=24)
WET, DRY = Cleanliness.WET_CLEAN, Cleanliness.DRY_CLEAN
STATES = (StepState.VERIFIED, StepState.READY)


def cleaning(how: Cleanliness = WET, name: str = LINE, account: str = "op-01") -> c.RecordCleaning:
    return c.RecordCleaning(equipment_id=name, cleanliness=how, identity=identity(account))


def clean(world: World, how: Cleanliness = WET) -> None:
    world.must(cleaning(how), w.terminal(LINE))


def refused(world: World, command: c.RecordCleaning) -> tuple[str, ...]:
    return world.refused(command, w.terminal(LINE))


def waited(world: World, time: timedelta) -> None:
    """Let so much time pass since the cleanliness changed, and come back to the line."""
    since = lw.equipment(world).cleanliness_time
    assert since is not None
    world.time = since + time - timedelta(seconds=1)  # coming back takes a second
    lw.take(world, "JO-1")


def tracked(*, must_be_clean: bool = True) -> World:
    """Return a world with a line whose cleanliness is tracked, and a job order at it."""
    steps = (lw.step(must_be_clean=must_be_clean), lw.step("020", must_be_clean=must_be_clean))
    return lw.running(lw.master(*steps), described=(lw.line(cleaning=RULE),))


def test_what_was_never_cleaned_is_not_clean() -> None:
    assert tracked().refused(lw.start()) == ("equipment-not-clean",)


def test_without_tracking_a_step_that_asks_for_clean_equipment_refuses_too() -> None:
    world = lw.running(lw.master(lw.step(must_be_clean=True), lw.step("020", must_be_clean=True)))
    assert world.refused(lw.start()) == ("equipment-not-clean",)
    clean(world)
    world.must(lw.start())
    world.must(lw.complete())
    assert world.refused(lw.start("020")) == ("equipment-not-clean",)


@pytest.mark.parametrize("how", [WET, DRY])
def test_a_step_leaves_the_equipment_dirty_until_it_is_cleaned(how: Cleanliness) -> None:
    world = tracked()
    clean(world, how)
    world.must(lw.start())
    world.must(lw.complete())
    assert lw.equipment(world).cleanliness is Cleanliness.DIRTY
    assert world.refused(lw.start("020")) == ("equipment-not-clean",)
    clean(world, how)
    world.must(lw.start("020"))


@pytest.mark.parametrize(
    ("seconds", "codes"), [(0, ()), (1, ("clean-hold-expired",))], ids=["72:00:00", "72:00:01"]
)
@pytest.mark.parametrize("must_be_clean", [True, False])
def test_the_clean_hold_expires_after_72_hours(
    seconds: int, codes: tuple[str, ...], *, must_be_clean: bool
) -> None:
    world = tracked(must_be_clean=must_be_clean)
    clean(world)
    waited(world, timedelta(hours=72, seconds=seconds))
    assert world.refused(lw.start()) == codes


def test_equipment_that_waited_dirty_for_too_long_is_cleaned_before_it_is_used() -> None:
    world = tracked(must_be_clean=False)
    world.must(lw.start())
    world.must(lw.complete())
    waited(world, timedelta(hours=24))
    allowed = replace(world, states=dict(world.states), heads=dict(world.heads))
    assert allowed.refused(lw.start("020")) == ()
    waited(world, timedelta(hours=24, seconds=1))
    assert world.refused(lw.start("020")) == ("dirty-hold-expired",)
    clean(world, DRY)
    world.must(lw.start("020"))


def test_a_cleaning_is_signed_and_bound_to_the_equipment() -> None:
    world = tracked()
    clean(world)
    cleaned = world.events[-1]
    assert isinstance(cleaned, e.EquipmentCleaned)
    assert (cleaned.signature.person_id, cleaned.signature.meaning) == ("op-01", "cleaned wet")


def test_nothing_is_cleaned_while_a_step_runs_on_it() -> None:
    world = tracked(must_be_clean=False)
    world.must(lw.start())
    assert refused(world, cleaning()) == ("equipment-in-use",)
    world.must(lw.complete())
    assert refused(world, cleaning()) == ()


def test_equipment_in_use_is_not_clean_for_another_job_order() -> None:
    world = lw.running(
        lw.master(lw.step()),
        lw.master(lw.step(must_be_clean=True), name="WM-2"),
        described=(lw.line(cleaning=RULE),),
    )
    clean(world)
    world.must(lw.start())
    lw.take(world, "JO-2")
    (refusal,) = world.do(lw.start()).refusals
    assert (refusal.code, "JO-1 step 010" in refusal.obstacle) == ("equipment-not-clean", True)


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (cleaning(Cleanliness.DIRTY), ("cleaning-without-result",)),
        (cleaning(name="X-1"), ("equipment-unknown",)),
        (cleaning(account="qa-01"), ("role-not-suitable",)),
    ],
)
def test_a_cleaning_that_can_not_be_is_refused(
    command: c.RecordCleaning, codes: tuple[str, ...]
) -> None:
    assert refused(tracked(), command) == codes


def changeover(*left: str, contains: tuple[str, ...] = (), tracking: bool = True) -> World:
    """Return a world in which a product with allergens was made, and JO-2 is next."""
    first = lw.master(lw.step(), lw.step("020"), product="BAR-A")
    second = lw.master(lw.step(), product="BAR-B", name="WM-2")
    described = (
        lw.line(cleaning=CleaningRule() if tracking else None),
        lw.material("BAR-A", *left),
        lw.material("BAR-B", *contains),
    )
    world = lw.running(first, second, described=described)
    world.must(lw.start())
    world.must(lw.complete())
    lw.take(world, "JO-2")
    return world


@pytest.mark.parametrize("tracking", [True, False])
def test_after_an_allergen_nothing_without_it_starts_before_a_wet_clean(*, tracking: bool) -> None:
    world = changeover("milk", "soy", contains=("soy",), tracking=tracking)
    (refusal,) = world.do(lw.start()).refusals
    assert refusal.code == "allergen-changeover"
    assert "carries milk since" in refusal.obstacle
    clean(world, DRY)
    assert world.refused(lw.start()) == ("allergen-changeover",)
    clean(world, WET)
    world.must(lw.start())


def test_a_product_with_the_same_allergens_may_follow() -> None:
    changeover("milk", contains=("milk", "egg")).must(lw.start())


def test_the_allergen_of_a_material_comes_onto_the_line_with_its_step_and_stays() -> None:
    """The product is not described with it; what goes into it brings it all the same."""
    first = lw.master(
        lw.step(equipment_class="dispensing-booth", materials=(lw.consumes("WHEY"),)),
        lw.step("020"),
        product="BAR-A",
    )
    second = lw.master(lw.step(), product="BAR-B", name="WM-2")
    described = (lw.material("BAR-A"), lw.material("BAR-B"), lw.material("WHEY", "milk"))
    world = lw.running(first, second, described=described)
    order = world.job_order("JO-1")
    world.states["job_order:JO-1"] = replace(
        order, steps=tuple(replace(x, state=s) for x, s in zip(order.steps, STATES, strict=True))
    )
    world.must(lw.start("020"))
    world.must(lw.complete())
    assert lw.equipment(world).allergens == ("milk",)
    lw.take(world, "JO-2")
    assert world.refused(lw.start()) == ("allergen-changeover",)


def test_the_materials_of_all_steps_count_as_contained() -> None:
    """What a later step brings may be left over from the order before."""
    first = lw.master(lw.step(), product="BAR-A")
    later = lw.step("020", materials=(lw.consumes("WHEY"),))
    second = lw.master(lw.step(), later, product="BAR-B", name="WM-2")
    described = (lw.material("BAR-A", "milk"), lw.material("BAR-B"), lw.material("WHEY", "milk"))
    world = lw.running(first, second, described=described)
    world.must(lw.start())
    world.must(lw.complete())
    lw.take(world, "JO-2")
    world.must(lw.start())


def test_a_material_that_nobody_described_refuses_where_cleanliness_is_tracked() -> None:
    unknown = lw.master(lw.step(), product="NOBODY-KNOWS")
    world = lw.running(unknown, described=(lw.line(cleaning=CleaningRule()),))
    assert world.refused(lw.start()) == ("allergens-unknown",)


def test_a_substitute_that_was_consumed_comes_onto_the_line_and_counts_as_contained() -> None:
    described = (lw.material("BAR-A"), lw.material("SOY-OIL", "soy"), lw.material("BAR-B"))
    world = lw.running(
        lw.master(lw.step(), lw.step("020"), product="BAR-A"),
        lw.master(lw.step(), product="BAR-B", name="WM-2"),
        described=described,
    )
    world.must(lw.start())
    order = world.job_order("JO-1")
    used = ConsumedMaterial(
        material_definition_id="SOY-OIL",
        material_lot_id="SO-1",
        material_sublot_id="SO-1-C1",
        quantity=w.kilograms("1"),
        instrument_id="FLOOR-SCALE-01",
        person_id="op-01",
        time=world.time,
        substitute_for="OIL",
    )
    first = replace(order.steps[0], consumed=(used,))
    world.states["job_order:JO-1"] = replace(order, steps=(first, *order.steps[1:]))
    world.must(lw.complete())
    assert lw.equipment(world).allergens == ("soy",)
    world.must(lw.start("020"))
    world.must(lw.complete())
    lw.take(world, "JO-2")
    assert world.refused(lw.start()) == ("allergen-changeover",)
