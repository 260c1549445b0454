"""Laboratory results decide over a lot, and one out of specification reaches its job orders."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.isa95.material import Disposition, MaterialTestSpecification
from tests import dispensary as d
from tests import world as w
from tests.world import World, identity

_D = Disposition
ASSAY = MaterialTestSpecification(
    test_id="assay", description="Assay", unit="%", lower=Decimal(95), upper=Decimal(105)
)
WATER = MaterialTestSpecification(
    test_id="water", description="Water", unit="%", upper=Decimal("0.5")
)
IDENTITY = MaterialTestSpecification(test_id="identity", description="Identity by infrared")
TESTS = (ASSAY, WATER, IDENTITY)
POWDER = d.definition("POWDER", tests=TESTS)


def lab(test: str, value: str, lot_id: str = "P-1") -> c.RecordTestResult:
    return c.RecordTestResult(
        material_lot_id=lot_id, test_id=test, value=value, reference="certificate 17"
    )


RELEASE = c.ChangeLotDisposition(
    material_lot_id="P-1",
    disposition=_D.UNRESTRICTED,
    status="released",
    reason="all tests passed",
    identity=identity("qa-01"),
)


def sampled(disposition: Disposition = _D.RESTRICTED) -> World:
    return d.described((POWDER, *d.lot("P-1", "POWDER", "25.000", disposition=disposition)))


@pytest.mark.parametrize(
    ("test", "value", "result"),
    [
        ("assay", "94.999", "fail"),
        ("assay", "95", "pass"),
        ("assay", "105.000", "pass"),
        ("assay", "105.001", "fail"),
        ("water", "-7", "pass"),
        ("water", "0.51", "fail"),
        ("identity", "pass", "pass"),
        ("identity", "fail", "fail"),
    ],
)
def test_the_limits_decide_whether_a_result_passed(test: str, value: str, result: str) -> None:
    world = sampled()
    assert world.must(lab(test, value), d.LABORATORY).result == result
    (kept,) = d.lot_record(world, "P-1").test_results
    seen = (kept.test_id, kept.value, kept.passed, kept.reference)
    assert seen == (test, value, result == "pass", "certificate 17")


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (lab("assay", "good"), ["test-result-not-understood"]),
        (lab("assay", "NaN"), ["test-result-not-understood"]),
        (lab("assay", "Infinity"), ["test-result-not-understood"]),
        (lab("identity", "yes"), ["test-result-not-understood"]),
        (lab("colour", "1"), ["test-unknown"]),
        (lab("assay", "100", "X"), ["material-lot-unknown"]),
    ],
)
def test_a_result_that_can_not_be_is_refused(
    command: c.RecordTestResult, refused: list[str]
) -> None:
    assert list(sampled().refused(command, d.LABORATORY)) == refused


def test_a_test_that_nobody_knows_offers_those_of_the_material() -> None:
    (refusal,) = sampled().do(lab("colour", "1"), d.LABORATORY).refusals
    assert refusal.offers == ("assay", "water", "identity")


def test_a_lot_is_released_when_all_its_tests_have_passed() -> None:
    world = sampled()
    assert world.refused(RELEASE) == ("lot-test-missing",) * 3
    world.must(lab("assay", "99"), d.LABORATORY)
    world.must(lab("identity", "pass"), d.LABORATORY)
    world.must(lab("water", "0.9"), d.LABORATORY)
    assert world.refused(RELEASE) == ("lot-test-failed",)
    world.must(lab("water", "0.4"), d.LABORATORY)
    world.must(RELEASE)
    assert d.lot_record(world, "P-1").material_lot.disposition is _D.UNRESTRICTED


def test_a_lot_that_fails_may_be_rejected_without_the_other_tests() -> None:
    world = sampled()
    world.must(lab("water", "0.9"), d.LABORATORY)
    world.must(replace(RELEASE, disposition=_D.CLOSED, status="rejected"))


def test_a_failing_result_restricts_a_released_lot_at_once() -> None:
    world = sampled(_D.UNRESTRICTED)
    world.must(lab("assay", "90"), d.LABORATORY)
    lot = d.lot_record(world, "P-1").material_lot
    assert (lot.disposition, lot.status) == (_D.RESTRICTED, "out of specification")
    assert world.refused(RELEASE) == ("lot-test-failed", "lot-test-missing", "lot-test-missing")


def consumed() -> World:
    """Return a world in which JO-1 has drawn from the lot, and JO-2 has not."""
    items = (POWDER, *d.lot("P-1", "POWDER", "25.000"))
    world = d.dispensing(items, d.wanted("POWDER", "1.000"))
    assert d.weigh(world, "P-1-C1", "1.000") == ()
    other = c.StoreJobOrder(job_order_id="JO-2", work_master_id="WM-TEST", quantity=d.kg("1"))
    world.must(other)
    return world


def test_a_lot_out_of_specification_reaches_every_live_job_order_that_drew_from_it() -> None:
    world = consumed()
    world.must(lab("assay", "90"), d.LABORATORY)
    (opened,) = world.job_order("JO-1").open_exceptions()
    assert (opened.kind, opened.severity) == ("out-of-specification", c.Severity.CRITICAL)
    assert (opened.material_lot_id, opened.description) == ("P-1", "assay of lot P-1 is 90 %")
    assert not world.job_order("JO-2").exceptions
    assert world.refused(d.accept("sup-01")) == ("role-not-suitable",)


def test_the_same_finding_is_opened_once_and_another_test_again() -> None:
    world = consumed()
    for test, value in (("assay", "90"), ("assay", "91"), ("water", "3")):
        world.must(lab(test, value), d.LABORATORY)
    assert len(world.job_order("JO-1").open_exceptions()) == 2


def test_a_job_order_that_is_over_gets_no_exception() -> None:
    world = consumed()
    abort = c.AbortJobOrder(job_order_id="JO-1", reason="over", identity=identity("sup-01"))
    world.must(abort)
    world.must(lab("assay", "90"), d.LABORATORY)
    assert not world.job_order("JO-1").exceptions


def test_a_produced_lot_out_of_specification_opens_an_exception_at_its_job_order() -> None:
    product = next(
        item
        for item in w.PLANT.master_data
        if getattr(item, "material_definition_id", "") == "VITC-500-CAPS"
    )
    tested = replace(product, tests=TESTS)  # type: ignore[type-var]
    world = w.stored()
    world.must(c.DefineMasterData(items=(tested,)), w.SYSTEM)  # type: ignore[arg-type]
    assert d.lot_record(world, "LOT-JO-1").job_order_id == "JO-1"
    world.must(lab("assay", "99", "LOT-JO-1"), d.LABORATORY)
    assert not world.job_order("JO-1").exceptions
    world.must(lab("assay", "90", "LOT-JO-1"), d.LABORATORY)
    (opened,) = world.job_order("JO-1").open_exceptions()
    assert opened.kind == "out-of-specification"
    lot = d.lot_record(world, "LOT-JO-1").material_lot
    assert lot.disposition is _D.IN_PROCESS
    assert not [x for x in world.events if isinstance(x, e.MaterialLotDispositionChanged)]
