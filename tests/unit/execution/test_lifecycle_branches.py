"""What was recorded decides where the work goes on: ahead, back within limits, or nowhere."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands import ExceptionDisposition
from models.execution.evolve import evolve
from models.execution.records import Correction
from models.execution.routing import onward, problems, reopen, rework_target
from models.execution.step_state import StepState
from models.isa95.work_definition import BranchRule, Source, WorkMaster
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import CELL, ORDER, RECIPE, Cell
from tests.world import World


def ph(value: str) -> Cell:
    """Return a cell in which that pH is on record, and the step is not complete."""
    return cell.working().record("020", value)


def test_without_a_branch_that_applies_the_next_step_follows() -> None:
    assert ph("7").complete().states() == ["Complete", "Complete", "Ready", "Planned"]


def test_a_branch_ahead_leaves_out_the_steps_between() -> None:
    here = ph("8.5").complete()
    assert here.states() == ["Complete", "Complete", "NotSelected", "Ready"]
    start = c.StartStep(station=CELL, step_id="030")
    assert here.world.refused(start) == ("step-not-ready",)
    here.perform("040")
    here.world.must(cell.release())
    assert here.states() == ["Closed", "Closed", "NotSelected", "Closed"]


def test_a_branch_back_begins_again_and_keeps_the_earlier_pass() -> None:
    here = ph("3.9").complete()
    order = here.world.job_order(ORDER)
    assert here.states() == ["Ready", "Planned", "Planned", "Planned"]
    assert [(item.step_id, item.iteration) for item in order.earlier_passes] == [
        ("010", 1),
        ("020", 1),
    ]
    assert [item.value for item in order.earlier_passes[1].evidence] == ["3.9"]
    again = order.step("020")
    assert again is not None
    assert (again.iteration, again.evidence, again.performers) == (2, (), ())
    assert [len(order.passes(step.step_id)) for step in order.steps] == [2, 2, 1, 1]


def test_a_branch_to_nowhere_opens_an_exception_and_the_step_stays_open() -> None:
    here = ph("9.4")
    decision = here.world.do(cell.COMPLETE)
    assert [refusal.code for refusal in decision.refusals] == ["branch-to-exception"]
    (opened,) = decision.events
    assert isinstance(opened, e.ExceptionOpened)
    assert (opened.kind, opened.step_id) == ("branch-to-exception", "020")
    assert here.state("020") == "Exception"
    assert "exception-open" in here.world.refused(cell.COMPLETE)
    assert len(here.world.job_order(ORDER).exceptions) == 1


def test_what_the_quality_unit_lets_stand_goes_on_to_the_next_step() -> None:
    here = ph("9.4")
    here.world.do(cell.COMPLETE)
    here.world.must(cell.dispose(ExceptionDisposition.ACCEPT))
    here.complete()
    assert here.states() == ["Complete", "Complete", "Ready", "Planned"]


def test_another_value_than_the_accepted_one_is_refused_again() -> None:
    """The quality unit accepted a value, and not whatever it is corrected to afterwards."""
    here = ph("9.4")
    here.world.do(cell.COMPLETE)
    here.world.must(cell.dispose(ExceptionDisposition.ACCEPT))
    corrected(here, "9.9")
    assert here.world.refused(cell.COMPLETE) == ("branch-to-exception",)


def corrected(here: Cell, value: str) -> None:
    """Correct the pH now, as the record has it afterwards."""
    order, now = here.world.job_order(ORDER), here.world.time
    signature = order.exceptions[-1].signature
    assert signature is not None
    correction = Correction(
        original="9.4",
        reason="misread",
        source=Source.MANUAL,
        signature=replace(signature, time=now),
    )
    steps = tuple(
        replace(step, evidence=(replace(x, value=value, corrections=(correction,)),))
        if (x := next(iter(step.evidence), None)) and x.evidence_id == "ph"
        else step
        for step in order.steps
    )
    here.world.states[f"job_order:{ORDER}"] = replace(order, steps=steps)


def test_after_redo_another_value_takes_another_branch() -> None:
    here = ph("9.4")
    here.world.do(cell.COMPLETE)
    here.world.must(cell.dispose(ExceptionDisposition.REDO, "sup-01"))
    here.record("020", "8").complete()
    assert here.state("040") == "Ready"


def test_with_something_else_in_the_way_no_exception_is_opened() -> None:
    here = ph("9.4")
    stale = c.CompleteStep(station=CELL, job_order_id="JO-8")
    assert here.world.refused(stale) == ("context-mismatch", "branch-to-exception")
    assert here.world.job_order(ORDER).exceptions == ()


def looped(times: int) -> Cell:
    """Return a cell that went back so many times, and is about to again."""
    here = ph("3.9")
    for _ in range(times):
        here.complete().perform("010").start("020").record("020", "3.9")
    return here


def test_the_third_entry_of_a_loop_limited_to_two_needs_the_quality_unit() -> None:
    here = looped(2)
    assert here.world.refused(cell.COMPLETE) == ("rework-limit-reached",)
    rework = ExceptionDisposition.REWORK
    assert here.world.refused(cell.dispose(rework, "sup-01", step_id="010")) == (
        "role-not-suitable",
    )
    here.world.must(cell.dispose(rework, "qa-01", step_id="010"))
    order = here.world.job_order(ORDER)
    assert here.states() == ["Ready", "Planned", "Planned", "Planned"]
    assert [item.iteration for item in order.passes("020")] == [1, 2, 3, 4]
    here.perform("010").start("020").record("020", "3.9")
    assert here.world.refused(cell.COMPLETE) == ("rework-limit-reached",), "one more, not any more"
    assert here.states() == ["Complete", "Exception", "Planned", "Planned"]


def test_a_verified_step_branches_when_it_is_verified() -> None:
    here = ph("7").complete().start("030").record("030", "again").complete()
    assert here.states() == ["Complete", "Complete", "Complete", "Planned"]
    here.world.must(cell.VERIFY)
    assert here.states() == ["Complete", "Ready", "Planned", "Planned"]


def test_a_branch_of_a_verified_step_is_refused_before_anybody_verifies() -> None:
    here = ph("7").complete().perform("030", "again").perform("020", "7")
    here.start("030").record("030", "again")
    assert here.world.refused(cell.COMPLETE) == ("rework-limit-reached",)


def test_a_verification_is_refused_where_its_branch_leads_nowhere() -> None:
    """A value that was corrected after the completion may lead elsewhere than it did."""
    here = ph("7").complete().start("030").record("030", "ok").complete()
    order = here.world.job_order(ORDER)
    steps = list(order.steps)
    steps[2] = replace(steps[2], evidence=(replace(steps[2].evidence[0], value="again"),))
    earlier = replace(steps[2], state=StepState.VERIFIED)
    changed = replace(order, steps=tuple(steps), earlier_passes=(earlier,))
    here.world.states[f"job_order:{ORDER}"] = changed
    decision = here.world.do(cell.VERIFY)
    assert [refusal.code for refusal in decision.refusals] == ["rework-limit-reached"]
    assert [type(event) for event in decision.events] == [e.ExceptionOpened]


def test_rework_begins_with_the_step_that_is_named_or_where_a_branch_leads() -> None:
    here = ph("3.9")
    order = here.world.job_order(ORDER)
    assert rework_target(RECIPE, order, "020") == "010"
    assert rework_target(RECIPE, order, "010") == "010"
    reopened = [event.step_id for event in reopen(order, "010", "an exception")]  # type: ignore[union-attr]
    assert reopened == ["010", "020", "010"]
    assert reopen(order, "030", "it has not begun") == ()
    assert reopen(order, "999", "there is no such step") == ()


def test_a_step_that_was_only_ready_is_not_counted_as_a_pass() -> None:
    here = ph("7").complete()
    for event in reopen(here.world.job_order(ORDER), "020", "a second look"):
        apply(here.world, event)
    order = here.world.job_order(ORDER)
    assert here.states() == ["Complete", "Ready", "Planned", "Planned"]
    assert [step.iteration for step in order.steps] == [1, 2, 1, 1]
    assert [item.step_id for item in order.earlier_passes] == ["020"]


def apply(world: World, event: e.Event) -> None:
    stream = f"job_order:{ORDER}"
    world.states[stream] = evolve(world.states[stream], event, world.time)


WRONG = [
    (BranchRule(evidence_id="colour", next_step_id="010"), "records no evidence colour"),
    (BranchRule(evidence_id="ph", next_step_id="099"), "there is no step 099"),
    (BranchRule(evidence_id="ph", next_step_id="010", limit=-1), "less than 0"),
    (BranchRule(evidence_id="ph", equals="7", lower=Decimal(1)), "both bounds and a value"),
]


@pytest.mark.parametrize(("rule", "says"), WRONG)
def test_a_branch_that_can_not_work_is_named(rule: BranchRule, says: str) -> None:
    steps = tuple(
        replace(step, branches=(rule,)) if step.step_id == "020" else step for step in RECIPE.steps
    )
    (problem,) = problems(replace(RECIPE, steps=steps))
    assert says in problem
    assert problem.startswith("step 020")


def test_the_branches_of_the_recipe_are_right() -> None:
    assert list(problems(RECIPE)) == []


def test_a_work_master_needs_steps_and_each_of_them_once() -> None:
    assert list(problems(replace(RECIPE, steps=()))) == ["it has no step"]
    twice = replace(RECIPE, steps=(*RECIPE.steps, RECIPE.steps[0]))
    assert list(problems(twice)) == ["step 010 stands in it 2 times"]


def misled() -> WorkMaster:
    """Return a version of the recipe with a branch to a step that it does not have."""
    rule = BranchRule(evidence_id="ph", next_step_id="099")
    steps = (RECIPE.steps[0], replace(RECIPE.steps[1], branches=(rule,)), *RECIPE.steps[2:])
    return replace(RECIPE, version="2", steps=steps)


def test_a_branch_to_a_step_that_is_not_there_is_not_approved() -> None:
    world = cell.installed()
    world.must(c.DefineMasterData(items=(misled(),)), w.SYSTEM)
    (review, reviewer), (approve, approver) = w.approvals((misled(),))
    world.must(review, reviewer)
    assert world.refused(approve, approver) == ("work-master-not-possible",)


def test_a_branch_to_a_step_that_is_not_there_is_an_exception_and_no_fault() -> None:
    order = ph("7").world.job_order(ORDER)
    after = onward(misled(), order, "020")
    assert [refusal.code for refusal in after.refusals] == ["branch-to-exception"]
