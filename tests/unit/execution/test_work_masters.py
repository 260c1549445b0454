"""The life of a WorkMaster: who drafts, reviews and approves it, and what is executed when (A8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import codec
from models.execution import commands as c
from models.execution import events as e
from models.execution import records as r
from models.execution.principal import Identity, Principal, Role
from models.isa95.work_definition import WorkMaster, WorkMasterState
from tests import world as w
from tests.world import NOON, SYSTEM, World, identity

ID, V2 = "WM-CHALLENGE", "2"
PLANNER = Principal(
    account="sup-02", roles=frozenset({Role.PLANNER}), face="rest", person_id="met-01"
)
"""The author of these tests: somebody who neither reviews nor approves."""


def challenge(version: str = V2, **changes: object) -> WorkMaster:
    known = next(item for item in w.PLANT.work_masters if item.work_master_id == ID)
    return replace(known, version=version, description="The second", **changes)


def someone(account: str, person_id: str, *roles: Role) -> Identity:
    return Identity(
        account=account, authenticated=True, person_id=person_id, roles=frozenset(roles)
    )


REVIEW = c.ReviewWorkMaster(work_master_id=ID, version=V2, identity=identity("sup-01"))
APPROVE = c.ApproveWorkMaster(work_master_id=ID, version=V2, identity=identity("qa-01"))
RETIRE = c.RetireWorkMaster(
    work_master_id=ID, version=V2, reason="A better one exists", identity=identity("qa-01")
)


def by(person_id: str, *roles: Role) -> dict[str, Identity]:
    return {"identity": someone(f"{person_id}b", person_id, *roles)}


def drafted() -> World:
    world = w.installed()
    world.must(c.DraftWorkMaster(work_master=challenge()), PLANNER)
    return world


def reviewed() -> World:
    world = drafted()
    world.must(REVIEW)
    return world


def approved() -> World:
    world = reviewed()
    world.must(APPROVE)
    return world


def retired() -> World:
    world = approved()
    world.must(RETIRE)
    return world


def record(world: World) -> r.WorkMasterRecord:
    found = world.states[f"work_master:{ID}"]
    assert isinstance(found, r.WorkMasterRecord)
    return found


def store(job_order_id: str = "JO-9", version: str | None = None) -> c.StoreJobOrder:
    return c.StoreJobOrder(
        job_order_id=job_order_id,
        work_master_id=ID,
        work_master_version=version,
        quantity=w.kilograms("1"),
    )


def directive(world: World, job_order_id: str) -> str:
    """Return the canonical text of the version that a job order executes."""
    found = world.states[f"work_directive:{job_order_id}"]
    assert isinstance(found, r.WorkDirectiveRecord)
    return codec.dumps(found.work_directive)


@pytest.mark.parametrize(
    ("prepare", "command", "refused"),
    [
        (w.installed, REVIEW, ("work-master-unknown",)),
        (w.installed, APPROVE, ("work-master-unknown",)),
        (w.installed, RETIRE, ("work-master-unknown",)),
        (drafted, APPROVE, ("work-master-not-reviewed",)),
        (reviewed, REVIEW, ("work-master-not-draft", "self-approval")),
        (approved, APPROVE, ("work-master-not-reviewed",)),
        (retired, replace(REVIEW, **by("qa-01", Role.QUALITY)), ("work-master-retired",)),
        (retired, APPROVE, ("work-master-retired",)),
        (retired, RETIRE, ("work-master-retired",)),
        (drafted, replace(REVIEW, **by("met-01", Role.SUPERVISOR)), ("self-approval",)),
        (reviewed, replace(APPROVE, **by("met-01", Role.QUALITY)), ("self-approval",)),
        (reviewed, replace(APPROVE, **by("sup-01", Role.QUALITY)), ("self-approval",)),
        (drafted, replace(REVIEW, **by("op-01", Role.OPERATOR)), ("role-not-suitable",)),
        (reviewed, replace(APPROVE, **by("op-02", Role.SUPERVISOR)), ("role-not-suitable",)),
        (approved, replace(RETIRE, **by("sup-01", Role.SUPERVISOR)), ("role-not-suitable",)),
        (drafted, replace(REVIEW, **by("nobody", Role.SUPERVISOR)), ("person-unknown",)),
        (reviewed, replace(APPROVE, effective_until=NOON), ("effective-period-empty",)),
        (w.installed, store(version=V2), ("work-master-unknown",)),
        (drafted, store(version=V2), ("work-master-not-approved",)),
        (reviewed, store(version=V2), ("work-master-not-approved",)),
        (retired, store(version=V2), ("work-master-retired",)),
        (drafted, REVIEW, ()),
        (reviewed, APPROVE, ()),
        (drafted, RETIRE, ()),
        (approved, store(version=V2), ()),
    ],
)
def test_a_version_skips_no_signature(
    prepare: "type[World]", command: c.Command, refused: tuple[str, ...]
) -> None:
    assert prepare().refused(command) == refused


def test_a_file_of_the_plant_approves_nothing() -> None:
    world = w.installed()
    world.must(c.DefineMasterData(items=(challenge(approved=True),)), SYSTEM)
    assert record(world).lifecycle(V2).state is WorkMasterState.DRAFT
    assert world.refused(store(version=V2)) == ("work-master-not-approved",)


def test_without_a_version_the_newest_approved_one_is_executed() -> None:
    world = drafted()
    world.must(store("JO-A"))
    world.must(REVIEW)
    world.must(APPROVE)
    world.must(store("JO-B"))
    world.must(RETIRE)
    world.must(store("JO-C"))
    versions = [world.job_order(f"JO-{x}").work_master_version for x in "ABC"]
    assert versions == ["1", V2, "1"]


def test_a_running_order_keeps_its_version_byte_for_byte() -> None:
    world = w.dispensing()
    before = directive(world, "JO-1")
    world.must(c.DraftWorkMaster(work_master=challenge()), PLANNER)
    world.must(REVIEW)
    world.must(APPROVE)
    first = c.RetireWorkMaster(
        work_master_id=ID, version="1", reason="Replaced", identity=identity("qa-01")
    )
    world.must(first)
    assert directive(world, "JO-1") == before
    world.must(c.ScanMaterial(station="DISP-01", code="AA-2601-C1"))
    world.must(store())
    assert directive(world, "JO-9") != before


@pytest.mark.parametrize(
    ("begin_s", "end_s", "now_s", "refused"),
    [
        (60, None, 59, ("work-master-not-effective",)),
        (60, None, 60, ()),
        (None, 60, 59, ()),
        (None, 60, 60, ("work-master-not-effective",)),
        (60, 120, 119, ()),
        (60, 120, 120, ("work-master-not-effective",)),
    ],
)
def test_a_version_is_executed_within_its_effective_dates(
    begin_s: int | None, end_s: int | None, now_s: int, refused: tuple[str, ...]
) -> None:
    world = reviewed()
    begin, end = (
        None if s is None else NOON + timedelta(hours=1, seconds=s) for s in (begin_s, end_s)
    )
    world.must(replace(APPROVE, effective_from=begin, effective_until=end))
    world.time = NOON + timedelta(hours=1, seconds=now_s)
    assert world.refused(store(version=V2)) == refused
    world.time = NOON + timedelta(hours=1, seconds=now_s)
    world.must(store("JO-10"))
    assert world.job_order("JO-10").work_master_version == ("1" if refused else V2)


def test_the_dates_that_the_author_asks_for_hold_unless_the_approval_says_otherwise() -> None:
    later = NOON + timedelta(days=1)
    world = w.installed()
    world.must(c.DraftWorkMaster(work_master=challenge(effective_from=later)), PLANNER)
    world.must(REVIEW)
    world.must(APPROVE)
    assert record(world).lifecycle(V2).effective_from == later
    assert world.refused(store(version=V2)) == ("work-master-not-effective",)


def test_a_version_never_changes_whatever_its_state() -> None:
    for world in (drafted(), reviewed(), approved(), retired()):
        changed = replace(challenge(), description="Another")
        assert world.refused(c.DraftWorkMaster(work_master=changed), PLANNER) == (
            "work-master-changed",
        )
        same = world.do(c.DraftWorkMaster(work_master=challenge()), PLANNER)
        assert (same.refusals, same.events) == ((), ())


def test_an_author_is_a_person() -> None:
    machine = replace(PLANNER, person_id=None)
    command = c.DraftWorkMaster(work_master=challenge())
    assert w.installed().refused(command, machine) == ("person-unknown",)


def test_signatures_say_what_they_mean_and_are_bound_to_the_record() -> None:
    life = record(approved()).lifecycle(V2)
    assert (life.author, life.state) == ("met-01", WorkMasterState.APPROVED)
    assert life.review is not None
    assert life.approval is not None
    assert (life.review.person_id, life.review.meaning) == ("sup-01", "reviewed")
    assert (life.approval.person_id, life.approval.meaning) == ("qa-01", "approved")
    assert life.review.stream == life.approval.stream == f"work_master:{ID}"
    assert life.review.content_hash != life.approval.content_hash
    assert "version 2" in life.approval.remark


def test_a_version_of_before_versions_had_a_life_is_approved_or_a_draft() -> None:
    old = r.WorkMasterRecord(versions=(challenge("1", approved=True), challenge("0")))
    assert old.lifecycle("1").state is WorkMasterState.APPROVED
    assert old.lifecycle("0").state is WorkMasterState.DRAFT
    world = w.installed()
    world.states[f"work_master:{ID}"] = old
    world.must(store())
    assert world.job_order("JO-9").work_master_version == "1"
    world.must(replace(REVIEW, version="0"))


def test_a_calibration_and_a_qualification_are_not_set_back_by_the_files() -> None:
    """What was recorded stays, when the plant's files are read again with another description."""
    world = w.installed()
    asset = next(a for a in w.PLANT.physical_assets if a.physical_asset_id == "FLOOR-SCALE-01")
    due = NOON + timedelta(days=400)
    metrology = Principal(account="met-01", roles=frozenset({Role.METROLOGY}), face="rest")
    calibrated = c.RecordCalibration(
        physical_asset_id="FLOOR-SCALE-01", due_time=due, certificate="CAL-1"
    )
    world.must(calibrated, replace(metrology, person_id="met-01"))
    files = (replace(asset, description="Moved"), *w.PLANT.persons)
    decision = world.must(c.DefineMasterData(items=files), SYSTEM)
    assert [type(event) for event in decision.events] == [e.PhysicalAssetDefined]
    known = world.states["physical_asset:FLOOR-SCALE-01"]
    assert isinstance(known, r.PhysicalAssetRecord)
    assert (known.defined.description, known.calibration_due_time) == ("Moved", due)
    assert known.certificate == "CAL-1"
    assert world.must(c.DefineMasterData(items=files), SYSTEM).events == ()


def test_a_new_qualification_comes_in_by_file_and_a_known_one_does_not_change() -> None:
    world = w.installed()
    person = next(p for p in w.PLANT.persons if p.person_id == "op-03")
    (lapsed,) = person.qualifications
    forged = replace(lapsed, expiration_time=NOON + timedelta(days=99))
    more = replace(lapsed, qualification_id="blending")
    files = (replace(person, name="Operator Three", qualifications=(forged, more)),)
    world.must(c.DefineMasterData(items=files), SYSTEM)
    known = world.states["person:op-03"]
    assert isinstance(known, r.PersonRecord)
    assert known.person.name == "Operator Three"
    assert known.person.qualifications == (lapsed, more)
