"""What a step reconciles adds up, or the quality unit has let the difference stand (E3)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution.balance import result, unreconciled
from models.execution.commands import ExceptionDisposition as Way
from models.execution.exception_kinds import EXCEPTION_CODES
from models.execution.outcome import codes
from models.isa95.work_definition import Balance, BalanceTerm
from tests.packing import COMPLETE, LABELS, STEPS, labelling
from tests.world import identity


def test_one_label_of_a_thousand_that_nobody_can_account_for_stops_the_step() -> None:
    """Issued 1000, used 940, damaged 12, returned 47: one is missing, and none may be."""
    here = labelling()
    here.labels(used="940")
    assert here.world.refused(COMPLETE) == ("balance-out-of-limits",)
    assert (here.last.kind, here.last.subject) == ("balance-out-of-limits", "labels")
    assert here.last.description == (
        "Labels that are not accounted for is 1 pcs; 0 to 0 pcs is accepted"
    )
    assert "exception-open" in here.world.refused(COMPLETE)
    assert len(here.order.exceptions) == 1


def test_the_quality_unit_lets_a_difference_stand_and_only_this_one() -> None:
    here = labelling()
    here.labels(used="940")
    here.world.do(COMPLETE)
    assert here.dispose(Way.ACCEPT, identity("sup-01")) == ("role-not-suitable",)
    assert here.dispose(Way.ACCEPT) == ()
    here.world.must(COMPLETE)


def test_after_another_count_the_accepted_difference_does_not_count() -> None:
    here = labelling()
    here.labels(used="940")
    here.world.do(COMPLETE)
    assert here.record("used", "939") == ("step-not-in-progress", "evidence-on-record")
    assert here.dispose(Way.REDO) == ()
    assert here.record("used", "939") == ()
    assert here.world.refused(COMPLETE) == ("balance-out-of-limits",)
    assert here.dispose(Way.ACCEPT) == ()
    here.world.must(COMPLETE)


def test_counting_again_may_settle_it() -> None:
    here = labelling()
    here.labels(used="940")
    here.world.do(COMPLETE)
    assert here.dispose(Way.REDO, identity("sup-01")) == ()
    assert here.record("used", "941") == ()
    here.world.must(COMPLETE)


def test_a_value_that_is_missing_is_told_once() -> None:
    here = labelling()
    for name in ("issued", "used", "damaged"):
        here.record(name, "10")
    assert here.world.refused(COMPLETE) == ("evidence-missing",)


def test_what_adds_up_completes() -> None:
    here = labelling()
    here.labels()
    here.world.must(COMPLETE)


@pytest.mark.parametrize(
    ("percent_of", "comes_to"), [(None, "1000"), ("800", "125"), ("3000", "33.3333"), ("0", None)]
)
def test_yield_is_a_percentage_of_the_theoretical_amount(
    percent_of: str | None, comes_to: str | None
) -> None:
    here = labelling()
    here.labels()
    made = Balance(
        balance_id="yield",
        description="Yield",
        terms=(BalanceTerm(evidence_id="issued"),),
        unit="%",
        lower=Decimal(95),
        upper=Decimal(101),
        percent_of=None if percent_of is None else Decimal(percent_of),
    )
    found = result(here.order, here.step("020"), made)
    assert (None if found is None else f"{found:.6g}") == comes_to


def test_a_term_may_come_from_an_earlier_step_and_a_missing_one_is_refused() -> None:
    here = labelling()
    here.labels()
    step = here.step("030")
    assert result(here.order, step, LABELS) == 0
    unknown = replace(LABELS, terms=(BalanceTerm(evidence_id="nowhere"),))
    assert result(here.order, step, unknown) is None


def test_a_value_that_no_step_of_the_order_has_recorded_is_refused_and_opens_nothing() -> None:
    here = labelling()
    here.labels()
    elsewhere = replace(LABELS, terms=(*LABELS.terms, BalanceTerm(evidence_id="destroyed")))
    wanted = replace(STEPS[1], balances=(elsewhere,))
    refusals = tuple(unreconciled(here.order, here.step("020"), wanted))
    assert codes(refusals) == ("balance-incomplete",)
    assert "destroyed" in refusals[0].obstacle
    assert "balance-incomplete" not in EXCEPTION_CODES
