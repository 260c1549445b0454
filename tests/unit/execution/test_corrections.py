"""A correction is a signed event with a reason; the original stays, and quality reviews it (C5)."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.commands import ExceptionDisposition as Way
from models.execution.decisions.corrections import MAX_FILES
from models.execution.principal import Identity
from models.execution.records import MaterialSublotRecord
from models.execution.step_state import StepState
from models.isa95.work_definition import Source
from server.command_path.understand import problems
from tests.packing import (
    COMPLETE,
    ORDER,
    QA_2,
    RELEASE,
    Batch,
    batch,
    labelling,
    packed,
    photo,
    weighed,
)
from tests.world import identity

SUP, QA, OP = identity("sup-01"), identity("qa-01"), identity("op-01")
USED = c.CorrectEvidence(
    job_order_id=ORDER,
    step_id="020",
    evidence_id="used",
    value="941",
    reason="misread",
    identity=SUP,
)
WEIGHT = c.CorrectEvidence(
    job_order_id=ORDER,
    step_id="010",
    evidence_id="AA-2601-C1",
    value="1.005 kg",
    reason="the printout says so",
    identity=QA,
)


def left(here: Batch) -> str:
    record = here.world.states[streams.material_sublot("AA-2601-C1")]
    assert isinstance(record, MaterialSublotRecord)
    return str(record.remaining)


def test_both_values_are_on_record_with_who_and_why() -> None:
    here = labelling()
    here.labels(used="940")
    here.world.must(USED)
    (found,) = (x for x in here.step("020").evidence if x.evidence_id == "used")
    assert (found.value, found.source) == ("941", Source.MANUAL)
    (correction,) = found.corrections
    assert (correction.original, correction.reason) == ("940", "misread")
    assert (correction.signature.person_id, correction.signature.meaning) == ("sup-01", "corrected")
    assert (here.last.kind, here.last.is_open) == ("correction", True)
    assert here.step("020").state is StepState.IN_PROGRESS
    here.world.must(COMPLETE)


def test_a_second_correction_keeps_the_first() -> None:
    here = labelling()
    here.labels(used="940")
    here.world.must(USED)
    here.world.must(replace(USED, value="942"))
    (found,) = (x for x in here.step("020").evidence if x.evidence_id == "used")
    assert [item.original for item in found.corrections] == ["940", "941"]


def test_a_weight_is_corrected_and_the_container_with_it() -> None:
    here = weighed()
    before = left(here)
    here.world.must(WEIGHT)
    (item,) = here.step("010").consumed
    assert str(item.quantity) == "1.005 kg"
    assert [x.original for x in item.corrections] == ["1.0 kg"]
    assert item.corrections[0].source is Source.DEVICE
    assert (before, left(here)) == ("24.000 kg", "23.995 kg")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"identity": SUP}, ("role-not-suitable",)),
        ({"value": "much"}, ("evidence-not-understood",)),
        ({"value": "-1 kg"}, ("evidence-not-understood",)),
        ({"value": "1 m"}, ("evidence-not-understood",)),
        ({"value": "99 kg"}, ("weight-out-of-tolerance", "container-overdrawn")),
        ({"evidence_id": "AA-2601-C2"}, ("evidence-not-on-record",)),
        ({"step_id": "999"}, ("step-unknown",)),
        ({"job_order_id": "JO-99"}, ("job-order-unknown",)),
    ],
)
def test_a_weight_that_is_not_corrected(change: dict[str, str], refused: tuple[str, ...]) -> None:
    here = weighed()
    assert here.world.refused(replace(WEIGHT, **change)) == refused  # type: ignore[arg-type]
    assert here.order.exceptions == ()


def test_a_weight_out_of_tolerance_is_corrected_when_quality_accepts() -> None:
    here = weighed()
    assert here.world.refused(replace(WEIGHT, value="1.02 kg")) == ("weight-out-of-tolerance",)
    assert (left(here), here.last.kind) == ("24.000 kg", "weight-out-of-tolerance")
    assert here.dispose(Way.ACCEPT, QA_2) == ()
    assert left(here) == "23.980 kg"
    assert str(here.step("010").consumed[0].quantity) == "1.02 kg"
    assert here.step("010").state is StepState.VERIFIED


@pytest.mark.parametrize(
    ("who", "complete", "refused"),
    [
        (OP, False, ()),
        (OP, True, ("role-not-suitable",)),
        (identity("op-02"), False, ("role-not-suitable",)),
        (SUP, True, ()),
        (QA, True, ()),
    ],
)
def test_performers_correct_themselves_only_while_they_work(
    *, who: Identity, complete: bool, refused: tuple[str, ...]
) -> None:
    here = labelling()
    here.labels()
    if complete:
        here.world.must(COMPLETE)
    assert here.world.refused(replace(USED, value="941", identity=who)) == refused


def test_a_value_outside_of_the_limits_waits_for_its_exception() -> None:
    here = labelling()
    here.labels()
    assert here.world.refused(replace(USED, value="1001")) == ("evidence-out-of-limits",)
    assert here.world.refused(replace(USED, value="1001")) == ("evidence-out-of-limits",)
    (found,) = here.order.exceptions
    assert found.withheld is not None
    assert here.record("used", "3") == ("step-not-in-progress", "evidence-on-record")


def test_a_correction_that_unbalances_a_complete_step_opens_that_exception_too() -> None:
    here = packed()
    here.world.must(replace(USED, value="940"))
    assert [item.kind for item in here.order.exceptions] == ["correction", "balance-out-of-limits"]
    for item in here.order.exceptions:
        assert here.dispose(Way.ACCEPT, exception_id=item.exception_id) == ()
    here.world.must(RELEASE)


def test_a_correction_is_reviewed_by_another_person_of_quality() -> None:
    here = packed()
    here.world.must(replace(USED, identity=QA))
    assert here.dispose(Way.ACCEPT, SUP) == ("role-not-suitable",)
    assert here.dispose(Way.REDO, QA_2) == ("disposition-not-possible",)
    assert here.dispose(Way.ACCEPT, QA) == ("self-disposition",)
    assert here.dispose(Way.ACCEPT, QA_2) == ()


def test_nothing_is_corrected_after_the_release() -> None:
    here = packed()
    here.world.must(RELEASE)
    assert here.world.refused(USED) == ("job-order-not-active",)


def test_a_correction_without_a_reason_is_not_understood() -> None:
    (problem,) = problems(replace(USED, reason=" "))
    assert problem.where == "CorrectEvidence.reason"


def test_a_file_is_attached_by_its_hash() -> None:
    here = packed()
    (file,) = here.step("030").attachments
    assert (file.evidence_id, file.sha256, file.person_id) == ("photo", "ab" * 32, "op-01")


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (photo("used", size=10 * 1024 * 1024 + 1), ("attachment-not-accepted",)),
        (photo("used", size=0), ("attachment-not-accepted",)),
        (photo("used", media_type="text/html"), ("attachment-not-accepted",)),
        (replace(photo("used"), sha256="AB" * 32), ("attachment-not-accepted",)),
        (photo(evidence_id="elsewhere"), ("evidence-not-required",)),
        (photo(evidence_id="used"), ()),
    ],
)
def test_files_that_are_not_attached(command: c.AttachFile, refused: tuple[str, ...]) -> None:
    here = labelling()
    assert here.world.refused(command) == refused


def test_a_step_waits_for_the_file_that_it_asks_for_and_takes_only_so_many() -> None:
    here = packed_but_the_file()
    assert here.world.refused(COMPLETE) == ("attachment-missing",)
    for _ in range(MAX_FILES):
        here.world.must(photo())
    assert here.world.refused(photo()) == ("attachment-not-accepted",)
    here.world.must(COMPLETE)


def packed_but_the_file() -> Batch:
    here = labelling()
    here.labels()
    here.world.must(COMPLETE)
    here.start("030")
    for text in ("500", "501", "499"):
        assert here.record("fill", text) == ()
    assert here.record("photo", "true") == ()
    return here


def test_nothing_is_weighed_yet_that_could_be_corrected() -> None:
    here = batch()
    assert here.world.refused(WEIGHT) == ("evidence-not-on-record",)


def test_a_withheld_correction_of_what_was_corrected_meanwhile_changes_nothing() -> None:
    here = labelling()
    here.labels()
    assert here.world.refused(replace(USED, value="1001")) == ("evidence-out-of-limits",)
    here.world.must(replace(USED, value="942"))
    assert here.dispose(Way.ACCEPT, exception_id=f"{ORDER}-E1") == ()
    (found,) = (x for x in here.step("020").evidence if x.evidence_id == "used")
    assert found.value == "942"
