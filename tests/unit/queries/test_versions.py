"""Which version was used? One answer for recipe, instruction, label, limits and gate rules."""

import hashlib
from dataclasses import replace

from models.execution import codec
from models.execution import commands as c
from models.execution import records as r
from models.isa95.work_definition import WorkMaster
from server.queries.versions import VersionsUsed, versions_used, work_master_hash
from tests import world as w
from tests.world import World, identity


def used(world: World, job_order_id: str = "JO-1") -> VersionsUsed:
    order, directive = (
        world.states[f"{kind}:{job_order_id}"] for kind in ("job_order", "work_directive")
    )
    assert isinstance(order, r.JobOrderRecord)
    assert isinstance(directive, r.WorkDirectiveRecord)
    known = world.states[f"work_master:{order.work_master_id}"]
    assert isinstance(known, r.WorkMasterRecord)
    return versions_used(order, directive.work_directive, known)


def challenge() -> WorkMaster:
    return next(item for item in w.PLANT.work_masters if item.work_master_id == "WM-CHALLENGE")


def test_the_hash_is_that_of_the_file_that_was_approved() -> None:
    text = codec.dumps(challenge())
    wanted = hashlib.sha256(text.encode()).hexdigest()
    answer = used(w.dispensing())
    assert answer.work_master_hash == wanted
    copied = codec.dumps(replace(challenge(), approved=True))
    assert answer.directive_hash == hashlib.sha256(copied.encode()).hexdigest()
    assert work_master_hash(replace(challenge(), approved=True)) == wanted


def test_a_new_version_changes_nothing_for_an_order_that_runs() -> None:
    world = w.dispensing()
    before = used(world)
    second = replace(challenge(), version="2", description="The second")
    world.must(c.DefineMasterData(items=(second,)), w.SYSTEM)
    for command, principal in w.approvals((second,)):
        world.must(command, principal)
    world.must(
        c.RetireWorkMaster(
            work_master_id="WM-CHALLENGE",
            version="1",
            reason="Replaced",
            identity=identity("qa-01"),
        )
    )
    assert used(world) == before
    world.must(
        c.StoreJobOrder(
            job_order_id="JO-2", work_master_id="WM-CHALLENGE", quantity=w.kilograms("1")
        )
    )
    after = used(world, "JO-2")
    assert (after.work_master_version, after.work_master_hash) != ("1", before.work_master_hash)
    assert after.limits_hash == before.limits_hash, "only its description is another one"


def test_instructions_are_named_step_by_step_with_who_read_them() -> None:
    answer = used(w.dispensing())
    named = [(one.step_id, one.document_id, one.revision) for one in answer.instructions]
    assert named == [("010", "WI-109", "1"), ("020", "WI-110", "4"), ("030", "WI-170", "6")]
    assert answer.rule_versions


def test_a_scaled_batch_has_limits_of_its_own() -> None:
    world = w.dispensing()
    half = c.StoreJobOrder(
        job_order_id="JO-2", work_master_id="WM-CHALLENGE", quantity=w.kilograms("0.5")
    )
    world.must(half)
    one, other = used(world), used(world, "JO-2")
    assert one.work_master_hash == other.work_master_hash
    assert one.directive_hash != other.directive_hash
    assert one.limits_hash != other.limits_hash
