"""In-process checks that are repeated: all values stay, patterns and late ones are exceptions."""

from datetime import timedelta

from models.execution import commands as c
from models.execution.commands import ExceptionDisposition as Way
from models.execution.step_state import StepState
from tests.packing import COMPLETE, photo, sampling
from tests.world import identity


def test_every_sample_is_kept_and_too_few_are_refused() -> None:
    here = sampling()
    assert here.record("photo", "true") == ()
    here.world.must(photo())
    for text in ("500", "501"):
        assert here.record("fill", text) == ()
    assert here.world.refused(COMPLETE) == ("samples-missing",)
    assert here.record("fill", "499") == ()
    assert [item.value for item in here.step("030").samples] == ["500", "501", "499"]
    here.world.must(COMPLETE)


def test_a_broken_rule_is_on_record_with_the_value_and_stops_the_step() -> None:
    here = sampling()
    assert here.record("fill", "515.1") == ()
    assert (here.last.kind, here.last.subject) == ("sample-rule-violated", "fill")
    assert "rule 1: a value more than 3 sigma from the mean" in here.last.description
    assert here.step("030").state is StepState.EXCEPTION
    assert [item.value for item in here.step("030").samples] == ["515.1"]
    assert here.dispose(Way.ADJUST, identity("sup-01")) == ()
    assert here.record("fill", "500") == ()
    assert len(here.order.exceptions) == 1


def test_a_late_sample_is_on_record_and_waits_only_for_the_release() -> None:
    here = sampling()
    assert here.record("fill", "500") == ()
    here.world.time += timedelta(minutes=6)
    assert here.record("fill", "500") == ()
    assert here.last.kind == "sample-late"
    assert here.step("030").state is StepState.IN_PROGRESS
    assert here.dispose(Way.ACCEPT, identity("sup-01")) == ()


def test_late_and_broken_are_two_exceptions() -> None:
    here = sampling()
    here.world.time += timedelta(minutes=6)
    assert here.record("fill", "520") == ()
    assert [item.exception_id for item in here.order.exceptions] == ["JO-9-E1", "JO-9-E2"]


def test_a_sample_outside_of_the_limits_is_refused_like_any_value() -> None:
    here = sampling()
    assert here.record("fill", "1001") == ("evidence-out-of-limits",)
    assert here.step("030").samples == ()
    assert here.dispose(Way.ACCEPT) == ()
    assert [item.value for item in here.step("030").samples] == ["1001"]


def test_a_value_that_is_no_sample_is_on_record_once() -> None:
    here = sampling()
    assert here.record("photo", "true") == ()
    assert here.record("photo", "true") == ("evidence-on-record",)
    again = c.CorrectEvidence(
        job_order_id="JO-9",
        step_id="030",
        evidence_id="photo",
        value="false",
        reason="it was blurred",
        identity=identity("op-01"),
    )
    here.world.must(again)
