"""The life of a lot: it arrives in quarantine, and only the quality unit changes that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.lot_disposition import LOT_TRANSITIONS
from models.execution.principal import Identity, Role
from models.isa95.material import Disposition, MaterialLot, MaterialSublot
from models.isa95.quantity import Quantity
from tests import dispensary as d
from tests import world as w
from tests.world import World, identity

_D = Disposition
QUALITY = identity("qa-01")


def new_lot(**changes: object) -> MaterialLot:
    made = MaterialLot(
        material_lot_id="N-1", material_definition_id="POWDER", disposition=_D.UNRESTRICTED
    )
    return replace(made, status="released", **changes)  # type: ignore[arg-type]


def container(name: str = "N-1-C1", lot_id: str = "N-1", amount: str = "25 kg") -> MaterialSublot:
    quantity = Quantity.parse(amount)
    return MaterialSublot(material_sublot_id=name, material_lot_id=lot_id, quantity=quantity)


def receipt(*sublots: MaterialSublot, **changes: object) -> c.ReceiveMaterialLot:
    return c.ReceiveMaterialLot(lot=new_lot(**changes), sublots=sublots)


def plant() -> World:
    return d.described((d.definition("POWDER"), *d.lot("P-1", "POWDER", "25")))


def change(
    disposition: Disposition, lot_id: str = "P-1", who: Identity = QUALITY
) -> c.ChangeLotDisposition:
    return c.ChangeLotDisposition(
        material_lot_id=lot_id,
        disposition=disposition,
        status="decided",
        reason="seen and decided",
        identity=who,
    )


def reversal(first: Identity = QUALITY, second: Identity | None = None) -> c.ReverseLotRejection:
    other = second or replace(QUALITY, account="qa-02", person_id="sup-01")
    return c.ReverseLotRejection(
        material_lot_id="P-1", reason="rejected by mistake", identity=first, second=other
    )


def lying(disposition: Disposition) -> World:
    """Return a plant in which the lot P-1 has a disposition."""
    world = plant()
    record = d.lot_record(world, "P-1")
    lot = replace(record.material_lot, disposition=disposition)
    world.states["material_lot:P-1"] = replace(record, material_lot=lot)
    return world


def test_a_lot_arrives_in_quarantine_whatever_its_sender_says() -> None:
    world = plant()
    world.must(receipt(container(), container("N-1-C2")), d.WAREHOUSE)
    record = d.lot_record(world, "N-1")
    known = record.material_lot
    assert (known.disposition, known.status) == (_D.RESTRICTED, "quarantine")
    assert record.material_sublots == ("N-1-C1", "N-1-C2")
    assert str(d.container(world, "N-1-C2").remaining) == "25 kg"
    definition = world.states["material_definition:POWDER"]
    assert getattr(definition, "material_lots") == ("P-1", "N-1")  # noqa: B009


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, timedelta()),
        (timedelta(days=-3), timedelta(days=-3)),
        (timedelta(days=3), timedelta()),
    ],
)
def test_nobody_receives_in_the_future(said: timedelta | None, kept: timedelta) -> None:
    world = plant()
    now = world.time
    world.must(receipt(received_time=None if said is None else now + said), d.WAREHOUSE)
    assert d.lot_record(world, "N-1").material_lot.received_time == now + kept


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (receipt(container(), material_definition_id="X"), ["material-unknown"]),
        (receipt(material_lot_id="P-1"), ["material-lot-not-new"]),
        (receipt(container("P-1-C1")), ["container-not-new"]),
        (receipt(container(), container()), ["container-not-new"]),
        (receipt(container(lot_id="P-1")), ["container-not-of-lot"]),
        (receipt(container(amount="0 kg")), ["container-quantity-not-possible"]),
        (receipt(container(amount="-1 kg")), ["container-quantity-not-possible"]),
        (receipt(container(amount="5 EA")), ["container-quantity-not-possible"]),
        (
            receipt(container("P-1-C1", "X", "0 kg"), material_lot_id="P-1"),
            [
                "material-lot-not-new",
                "container-not-of-lot",
                "container-not-new",
                "container-quantity-not-possible",
            ],
        ),
        (receipt(container(amount="500 g")), []),
    ],
)
def test_a_receipt_that_can_not_be_is_refused(
    command: c.ReceiveMaterialLot, refused: list[str]
) -> None:
    world = plant()
    before = len(world.events)
    assert list(world.refused(command, d.WAREHOUSE)) == refused
    assert not refused or len(world.events) == before


@pytest.mark.parametrize("wanted", list(_D))
@pytest.mark.parametrize("now", list(_D))
def test_only_what_the_table_lists_is_possible(now: Disposition, wanted: Disposition) -> None:
    decision = lying(now).do(change(wanted), w.account("qa-01"))
    possible = (now, wanted) in LOT_TRANSITIONS
    codes = [] if possible else ["lot-disposition-not-possible"]
    assert [refusal.code for refusal in decision.refusals] == codes
    after = {to.value for before, to in LOT_TRANSITIONS if before is now}
    assert all(set(refusal.offers) == after for refusal in decision.refusals)


def test_from_a_rejection_leads_only_its_reversal_by_two_people() -> None:
    world = lying(_D.RESTRICTED)
    world.must(change(_D.CLOSED))
    for wanted in _D:
        assert world.refused(change(wanted)) == ("lot-disposition-not-possible",)
    world.must(reversal())
    changed = world.events[-1]
    assert isinstance(changed, e.MaterialLotDispositionChanged)
    assert (changed.disposition, changed.status) == (_D.RESTRICTED, "quarantine")
    signers = [x.person_id for x in (changed.signature, changed.second) if x]
    assert signers == ["qa-01", "sup-01"]


@pytest.mark.parametrize(
    ("now", "command", "refused"),
    [
        (_D.CLOSED, reversal(second=QUALITY), ["second-person-same"]),
        (
            _D.CLOSED,
            reversal(second=replace(QUALITY, account="qa-01b")),
            ["second-person-same"],
        ),
        (_D.CLOSED, reversal(second=identity("sup-01")), ["role-not-suitable"]),
        (_D.CLOSED, reversal(first=identity("op-01")), ["role-not-suitable"]),
        (_D.CLOSED, replace(reversal(), material_lot_id="X"), ["material-lot-unknown"]),
        (_D.RESTRICTED, reversal(), ["lot-disposition-not-possible"]),
        (_D.UNRESTRICTED, reversal(), ["lot-disposition-not-possible"]),
    ],
)
def test_a_reversal_takes_a_rejected_lot_and_two_people_of_the_quality_unit(
    now: Disposition, command: c.ReverseLotRejection, refused: list[str]
) -> None:
    assert list(lying(now).refused(command)) == refused


def test_only_the_quality_unit_decides_and_its_signature_is_on_record() -> None:
    world = lying(_D.RESTRICTED)
    by_others = change(_D.UNRESTRICTED, who=identity("sup-01"))
    assert world.refused(by_others) == ("role-not-suitable",)
    assert world.refused(change(_D.UNRESTRICTED, "X")) == ("material-lot-unknown",)
    world.must(change(_D.UNRESTRICTED))
    changed = world.events[-1]
    assert isinstance(changed, e.MaterialLotDispositionChanged)
    assert changed.signature is not None
    assert (changed.signature.person_id, changed.reason) == ("qa-01", "seen and decided")
    assert changed.signature.stream == "material_lot:P-1"


def test_a_lot_of_a_material_that_nobody_described_is_not_released() -> None:
    world = lying(_D.RESTRICTED)
    world.states["material_definition:POWDER"] = None
    assert world.refused(change(_D.UNRESTRICTED)) == ("material-unknown",)
    world.must(change(_D.CLOSED))


def test_a_hold_stops_the_very_next_scan() -> None:
    lots = d.lot("P-1", "POWDER", "25.000")
    world = d.dispensing((d.definition("POWDER"), *lots), d.wanted("POWDER", "1.000"))
    world.must(d.scan("P-1-C1"))
    world.must(change(_D.RESTRICTED))
    world.scale_shows(d.SCALE, 1.0)
    assert world.refused(d.WEIGH) == ("material-lot-restricted",)
    assert world.refused(d.scan("P-1-C1")) == ("material-lot-restricted",)


@pytest.mark.parametrize("wanted", [_D.UNRESTRICTED, _D.RESTRICTED, _D.CLOSED])
def test_a_lot_in_production_is_decided_only_by_its_job_order(wanted: Disposition) -> None:
    first, *_ = w.stored().refused(change(wanted, "LOT-JO-1"))
    assert first == "lot-of-job-order"


def test_a_lot_of_an_aborted_job_order_is_rejected_and_never_released() -> None:
    world = w.stored()
    abort = c.AbortJobOrder(job_order_id="JO-1", reason="given up", identity=identity("sup-01"))
    world.must(abort)
    assert "lot-of-job-order" in world.refused(change(_D.UNRESTRICTED, "LOT-JO-1"))
    world.must(change(_D.CLOSED, "LOT-JO-1"))


@pytest.mark.parametrize(
    ("name", "place", "refused"),
    [
        ("P-1-C1", "PACK-01", []),
        ("X", "PACK-01", ["container-unknown"]),
    ],
)
def test_a_container_is_moved(name: str, place: str, refused: list[str]) -> None:
    world = plant()
    command = c.MoveSublot(material_sublot_id=name, storage_location=place)
    assert list(world.refused(command, d.WAREHOUSE)) == refused
    if not refused:
        assert d.container(world, name).storage_location == place


def test_somebody_nobody_knows_decides_nothing() -> None:
    stranger = Identity(account="qa-09", authenticated=True, roles=frozenset({Role.QUALITY}))
    assert "person-unknown" in lying(_D.RESTRICTED).refused(change(_D.UNRESTRICTED, who=stranger))
