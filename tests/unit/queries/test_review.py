"""Review by exception: what was not routine is all there, and what was routine is not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands import ExceptionDisposition as Way
from models.execution.outcome import Refusal
from models.isa95.work_definition import Source
from server.queries.review import OverrideRate, override_rate, review
from tests import packing
from tests.packing import AT, COMPLETE, MASTER, ORDER, Batch, batch, packed, photo, sampling
from tests.world import identity

SUP, QA = identity("sup-01"), identity("qa-01")


def eventful() -> Batch:
    """Return a batch with one of each: exception, override, correction, rework."""
    here = sampling()
    correction = c.CorrectEvidence(
        job_order_id=ORDER,
        step_id="020",
        evidence_id="used",
        value="942",
        reason="misread",
        identity=SUP,
    )
    here.world.must(correction)
    here.world.must(replace(correction, value="941"))
    override = c.OverrideGate(
        station=AT,
        step_id="030",
        code="samples-missing",
        reason="the scale is broken",
        identity=SUP,
        second=QA,
    )
    here.world.must(override)
    here.record("fill", "500")
    here.record("photo", "true")
    here.world.must(photo())
    here.world.must(COMPLETE)
    return here


def attempt(code: str, job_order_id: str = ORDER, step_id: str | None = None) -> e.CommandRefused:
    refusal = Refusal(code=code, gate="", subject="", obstacle="", remedy="")
    return e.CommandRefused(
        account="hmi-disp",
        command="ScanMaterial",
        arguments="{}",
        refusals=(refusal,),
        seen=(),
        live=(),
        job_order_id=job_order_id,
        step_id=step_id,
    )


def test_a_batch_without_incident_is_routine_all_through() -> None:
    found = review(packed().order, MASTER)
    assert found.routine_steps == ("010", "020", "030")
    assert (found.other_steps, found.exceptions, found.refused) == ((), (), ())
    assert dict(found.provenance.counts) == {Source.MANUAL: 8, Source.DEVICE: 1}
    assert found.provenance.manual_percent == Decimal("88.9")


def test_all_that_was_not_routine_is_there() -> None:
    here = eventful()
    attempts = [
        attempt("material-wrong"),
        attempt("material-wrong"),
        attempt("material-wrong", job_order_id="JO-1"),
    ]
    found = review(here.order, MASTER, attempts)
    assert (found.routine_steps, found.other_steps) == (("010",), ("020", "030"))
    assert [item.kind for item in found.exceptions] == [
        "correction",
        "balance-out-of-limits",
        "correction",
        "override",
    ]
    assert [(x.original, x.value) for x in found.corrections] == [("941", "942"), ("942", "941")]
    assert [(x.code, x.signed_by, x.used) for x in found.overrides] == [
        ("samples-missing", ("sup-01", "qa-01"), True)
    ]
    assert found.refused == (("material-wrong", 2),)
    assert found.open_exceptions == 4


def test_an_open_exception_says_what_may_be_done_and_by_whom() -> None:
    here = batch()
    here.weighs(1.05)
    (found,) = review(here.order, MASTER).exceptions
    assert (found.exception_class, found.severity, found.is_open) == (
        "nonconformance",
        "major",
        True,
    )
    ways = dict(found.possible)
    assert ways["Redo"] == ("quality", "supervisor")
    assert ways["Accept"] == ("quality",)
    assert here.dispose(Way.REDO, SUP) == ()
    (settled,) = review(here.order, MASTER).exceptions
    assert (settled.disposition, settled.decided_by, settled.possible) == ("Redo", "sup-01", ())


def test_a_refused_attempt_makes_its_step_worth_reading() -> None:
    found = review(packed().order, MASTER, [attempt("material-wrong", step_id="010")])
    assert found.other_steps == ("010",)


def test_without_values_there_is_no_share_of_typed_ones() -> None:
    assert review(batch().order, MASTER).provenance.manual_percent is None


def test_overrides_are_counted_per_thousand_steps() -> None:
    orders = [eventful().order, packed().order, batch().order]
    assert override_rate(orders) == OverrideRate(overrides=1, steps=7)
    assert override_rate(orders).per_1000_steps == Decimal("142.9")
    assert override_rate([]).per_1000_steps is None


@pytest.mark.parametrize("step_id", ["010", "020"])
def test_a_reworked_step_is_not_routine(step_id: str) -> None:
    here = packed()
    report = c.ReportException(
        job_order_id=ORDER, description="again", severity=c.Severity.MAJOR, identity=SUP
    )
    here.world.must(report)
    assert here.dispose(Way.REWORK, step_id=step_id) == ()
    assert step_id in review(here.order, packing.MASTER).other_steps
