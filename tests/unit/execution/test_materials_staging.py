"""A component that does not stand at its station in a usable container is named as missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution.records import MaterialLotRecord, MaterialSublotRecord
from models.execution.snapshot import Snapshot
from models.execution.staging import missing_components
from models.isa95.material import Disposition
from models.isa95.quantity import Quantity
from tests import world as w

BOTTLES, LABELS = "BOTTLE-150", "LABEL-VITC-R3"


def stock(place: str = "PACK-01", left: str = "2000 EA", held: str = "", **lot: object) -> Snapshot:
    """Return the plant with its only container of bottles changed."""
    states = dict(w.installed().states)
    container = states["material_sublot:BOT-2601-C1"]
    record = states["material_lot:BOT-2601"]
    assert isinstance(container, MaterialSublotRecord)
    assert isinstance(record, MaterialLotRecord)
    states["material_sublot:BOT-2601-C1"] = replace(
        container, storage_location=place, remaining=Quantity.parse(left), held=held
    )
    changed = replace(record.material_lot, **lot)  # type: ignore[arg-type]
    states["material_lot:BOT-2601"] = replace(record, material_lot=changed)
    return Snapshot(time=w.NOON, states=states, live={})


NONE = ("no usable container of BOTTLE-150 stands at PACK-01; 100 EA is needed",)


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (stock(), ()),
        (stock(left="100 EA"), ()),
        (stock(left="99 EA"), ("99 EA of BOTTLE-150 stands at PACK-01; 100 EA is needed",)),
        (stock(left="0 EA"), NONE),
        (stock(place="WH-C-02"), NONE),
        (stock(held="metal detector failed"), NONE),
        (stock(disposition=Disposition.RESTRICTED), NONE),
        (stock(expiration_time=w.NOON), NONE),
        (stock(expiration_time=w.NOON + timedelta(seconds=1)), ()),
        (stock(left="2000 kg"), ("0 EA of BOTTLE-150 stands at PACK-01; 100 EA is needed",)),
    ],
)
def test_a_shortage_is_named(known: Snapshot, missing: tuple[str, ...]) -> None:
    amounts = {BOTTLES: Quantity.parse("100 EA")}
    assert missing_components((BOTTLES,), "PACK-01", known, amounts) == missing


def test_without_an_amount_any_is_enough_and_each_missing_material_is_named() -> None:
    short = missing_components((BOTTLES, LABELS, "X"), "PACK-01", stock(left="1 EA"))
    assert short == (
        "no usable container of LABEL-VITC-R3 stands at PACK-01",
        "no usable container of X stands at PACK-01",
    )
