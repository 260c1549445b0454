"""Several draws of one material, to the gram: what is left, what is missing, what is too much."""

import pytest

from models.execution import events as e
from tests import dispensary as d
from tests.world import World

CONTAINER = "P-1-C1"
LOT = (d.definition("POWDER"), *d.lot("P-1", "POWDER", "25.000"), *d.lot("P-2", "POWDER", "25.000"))


def drawing(quantity: str = "24.600", **wanted: str) -> World:
    return d.dispensing(LOT, d.wanted("POWDER", quantity, **wanted))


def test_three_partial_draws_leave_the_exact_rest_and_the_overdraw_is_refused() -> None:
    """25.000 kg less three exact draws; what is left decides the fourth (row B3)."""
    world = drawing("30.000")
    for amount in ("8.100", "8.200", "8.300"):
        assert d.weigh(world, CONTAINER, amount, partial=True) == ()
    assert str(d.container(world, CONTAINER).remaining) == "0.400 kg"
    assert d.weigh(world, CONTAINER, "0.401", partial=True) == ("container-overdrawn",)
    assert str(d.container(world, CONTAINER).remaining) == "0.400 kg"
    assert d.weigh(world, CONTAINER, "0.400", partial=True) == ()
    assert d.container(world, CONTAINER).remaining.value == 0
    assert world.refused(d.scan(CONTAINER)) == ("container-empty",)


def test_a_partial_draw_leaves_the_material_needed() -> None:
    world = drawing()
    assert d.weigh(world, CONTAINER, "10.000", partial=True) == ()
    assert world.refused(d.COMPLETE) == ("material-missing",)
    assert d.weigh(world, "P-2-C1", "14.600") == ()
    world.must(d.COMPLETE)
    assert [item.partial for item in d.step(world).consumed] == [True, False]


@pytest.mark.parametrize(
    ("last", "refused"),
    [
        ("14.589", ("weight-out-of-tolerance",)),
        ("14.590", ()),
        ("14.610", ()),
        ("14.611", ("weight-out-of-tolerance",)),
    ],
)
def test_the_last_draw_closes_the_sum_within_the_tolerance(
    last: str, refused: tuple[str, ...]
) -> None:
    world = drawing()
    assert d.weigh(world, CONTAINER, "10.000", partial=True) == ()
    assert d.weigh(world, "P-2-C1", last) == refused


@pytest.mark.parametrize(
    ("part", "refused"),
    [
        ("0.001", ()),
        ("24.610", ()),
        ("24.611", ("weight-out-of-tolerance",)),
        ("0", ("weight-not-positive",)),
        ("-1", ("weight-not-positive",)),
    ],
)
def test_a_part_is_positive_and_never_more_than_the_whole(
    part: str, refused: tuple[str, ...]
) -> None:
    world = drawing()
    assert d.weigh(world, CONTAINER, part, partial=True) == refused
    assert bool(world.job_order("JO-1").exceptions) is ("weight-out-of-tolerance" in refused)


def test_a_part_that_was_too_much_is_the_last_one_once_it_is_accepted() -> None:
    world = drawing()
    d.weigh(world, CONTAINER, "24.700", partial=True)
    world.must(d.accept("qa-01"))
    world.must(d.COMPLETE)
    assert str(d.container(world, CONTAINER).remaining) == "0.300 kg"


def test_every_draw_names_container_lot_instrument_and_target() -> None:
    world = drawing()
    d.weigh(world, CONTAINER, "10.000", partial=True)
    weighed = next(event for event in world.events if isinstance(event, e.WeightCaptured))
    seen = (weighed.material_sublot_id, weighed.material_lot_id, weighed.instrument_id)
    assert seen == (CONTAINER, "P-1", d.SCALE)
    assert str(weighed.target) == "24.600 kg"
    assert str(weighed.quantity) == "10.0 kg"


def test_all_steps_and_parts_together_may_not_exceed_the_bill_of_material() -> None:
    """101 % of the bill: refused, opened, accepted by a supervisor, and on record (row B6)."""
    world = drawing("10.000", tolerance="0.200", maximum="10.000")
    assert d.weigh(world, CONTAINER, "6.000", partial=True) == ()
    assert d.weigh(world, "P-2-C1", "4.100") == ("over-consumption",)
    (opened,) = world.job_order("JO-1").open_exceptions()
    assert (opened.kind, opened.severity.value) == ("over-consumption", "minor")
    assert "10.1 kg of POWDER; 10.000 kg is allowed" in opened.description
    assert world.refused(d.accept("op-02")) == ("role-not-suitable",)
    world.must(d.accept("sup-01"))
    (variance,) = (x for x in world.events if isinstance(x, e.YieldVarianceRecorded))
    assert (str(variance.consumed), str(variance.allowed)) == ("10.1 kg", "10.000 kg")
    assert [str(x.quantity) for x in d.step(world).consumed] == ["6.0 kg", "4.1 kg"]
    world.must(d.COMPLETE)


def test_a_consumption_of_exactly_the_maximum_is_no_variance() -> None:
    world = drawing("10.000", tolerance="0.200", maximum="10.000")
    assert d.weigh(world, CONTAINER, "10.000") == ()
    assert not [event for event in world.events if isinstance(event, e.YieldVarianceRecorded)]


def test_what_an_earlier_step_consumed_counts() -> None:
    first, second = (d.wanted("POWDER", "5.000", maximum="9.900") for _ in range(2))
    world = d.ordered(d.described((*LOT, d.work_master((first,), (second,)))))
    assert d.weigh(world, CONTAINER, "5.000") == ()
    world.must(d.COMPLETE)
    world.must(d.c.StartStep(station=d.BOOTH, step_id="020"))
    assert d.weigh(world, CONTAINER, "5.000") == ("over-consumption",)


def test_a_weight_out_of_tolerance_and_beyond_the_maximum_is_a_variance_too() -> None:
    world = drawing("10.000", maximum="10.000")
    codes = d.weigh(world, CONTAINER, "10.100")
    assert codes == ("weight-out-of-tolerance", "over-consumption")
    assert world.refused(d.accept("sup-01")) == ("role-not-suitable",)
    world.must(d.accept("qa-01"))
    assert [x for x in world.events if isinstance(x, e.YieldVarianceRecorded)]


def test_the_maximum_grows_with_the_batch() -> None:
    world = d.described((*LOT, d.work_master((d.wanted("POWDER", "5.000", maximum="5.000"),))))
    order = d.c.StoreJobOrder(
        job_order_id="JO-1", work_master_id="WM-TEST", quantity=d.kg("2"), allowed_to_start=True
    )
    world.must(order)
    directive = world.states["work_directive:JO-1"]
    (material,) = directive.work_directive.steps[0].materials  # type: ignore[union-attr]
    assert material.maximum is not None
    assert material.maximum.value == 10
