"""An override takes two people, a declared gate and a reason; it counts once and is reviewed."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.commands import ExceptionDisposition as Way
from models.execution.overridden import NEVER_OVERRIDABLE, OVERRIDABLE
from models.execution.principal import Identity
from models.execution.records import WorkDirectiveRecord
from models.execution.refusal_codes import REFUSAL_KINDS
from tests.packing import AT, COMPLETE, MASTER, ORDER, QA_2, STEPS, photo, sampling, weighed
from tests.world import DEMO_PLANT, identity

SUP, QA = identity("sup-01"), identity("qa-01")
OVERRIDE = c.OverrideGate(
    station=AT,
    step_id="030",
    code="samples-missing",
    reason="the scale of the line is broken",
    identity=SUP,
    second=QA,
)


def test_it_lets_the_refusal_not_count_once_and_is_on_record() -> None:
    here = sampling()
    assert here.record("photo", "true") == ()
    here.world.must(photo())
    assert here.record("fill", "500") == ()
    assert here.world.refused(COMPLETE) == ("samples-missing",)
    here.world.must(OVERRIDE)
    assert not here.step("030").overrides[0].used
    assert [item.kind for item in here.order.open_exceptions()] == ["override"]
    decision = here.world.must(COMPLETE)
    assert decision.events[0] == e.OverrideUsed(
        job_order_id=ORDER, step_id="030", code="samples-missing", command="CompleteStep"
    )
    assert here.step("030").overrides[0].used


def test_it_helps_only_when_nothing_else_refuses_and_is_not_used_up_by_that() -> None:
    here = sampling()
    here.record("fill", "500")
    here.record("photo", "true")
    here.world.must(OVERRIDE)
    assert here.world.refused(COMPLETE) == ("samples-missing", "attachment-missing")
    assert not here.step("030").overrides[0].used
    here.world.must(photo())
    here.world.must(COMPLETE)


def test_a_used_override_is_used_up() -> None:
    here = sampling()
    here.record("fill", "500")
    here.record("photo", "true")
    here.world.must(photo())
    here.world.must(OVERRIDE)
    here.world.must(COMPLETE)
    rework = c.ReportException(
        job_order_id=ORDER, description="again", severity=c.Severity.MAJOR, identity=SUP
    )
    here.world.must(rework)
    assert here.dispose(Way.REWORK, step_id="030") == ()
    here.start("030")
    for text in ("500",):
        assert here.record("fill", text) == ()
    here.record("photo", "true")
    here.world.must(photo())
    assert here.world.refused(COMPLETE) == ("samples-missing",)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"identity": QA}, {"role-not-suitable", "override-not-independent"}),
        ({"second": SUP}, {"role-not-suitable", "override-not-independent"}),
        ({"identity": identity("op-02")}, {"role-not-suitable"}),
        (
            {"second": replace(QA, account="sup-02", person_id="sup-01")},
            {"override-not-independent"},
        ),
        ({"identity": replace(SUP, person_id="op-01")}, {"override-not-independent"}),
        ({"second": replace(QA, person_id="op-01")}, {"override-not-independent"}),
        ({"code": "environment-out-of-limits"}, {"gate-not-overridable"}),
        ({"code": "weight-out-of-tolerance"}, {"gate-not-overridable"}),
        ({"code": "evidence-on-record"}, {"gate-not-overridable"}),
        ({"code": "never-heard-of"}, {"gate-not-overridable"}),
        ({"step_id": "999"}, {"step-unknown"}),
    ],
)
def test_who_and_what_is_refused(change: dict[str, str | Identity], refused: set[str]) -> None:
    here = sampling()
    assert set(here.world.refused(replace(OVERRIDE, **change))) == refused  # type: ignore[arg-type]
    assert here.step("030").overrides == ()


def test_the_eight_block_tests_can_never_be_overridden() -> None:
    text = (DEMO_PLANT / "blocktest.yaml").read_text("utf-8")
    codes = {line.split()[-1] for line in text.splitlines() if " refused: " in line}
    assert len(codes) >= 7
    assert codes <= NEVER_OVERRIDABLE


def test_what_may_be_declared_overridable_is_a_reviewed_list_of_refusals() -> None:
    assert not OVERRIDABLE - REFUSAL_KINDS.keys()
    assert OVERRIDABLE.isdisjoint(NEVER_OVERRIDABLE)
    assert set(REFUSAL_KINDS) == OVERRIDABLE | NEVER_OVERRIDABLE


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        (SUP, ("role-not-suitable", "self-disposition")),
        (QA, ("self-disposition",)),
        (identity("op-02"), ("role-not-suitable",)),
        (QA_2, ()),
    ],
)
def test_the_review_is_somebody_elses(who: Identity, refused: tuple[str, ...]) -> None:
    here = sampling()
    here.world.must(OVERRIDE)
    assert here.dispose(Way.ACCEPT, who) == refused


def test_it_counts_for_the_start_of_a_step_as_well() -> None:
    here = weighed()
    name = streams.work_directive(ORDER)
    strict = replace(
        STEPS[1], personnel_classes=("quality",), overridable=("personnel-class-not-suitable",)
    )
    directive = replace(MASTER, steps=(STEPS[0], strict, STEPS[2]))
    here.world.states[name] = WorkDirectiveRecord(work_directive=directive)
    start = c.StartStep(station=AT, step_id="020")
    assert here.world.refused(start) == ("personnel-class-not-suitable",)
    here.world.must(replace(OVERRIDE, step_id="020", code="personnel-class-not-suitable"))
    here.world.must(start)
    assert here.step("020").overrides[0].used
    assert "personnel-class-not-suitable" in here.record("issued", "1000")
