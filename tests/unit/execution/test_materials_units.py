"""A unit that leaves the line is a container of the produced lot."""

import pytest

from models.execution import commands as c
from models.isa95.quantity import Quantity
from tests import dispensary as d
from tests import world as w
from tests.world import World


def unit(name: str = "CASE-1", amount: str = "24 EA", **shown: str) -> c.RecordProducedUnit:
    return c.RecordProducedUnit(
        station=d.BOOTH, material_sublot_id=name, quantity=Quantity.parse(amount), **shown
    )


def test_a_unit_is_on_record_at_its_order_its_lot_and_its_station() -> None:
    world = w.dispensing(account="op-01")
    world.must(unit())
    world.must(unit("CASE-2"))
    units = world.job_order("JO-1").units
    assert [(x.material_sublot_id, str(x.quantity), x.station) for x in units] == [
        ("CASE-1", "24 EA", d.BOOTH),
        ("CASE-2", "24 EA", d.BOOTH),
    ]
    assert d.lot_record(world, "LOT-JO-1").material_sublots == ("CASE-1", "CASE-2")
    made = d.container(world, "CASE-1")
    assert (made.material_lot_id, made.storage_location) == ("LOT-JO-1", d.BOOTH)


@pytest.mark.parametrize(
    ("prepare", "command", "refused"),
    [
        (w.dispensing, unit("AA-2601-C1"), ["container-not-new"]),
        (w.dispensing, unit(amount="0 EA"), ["container-quantity-not-possible"]),
        (w.dispensing, unit(step_id="010"), ["context-mismatch"]),
        (w.stored, unit(), ["session-missing"]),
        (w.at_station, unit(), ["step-not-in-progress"]),
    ],
)
def test_a_unit_that_can_not_be_is_refused(
    prepare: type[World], command: c.RecordProducedUnit, refused: list[str]
) -> None:
    assert list(prepare().refused(command)) == refused


def test_a_produced_unit_is_not_consumed_before_its_lot_is_released() -> None:
    world = w.dispensing()
    world.must(unit())
    assert "material-lot-restricted" in world.refused(d.scan("CASE-1"))
