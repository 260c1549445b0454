"""Documents: the revision in force at the point of use, and who has read it (V1)."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import records as r
from models.execution.principal import Identity, Role
from models.isa95.document import DocumentRevision
from models.isa95.work_definition import (
    Instruction,
    Prerequisite,
    PrerequisiteKind,
    Source,
    WorkMaster,
)
from tests import world as w
from tests.world import World, identity

START = c.StartStep(station="DISP-01", step_id="010")
CLEAR = c.RecordEvidence(
    station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
)
READ = c.ConfirmInstruction(station="DISP-01", step_id="010", document_id="WI-109", revision="1")


def release(document_id: str, revision: str, account: str = "qa-01") -> c.ReleaseDocument:
    document = DocumentRevision(document_id=document_id, revision=revision, title="Revised")
    return c.ReleaseDocument(revision=document, identity=identity(account))


def challenge(**changes: object) -> WorkMaster:
    known = next(item for item in w.PLANT.work_masters if item.work_master_id == "WM-CHALLENGE")
    return replace(known, version="2", **changes)


def to_be_read() -> WorkMaster:
    first, *others = challenge().steps
    asked = replace(first.instruction, read_confirmation=True)
    return challenge(steps=(replace(first, instruction=asked), *others), approved=True)


def ordered(master: WorkMaster) -> World:
    """Return a world in which version 2 is approved, ordered, and a person stands there for it."""
    world = w.installed()
    world.must(c.DefineMasterData(items=(master,)), w.SYSTEM)
    for command, principal in w.approvals((master,)):
        world.must(command, principal)
    world.must(
        c.StoreJobOrder(
            job_order_id="JO-1",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        )
    )
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("op-01"))
    )
    return world


def test_a_superseded_instruction_keeps_its_step_from_beginning() -> None:
    world = w.at_station()
    world.must(release("WI-109", "2"))
    (refusal,) = world.do(START).refusals
    assert (refusal.code, refusal.offers) == ("instruction-superseded", ("WI-109 revision 2",))


def test_a_document_that_nobody_put_on_record_refuses() -> None:
    world = w.at_station()
    world.states["document:WI-109"] = None
    assert world.refused(START) == ("document-unknown",)


def test_an_instruction_without_a_document_asks_for_none() -> None:
    first, *others = challenge().steps
    plain = replace(first, instruction=Instruction(text="Look around"))
    ordered(challenge(steps=(plain, *others))).must(START)


@pytest.mark.parametrize("account", ["qa-01", "sup-01"])
def test_only_the_quality_unit_releases_a_document(account: str) -> None:
    refused = w.installed().refused(release("WI-109", "2", account))
    assert refused == (() if account == "qa-01" else ("role-not-suitable",))


def test_a_revision_is_released_once() -> None:
    world = w.installed()
    assert world.refused(release("WI-109", "1")) == ("document-revision-exists",)
    world.must(release("WI-109", "2"))
    assert world.refused(release("WI-109", "1")) == ("document-revision-exists",)
    world.must(release("WI-999", "1"))
    known = world.states["document:WI-999"]
    assert isinstance(known, r.DocumentRecord)
    assert known.in_force.revision == "1"


def test_the_files_of_the_plant_supersede_nothing() -> None:
    world = w.installed()
    newer = DocumentRevision(document_id="WI-109", revision="2")
    world.must(c.DefineMasterData(items=(newer,)), w.SYSTEM)
    known = world.states["document:WI-109"]
    assert isinstance(known, r.DocumentRecord)
    assert known.in_force.revision == "1"


def test_nobody_unknown_releases_a_document() -> None:
    nobody = Identity(account="x", authenticated=True, roles=frozenset({Role.QUALITY}))
    command = replace(release("WI-109", "2"), identity=nobody)
    assert w.installed().refused(command) == ("person-unknown",)


def test_a_work_master_with_a_superseded_instruction_is_neither_approved_nor_ordered() -> None:
    world = w.installed()
    world.must(c.DefineMasterData(items=(challenge(),)), w.SYSTEM)
    (review, who), (approve, quality) = w.approvals((challenge(),))
    world.must(review, who)
    world.must(release("WI-109", "2"))
    assert world.refused(approve, quality) == ("instruction-superseded",)
    order = c.StoreJobOrder(
        job_order_id="JO-1", work_master_id="WM-CHALLENGE", quantity=w.kilograms("1")
    )
    assert world.refused(order) == ("instruction-superseded",)


def test_nothing_is_recorded_before_the_instruction_was_read() -> None:
    world = ordered(to_be_read())
    world.must(START)
    (refusal,) = world.do(CLEAR).refusals
    assert (refusal.code, refusal.offers) == ("instruction-not-read", ("WI-109 revision 1",))
    assert "instruction-not-read" in world.refused(c.CompleteStep(station="DISP-01"))
    world.must(READ)
    world.must(CLEAR)
    step = world.job_order("JO-1").step("010")
    assert step is not None
    assert step.instruction_readers == ("op-01",)


def test_everybody_reads_for_themselves() -> None:
    world = ordered(to_be_read())
    world.must(START)
    world.must(READ)
    world.must(c.CloseStationSession(station="DISP-01"))
    world.must(
        c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity("op-02"))
    )
    assert world.refused(CLEAR) == ("instruction-not-read",)
    world.must(READ)
    world.must(CLEAR)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"revision": "2"}, "instruction-wrong"),
        ({"document_id": "WI-110"}, "instruction-wrong"),
        ({"step_id": "020"}, "step-not-in-progress"),
        ({"step_id": "999"}, "step-unknown"),
    ],
)
def test_what_is_confirmed_is_what_the_step_names(changes: dict[str, str], code: str) -> None:
    world = ordered(to_be_read())
    world.must(START)
    assert code in world.refused(replace(READ, **changes))


def test_a_step_that_began_is_not_confirmed_with_what_was_superseded_since() -> None:
    world = ordered(to_be_read())
    world.must(START)
    world.must(release("WI-109", "2"))
    assert world.refused(READ) == ("instruction-superseded",)


def test_a_line_does_not_start_with_a_superseded_label() -> None:
    first, *others = challenge().steps
    asked = Prerequisite(kind=PrerequisiteKind.LABEL_VERIFIED, evidence_id="label")
    labelled = replace(first, prerequisites=(asked,))
    master = challenge(steps=(labelled, *others), label="LABEL-VITC/R3")
    world = ordered(master)
    assert "label-superseded" not in world.refused(START)
    world.must(release("LABEL-VITC", "R4"))
    found = {refusal.code: refusal.offers for refusal in world.do(START).refusals}
    assert found["label-superseded"] == ("LABEL-VITC revision R4",)
