"""Each disposition drives the state that follows it, and none leaves a step where it is stuck."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.commands import ExceptionDisposition as Way
from models.execution.commands import Severity
from models.execution.dispositions import DISPOSITION_RESULT, possible
from models.execution.evolve import evolve
from models.execution.exception_kinds import (
    EXCEPTION_CODES,
    EXCEPTION_KINDS,
    kind_of,
    severity_of,
)
from models.execution.finding import Finding, open_exception
from models.execution.job_order_state import JobOrderState
from models.execution.principal import Identity
from models.execution.records import MaterialLotRecord
from models.execution.refusal_codes import REFUSAL_KINDS
from models.execution.step_state import StepState
from models.isa95.material import Disposition
from models.isa95.work_definition import ExceptionPolicy
from tests import packing
from tests.packing import Batch, batch
from tests.world import identity

SUP, QA = identity("sup-01"), identity("qa-01")
AT_WORK = {StepState.IN_PROGRESS, StepState.HELD}
AFTER = {
    Way.REDO: AT_WORK,
    Way.ADJUST: AT_WORK,
    Way.SUBSTITUTE: AT_WORK,
    Way.REWORK: {StepState.READY},
    Way.SCRAP: {StepState.ABORTED, StepState.COMPLETE, StepState.VERIFIED},
    Way.INVESTIGATE: {StepState.HELD, StepState.PLANNED, StepState.READY, *AT_WORK},
    Way.ACCEPT: {*AT_WORK, StepState.PLANNED, StepState.READY},
}


def too_heavy() -> Batch:
    here = batch()
    assert here.weighs(1.05) == ("weight-out-of-tolerance",)
    return here


def test_a_refused_weight_opens_exactly_one_exception_with_all_that_it_is_about() -> None:
    here = too_heavy()
    for _ in range(3):
        assert "step-not-in-progress" in here.weighs(1.05)
    (found,) = here.order.exceptions
    assert (found.step_id, found.material_lot_id, found.equipment_id) == (
        "010",
        "AA-2601",
        "DISP-01",
    )
    assert (found.severity, found.subject) == (Severity.MAJOR, "ASCORBIC-ACID")


def test_what_merely_prevents_opens_no_exception() -> None:
    here = batch()
    wrong = c.ScanMaterial(station="DISP-01", code="MCC-2601-C1")
    assert "material-wrong" in here.world.refused(wrong)
    assert here.world.refused(packing.COMPLETE) == ("material-missing",)
    assert here.order.exceptions == ()


def test_every_refusal_that_opens_an_exception_is_a_refusal() -> None:
    assert not EXCEPTION_CODES - REFUSAL_KINDS.keys()
    assert {kind for kind, item in EXCEPTION_KINDS.items() if item.from_refusal} == EXCEPTION_CODES


@pytest.mark.parametrize(
    ("how", "state"),
    [
        (Way.REDO, StepState.IN_PROGRESS),
        (Way.ADJUST, StepState.IN_PROGRESS),
        (Way.SUBSTITUTE, StepState.IN_PROGRESS),
        (Way.REWORK, StepState.READY),
        (Way.SCRAP, StepState.ABORTED),
        (Way.INVESTIGATE, StepState.HELD),
        (Way.ACCEPT, StepState.IN_PROGRESS),
    ],
)
def test_disposition_of_a_refused_weight(how: Way, state: StepState) -> None:
    here = too_heavy()
    assert here.dispose(how) == ()
    assert here.step("010").state is state
    assert here.last.is_open is (how is Way.INVESTIGATE)


def test_every_disposition_says_what_it_leads_to() -> None:
    assert DISPOSITION_RESULT.keys() == set(Way) == AFTER.keys()


@pytest.mark.parametrize("how", Way)
@pytest.mark.parametrize("state", [x for x in StepState if x is not StepState.CLOSED])
@pytest.mark.parametrize("kind", ["deviation", "sample-late"])
def test_no_pair_of_disposition_and_state_leaves_a_step_stuck(
    how: Way, state: StepState, kind: str
) -> None:
    """Either it is refused, and another way is offered, or the step is where it can go on."""
    here = batch()
    name = streams.job_order(packing.ORDER)
    steps = tuple(
        replace(step, state=state) if step.step_id == "010" else step for step in here.order.steps
    )
    found = Finding(kind=kind, description="seen", step_id="010")
    opened = open_exception(here.order, packing.MASTER, found)
    here.world.states[name] = evolve(replace(here.order, steps=steps), opened, here.world.time)
    before = here.step("010").state
    refused = here.dispose(how)
    if refused:
        assert refused == ("disposition-not-possible",)
        assert how not in possible(here.last, here.order, "010")
        assert {Way.SCRAP, Way.ACCEPT, Way.INVESTIGATE} <= set(
            possible(here.last, here.order, "010")
        )
        return
    after = here.step("010").state
    assert after in AFTER[how] or after is before
    assert after is not StepState.EXCEPTION
    assert here.last.is_open is (how is Way.INVESTIGATE)


def test_scrap_closes_the_lot_and_gives_the_order_up() -> None:
    here = too_heavy()
    assert here.dispose(Way.SCRAP, SUP) == ("role-not-suitable",)
    assert here.dispose(Way.SCRAP) == ()
    lot = here.world.states[streams.material_lot(packing.LOT)]
    assert isinstance(lot, MaterialLotRecord)
    assert (lot.material_lot.disposition, lot.material_lot.status) == (
        Disposition.CLOSED,
        "scrapped",
    )
    assert here.order.state is JobOrderState.ABORTED


def test_what_is_open_when_the_batch_is_scrapped_can_be_closed_with_it() -> None:
    here = too_heavy()
    here.world.must(c.OpenDeviation(station="DISP-01", description="a spill"))
    assert here.dispose(Way.SCRAP, exception_id=f"{packing.ORDER}-E1") == ()
    assert here.dispose(Way.ACCEPT) == ("job-order-not-active",)
    assert here.dispose(Way.SCRAP) == ()
    assert here.order.open_exceptions() == ()


def test_an_investigation_holds_the_order_until_another_disposition_ends_it() -> None:
    here = too_heavy()
    assert here.dispose(Way.INVESTIGATE, SUP) == ()
    assert here.order.state is JobOrderState.INTERRUPTED
    resume = c.ResumeJobOrder(job_order_id=packing.ORDER, reason="go on", identity=SUP)
    assert here.world.refused(resume) == ("exception-open",)
    assert here.dispose(Way.INVESTIGATE, SUP) == ("disposition-not-possible",)
    assert here.dispose(Way.REDO, SUP) == ()
    here.world.must(resume)
    assert here.weighs(1.0) == ()
    investigation, decision = here.last.investigated, here.last.signature
    assert investigation is not None
    assert decision is not None
    meanings = (investigation.meaning, decision.meaning)
    assert meanings == ("disposition Investigate", "disposition Redo")


def test_rework_begins_the_step_anew_and_the_withheld_weight_is_gone() -> None:
    here = too_heavy()
    here.world.must(c.OpenDeviation(station="DISP-01", description="a spill"))
    assert here.dispose(Way.REWORK, SUP) == ()
    step = here.step("010")
    assert (step.iteration, step.consumed) == (2, ())
    here.start("010")
    assert here.dispose(Way.ACCEPT, exception_id=f"{packing.ORDER}-E1") == ()
    assert here.step("010").consumed == ()
    assert here.weighs(1.0) == ()


def test_rework_names_a_step_that_is_there() -> None:
    here = too_heavy()
    assert here.dispose(Way.REWORK, step_id="999") == ("step-unknown",)
    assert here.dispose(Way.REWORK, step_id="020") == ("disposition-not-possible",)


def test_a_material_that_is_to_be_substituted_is_not_taken_again() -> None:
    here = too_heavy()
    assert here.dispose(Way.SUBSTITUTE, SUP) == ()
    scan = c.ScanMaterial(station="DISP-01", code="AA-2601-C1")
    assert here.world.refused(scan) == ("substitution-required",)


def test_only_a_weight_can_be_answered_with_a_substitute() -> None:
    here = batch()
    here.world.must(c.OpenDeviation(station="DISP-01", description="a spill"))
    assert here.dispose(Way.SUBSTITUTE) == ("disposition-not-possible",)


@pytest.mark.parametrize(
    ("severity", "how", "who", "refused"),
    [
        ("critical", Way.REDO, SUP, ("role-not-suitable",)),
        ("critical", Way.ACCEPT, SUP, ("role-not-suitable",)),
        ("critical", Way.REDO, QA, ()),
        ("major", Way.ACCEPT, SUP, ("role-not-suitable",)),
        ("major", Way.REDO, SUP, ()),
        ("major", Way.ACCEPT, QA, ()),
        ("minor", Way.ACCEPT, SUP, ()),
        ("minor", Way.SCRAP, SUP, ("role-not-suitable",)),
        ("minor", Way.ACCEPT, identity("op-02"), ("role-not-suitable",)),
    ],
)
def test_who_decides_follows_from_the_risk(
    severity: str, how: Way, who: Identity, refused: tuple[str, ...]
) -> None:
    policy = ExceptionPolicy(kind="weight-out-of-tolerance", severity=severity)
    here = batch(policies=(policy,))
    assert here.weighs(1.05) == ("weight-out-of-tolerance",)
    assert here.dispose(how, who) == refused


def test_a_policy_never_makes_less_of_what_a_person_reports() -> None:
    policies = (ExceptionPolicy(kind="deviation", severity="minor"),)
    master = replace(packing.MASTER, exception_policies=policies)
    assert severity_of("deviation", master, Severity.CRITICAL) is Severity.CRITICAL
    assert severity_of("deviation", master) is Severity.MINOR
    assert severity_of("deviation", packing.MASTER, Severity.MINOR) is Severity.MINOR
    assert severity_of("never heard of", packing.MASTER) is Severity.MAJOR
    assert kind_of("never heard of").stops_step


def test_a_policy_that_can_not_be_understood_counts_as_critical() -> None:
    policies = (ExceptionPolicy(kind="deviation", severity="strange"),)
    master = replace(packing.MASTER, exception_policies=policies)
    assert severity_of("deviation", master, Severity.MINOR) is Severity.CRITICAL


def test_nobody_dispositions_an_exception_of_their_own_work() -> None:
    here = too_heavy()
    mine = replace(identity("op-01"), roles=SUP.roles)
    assert here.dispose(Way.REDO, mine) == ("self-disposition",)
    assert here.dispose(Way.REDO, SUP) == ()


def test_a_deviation_is_reported_away_from_a_station_while_the_order_is_held() -> None:
    here = batch()
    pause = c.PauseJobOrder(job_order_id=packing.ORDER, reason="a leak", identity=SUP)
    here.world.must(pause)
    report = c.ReportException(
        job_order_id=packing.ORDER,
        description="the roof leaks",
        severity=Severity.CRITICAL,
        identity=identity("op-02"),
        step_id="010",
    )
    assert here.world.must(report).result == f"{packing.ORDER}-E1"
    assert (here.last.severity, here.last.step_id) == (Severity.CRITICAL, "010")
    assert here.last.material_lot_id == packing.LOT
    unknown = replace(report, step_id="999")
    assert here.world.refused(unknown) == ("step-unknown",)
    assert here.dispose(Way.ACCEPT, SUP) == ("role-not-suitable",)
    assert here.dispose(Way.ACCEPT) == ()
