"""A packaging line starts when all six of its prerequisites are true, or says which are not."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.commands import ExceptionDisposition
from models.execution.records import MaterialSublotRecord
from models.isa95.work_definition import (
    EvidenceSpecification,
    Prerequisite,
    PrerequisiteKind,
    Source,
    StepSpecification,
    ValueKind,
)
from tests import line_world as lw
from tests import world as w
from tests.line_world import LINE
from tests.world import World, identity

_K = PrerequisiteKind
DETECTOR, CHECKWEIGHER = "METAL-DETECTOR-01", "CHECKWEIGHER-01"
PREREQUISITES = (
    Prerequisite(kind=_K.LINE_CLEARED),
    Prerequisite(kind=_K.LABEL_VERIFIED, evidence_id="label"),
    Prerequisite(kind=_K.CODE_VERIFIED, evidence_id="code"),
    Prerequisite(kind=_K.DEVICE_VERIFIED, physical_asset_class="metal-detector"),
    Prerequisite(kind=_K.DEVICE_VERIFIED, physical_asset_class="checkweigher"),
    Prerequisite(kind=_K.COMPONENTS_STAGED, materials=("BOTTLE-150",)),
)
FALSE = (
    ("line-not-cleared", LINE),
    ("label-not-verified", "label"),
    ("code-not-verified", "code"),
    ("device-not-verified", DETECTOR),
    ("device-not-verified", CHECKWEIGHER),
    ("components-not-staged", "BOTTLE-150"),
)
"""What is said of each prerequisite that is not true."""


def scanned(evidence_id: str, expected: str | None) -> EvidenceSpecification:
    return EvidenceSpecification(
        evidence_id=evidence_id,
        description=evidence_id,
        kind=ValueKind.TEXT,
        sources=(Source.SCAN,),
        expected=expected,
    )


def clearance(**asked: object) -> StepSpecification:
    evidence = (scanned("label", "LABEL-R3"), scanned("code", "L {lot}"))
    return replace(lw.step("010", clears_line=True, evidence=evidence), **asked)  # type: ignore[arg-type]


def packaging(*prerequisites: Prerequisite) -> StepSpecification:
    return lw.step("020", prerequisites=prerequisites)


def scan(world: World, evidence_id: str, value: str, *, right: bool) -> None:
    """Scan the value; what is wrong comes onto the record with an accepted deviation."""
    wanted = c.RecordEvidence(
        station=LINE, evidence_id=evidence_id, value=value, source=Source.SCAN
    )
    if right:
        world.must(wanted)
        return
    assert world.refused(wanted) == ("evidence-out-of-limits",)
    accepted = c.DispositionException(
        job_order_id="JO-1",
        exception_id=world.job_order("JO-1").exceptions[-1].exception_id,
        disposition=ExceptionDisposition.ACCEPT,
        reason="test",
        identity=identity("qa-01"),
    )
    world.must(accepted, w.terminal(LINE))


def between(world: World) -> None:
    """Let another job order use the line in between."""
    lw.take(world, "JO-2")
    world.must(lw.start())
    world.must(lw.complete())
    lw.take(world, "JO-1")


def checked(device: str, *, passed: bool = True) -> c.VerifyDevice:
    return c.VerifyDevice(station=LINE, physical_asset_id=device, passed=passed)


def stage(world: World, where: str = LINE, name: str = "BOT-2601-C1") -> None:
    """Put the container of bottles somewhere."""
    stream = streams.material_sublot(name)
    sublot = world.states[stream]
    assert isinstance(sublot, MaterialSublotRecord)
    world.states[stream] = replace(sublot, storage_location=where)


def prepared(true: tuple[bool, ...]) -> World:
    """Return a world in which exactly these prerequisites are true."""
    cleared, label, code, detector, checkweigher, staged = true
    world = lw.running(
        lw.master(clearance(), packaging(*PREREQUISITES)),
        lw.master(lw.step(), name="WM-2"),
    )
    world.must(lw.start())
    scan(world, "label", "LABEL-R3" if label else "LABEL-R2", right=label)
    scan(world, "code", "L LOT-JO-1" if code else "L LOT-JO-2", right=code)
    world.must(lw.complete())
    if not cleared:
        between(world)
    if detector:
        world.must(checked(DETECTOR))
    if checkweigher:
        world.must(checked(CHECKWEIGHER))
    if staged:
        stage(world)
    return world


@pytest.mark.parametrize("true", list(product((True, False), repeat=6)))
def test_a_packaging_start_lists_exactly_what_is_not_true(true: tuple[bool, ...]) -> None:
    refusals = prepared(true).do(lw.start("020")).refusals
    expected = [said for said, holds in zip(FALSE, true, strict=True) if not holds]
    assert [(item.code, item.subject) for item in refusals] == expected


def test_a_refusal_says_what_is_there_and_what_is_expected() -> None:
    world = prepared((False, False, False, True, True, True))
    assert [item.obstacle for item in world.do(lw.start("020")).refusals] == [
        "PACK-01 was not cleared for JO-1",
        "label is 'LABEL-R2'; 'LABEL-R3' is expected",
        "code is 'L LOT-JO-2'; 'L LOT-JO-1' is expected",
    ]


def cleared_with(*, verification: bool) -> World:
    world = lw.running(
        lw.master(
            lw.step("010", clears_line=True, verification=verification),
            packaging(PREREQUISITES[0]),
        ),
        lw.master(lw.step(clears_line=True), lw.step("020"), name="WM-2"),
    )
    world.must(lw.start())
    world.must(lw.complete())
    return world


def test_a_line_that_another_person_verifies_is_clear_when_they_have_signed() -> None:
    world = cleared_with(verification=True)
    assert lw.equipment(world).cleared_for == ""
    signed = c.VerifyStep(station=LINE, step_id="010", identity=identity("op-02"))
    world.must(signed)
    assert lw.equipment(world).cleared_for == "JO-1"
    world.must(lw.start("020"))


def test_the_clearance_for_another_job_order_is_none() -> None:
    world = cleared_with(verification=False)
    lw.take(world, "JO-2")
    world.must(lw.start())
    world.must(lw.complete())
    lw.take(world, "JO-1")
    (refusal,) = world.do(lw.start("020")).refusals
    assert refusal.obstacle == "PACK-01 was not cleared for JO-1; it was cleared for JO-2"


def test_a_label_without_expected_text_is_held_against_the_label_of_the_work_master() -> None:
    labelled = replace(
        lw.master(
            lw.step(evidence=(scanned("label", None), scanned("code", None))),
            packaging(PREREQUISITES[1], PREREQUISITES[2]),
        ),
        label="",
    )
    world = lw.running(labelled)
    world.must(lw.start())
    scan(world, "label", "LBL-1/3", right=True)
    scan(world, "code", "L 1", right=True)
    world.must(lw.complete())
    unsaid = world.do(lw.start("020")).refusals
    assert [x.obstacle for x in unsaid] == [
        "the WorkMaster does not say what label has to be",
        "the WorkMaster does not say what code has to be",
    ]


def test_what_nobody_recorded_proves_nothing() -> None:
    world = lw.running(lw.master(lw.step(), packaging(*PREREQUISITES[1:3]), clearance(step_id="9")))
    world.must(lw.start())
    world.must(lw.complete())
    refusals = world.do(lw.start("020")).refusals
    assert [x.obstacle for x in refusals] == [
        "label is not on record; 'LABEL-R3' is expected",
        "code is not on record; 'L LOT-JO-1' is expected",
    ]


def devices() -> World:
    detector = next(x for x in w.PLANT.physical_assets if x.physical_asset_id == DETECTOR)
    return lw.running(
        lw.master(packaging(PREREQUISITES[3])),
        lw.master(lw.step(), name="WM-2"),
        described=(replace(detector, verification_interval_h=2.0),),
    )


def why(world: World) -> list[str]:
    return [item.obstacle for item in world.do(lw.start("020")).refusals]


def test_a_check_holds_for_its_job_order_and_its_interval_only() -> None:
    world = devices()
    assert why(world) == [f"{DETECTOR} was never checked"]
    lw.take(world, "JO-2")
    world.must(checked(DETECTOR))
    lw.take(world, "JO-1")
    assert why(world) == [f"{DETECTOR} was last checked for JO-2, not for JO-1"]
    world.must(checked(DETECTOR))
    world.time += timedelta(hours=2, seconds=-1)  # the check and the way back take a second each
    lw.take(world, "JO-1")
    checked_at = "2026-06-01 12:00 UTC"
    assert why(world) == [f"{DETECTOR} was last checked at {checked_at}; a check holds 2 h"]
    world.must(checked(DETECTOR))
    world.must(lw.start("020"))


def test_at_the_last_moment_of_its_interval_a_check_still_holds() -> None:
    world = devices()
    world.must(checked(DETECTOR))
    world.time += timedelta(hours=2, seconds=-2)  # the check and the way back take a second each
    lw.take(world, "JO-1")
    world.must(lw.start("020"))


def test_a_failed_check_and_a_missing_device_refuse() -> None:
    world = devices()
    world.must(checked(DETECTOR))
    world.must(checked(DETECTOR, passed=False))
    assert why(world) == [f"{DETECTOR} failed its last check"]
    world.must(c.DefineMasterData(items=(lw.line(physical_assets=()),)), w.SYSTEM)
    assert why(world) == [f"no metal-detector stands at {LINE}"]


def test_components_are_those_named_or_else_all_that_the_step_consumes() -> None:
    staged = Prerequisite(kind=_K.COMPONENTS_STAGED)
    world = lw.running(
        lw.master(lw.step(materials=(lw.consumes("MCC-102"),), prerequisites=(staged,)))
    )
    (refusal,) = world.do(lw.start()).refusals
    assert (refusal.code, refusal.subject) == ("components-not-staged", "MCC-102")
    stage(world, name="MCC-2601-C1")
    world.must(lw.start())


def test_a_prerequisite_that_names_no_component_is_never_met() -> None:
    world = lw.running(lw.master(lw.step(prerequisites=(Prerequisite(kind=_K.COMPONENTS_STAGED),))))
    assert world.refused(lw.start()) == ("components-not-staged",)
