"""Which of the usable lots is taken: FEFO, FIFO, the allocated one; never a held container."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.isa95.material import Disposition, IssuePolicy
from tests import dispensary as d
from tests import world as w
from tests.world import World, identity

DAY = timedelta(days=1)
FEFO, FIFO, ANY = IssuePolicy.FEFO, IssuePolicy.FIFO, IssuePolicy.ANY


def stock(policy: IssuePolicy) -> World:
    """Return a step that needs 1 kg; L-2 expires first, L-3 came in first."""
    lots = (
        *d.lot("L-1", "POWDER", "25.000", days=300, received=w.NOON - 2 * DAY),
        *d.lot("L-2", "POWDER", "25.000", days=100, received=w.NOON - DAY),
        *d.lot("L-3", "POWDER", "25.000", days=200, received=w.NOON - 3 * DAY),
        *d.lot("L-4", "POWDER", "25.000"),
        *d.lot("L-5", "POWDER", "25.000", days=1, disposition=Disposition.RESTRICTED),
        *d.lot("L-6", "POWDER", "25.000", days=-1, received=w.NOON - 9 * DAY),
        *d.lot("L-7", "POWDER", days=1, received=w.NOON - 9 * DAY),
    )
    return d.dispensing((d.definition("POWDER", policy), *lots), d.wanted("POWDER", "1.000"))


@pytest.mark.parametrize(
    ("policy", "code", "refused", "offers"),
    [
        (FEFO, "L-2-C1", (), ()),
        (FEFO, "L-3-C1", ("material-lot-not-next",), ("L-2",)),
        (FEFO, "L-1", ("material-lot-not-next",), ("L-2", "L-3")),
        (FEFO, "L-4-C1", ("material-lot-not-next",), ("L-2", "L-3", "L-1")),
        (FIFO, "L-3-C1", (), ()),
        (FIFO, "L-2-C1", ("material-lot-not-next",), ("L-3", "L-1")),
        (FIFO, "L-4-C1", ("material-lot-not-next",), ("L-3", "L-1", "L-2")),
        (ANY, "L-4-C1", (), ()),
        (FEFO, "L-5-C1", ("material-lot-restricted",), ("L-2", "L-3", "L-1", "L-4")),
        (FEFO, "L-6-C1", ("material-lot-expired",), ("L-2", "L-3", "L-1", "L-4")),
        (FIFO, "nothing", ("material-wrong",), ("L-3", "L-1", "L-2", "L-4")),
    ],
)
def test_the_lot_whose_turn_it_is(
    policy: IssuePolicy, code: str, refused: tuple[str, ...], offers: tuple[str, ...]
) -> None:
    decision = stock(policy).do(d.scan(code))
    assert tuple(item.code for item in decision.refusals) == refused
    assert all(item.offers == offers for item in decision.refusals)


def test_out_of_turn_with_two_signatures_once_and_on_record() -> None:
    """Later-expiring lot: denied; with an approval it is taken, and listed for review (row B4)."""
    items = (
        d.definition("POWDER", FEFO),
        *d.lot("L-1", "POWDER", "25.000", days=300),
        *d.lot("L-2", "POWDER", "25.000", days=100),
        d.work_master((d.wanted("POWDER", "1.000"),), overridable=("material-lot-not-next",)),
    )
    world = d.ordered(d.described(items))
    assert world.refused(d.scan("L-1-C1")) == ("material-lot-not-next",)
    override = d.c.OverrideGate(
        station=d.BOOTH,
        step_id="010",
        code="material-lot-not-next",
        reason="L-2 stands behind a blocked door",
        identity=identity("sup-01"),
        second=identity("qa-01"),
    )
    world.must(override)
    world.must(d.scan("L-1-C1"))
    (listed,) = world.job_order("JO-1").exceptions
    assert (listed.kind, listed.subject) == ("override", "material-lot-not-next")
    world.scale_shows(d.SCALE, 1.0)
    assert world.refused(d.scan("L-1-C1")) == ("material-lot-not-next",)
    world.must(d.WEIGH)


def test_a_lot_that_is_used_up_or_held_loses_its_turn() -> None:
    world = stock(FEFO)
    first = d.container(world, "L-2-C1")
    world.states["material_sublot:L-2-C1"] = replace(first, remaining=d.kg("0"))
    second = d.container(world, "L-3-C1")
    world.states["material_sublot:L-3-C1"] = replace(second, held="dropped")
    assert world.refused(d.scan("L-4-C1")) == ("material-lot-not-next",)
    world.must(d.scan("L-1-C1"))


def test_lots_of_the_same_day_are_both_next() -> None:
    world = stock(FEFO)
    record = d.lot_record(world, "L-1")
    twin = d.lot_record(world, "L-2").material_lot.expiration_time
    lot = replace(record.material_lot, expiration_time=twin)
    world.states["material_lot:L-1"] = replace(record, material_lot=lot)
    world.must(d.scan("L-1-C1"))
    world.must(d.scan("L-2-C1"))


def test_a_lot_that_arrives_after_the_scan_does_not_stop_the_weighing() -> None:
    world = stock(FEFO)
    world.must(d.scan("L-2-C1"))
    sooner = d.lot("L-0", "POWDER", "25.000", days=10)
    world.must(d.c.DefineMasterData(items=sooner), w.SYSTEM)
    world.scale_shows(d.SCALE, 1.0)
    world.must(d.WEIGH)


def test_an_allocated_lot_has_the_turn_whatever_expires_before_it() -> None:
    world = d.described(
        (
            d.definition("POWDER", FEFO),
            *d.lot("L-1", "POWDER", "25.000", days=300),
            *d.lot("L-2", "POWDER", "25.000", days=100),
            d.work_master((d.wanted("POWDER", "1.000"),)),
        )
    )
    world.must(
        d.c.StoreJobOrder(
            job_order_id="JO-1",
            work_master_id="WM-TEST",
            quantity=d.kg("1"),
            allowed_to_start=True,
            lot_allocations=(("POWDER", "L-1"),),
        )
    )
    who = identity("op-01")
    world.must(d.c.OpenStationSession(station=d.BOOTH, job_order_id="JO-1", identity=who))
    world.must(d.c.StartStep(station=d.BOOTH, step_id="010"))
    (refusal,) = world.do(d.scan("L-2-C1")).refusals
    assert (refusal.code, refusal.offers) == ("material-lot-wrong", ("L-1",))
    world.must(d.scan("L-1-C1"))


def test_a_held_container_is_refused_at_the_scan_and_at_the_weighing() -> None:
    world = stock(ANY)
    world.must(d.scan("L-2-C1"))
    record = d.container(world, "L-2-C1")
    world.states["material_sublot:L-2-C1"] = replace(record, held="seal broken")
    world.scale_shows(d.SCALE, 1.0)
    (refusal,) = world.do(d.WEIGH).refusals
    assert (refusal.code, refusal.obstacle) == ("container-held", "L-2-C1 is held: seal broken")
    assert "L-2" not in refusal.offers
    assert world.refused(d.scan("L-2-C1")) == ("container-held",)


def test_a_lot_stands_for_its_first_usable_container() -> None:
    lots = d.lot("L-1", "POWDER", "1.000", "25.000", "25.000")
    world = d.dispensing((d.definition("POWDER"), *lots), d.wanted("POWDER", "1.000"))
    held = d.container(world, "L-1-C1")
    world.states["material_sublot:L-1-C1"] = replace(held, held="seal broken")
    assert world.must(d.scan("L-1")).result == "L-1-C2"


def test_a_container_in_another_unit_than_the_weight_is_overdrawn() -> None:
    world = stock(ANY)
    record = d.container(world, "L-1-C1")
    pieces = d.Quantity.parse("25 EA")
    world.states["material_sublot:L-1-C1"] = replace(record, remaining=pieces)
    assert d.weigh(world, "L-1-C1", "1.0") == ("container-overdrawn",)
