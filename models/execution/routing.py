"""Where the work goes on after a step: branches, rework loops, and steps that are left out.

ISA-88 selects among the parts of a procedure by transition conditions. Here a step carries its
conditions as ``BranchRule``s, which look at one value on record of that step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.execution import events as e
from models.execution.commands import ExceptionDisposition
from models.execution.finding import Finding, open_exception
from models.execution.outcome import Refusal
from models.execution.records import Evidence, JobOrderRecord, StepRecord
from models.execution.refusal_codes import refuse
from models.execution.sampling import number_of
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from models.isa95.work_definition import BranchRule, StepSpecification, WorkMaster

BRANCH_CODES: Final = frozenset({"branch-to-exception", "rework-limit-reached"})
"""Refusals by which a branch opens an exception at the step that leads to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """What follows a step that finishes: events, or a refusal that keeps it from finishing."""

    events: tuple[e.Event, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def onward(directive: WorkMaster, order: JobOrderRecord, step_id: str) -> Onward:
    """Return what follows the step when it finishes with the values that are on record."""
    step, specification = order.step(step_id), directive.step(step_id)
    if step is None or specification is None:
        return Onward()
    rule = selected(specification, step)
    if rule is None or _accepted(order, step, rule):
        return Onward(events=_next(order, step_id))
    because = f"{rule.evidence_id} = {_value(step, rule)} at step {step_id}"
    ids = [item.step_id for item in order.steps]
    if rule.next_step_id not in ids:
        text = f"{because} leads to no step of {order.job_order_id}"
        return Onward(refusals=(refuse("branch-to-exception", step_id, text),))
    if ids.index(rule.next_step_id) > ids.index(step_id):
        return Onward(events=_forward(order, step_id, rule.next_step_id))
    entered = _entered(specification, order, rule)
    if entered >= rule.limit:
        text = f"{because} leads back to step {rule.next_step_id}, entered {entered} times already"
        return Onward(refusals=(refuse("rework-limit-reached", step_id, text),))
    return Onward(events=reopen(order, rule.next_step_id, because))


def branch_exception(
    directive: WorkMaster,
    order: JobOrderRecord,
    step: StepRecord | None,
    refusals: tuple[Refusal, ...],
) -> tuple[e.Event, ...]:
    """Return the exception that opens when a branch alone keeps the step from finishing."""
    if step is None or not refusals or not {item.code for item in refusals} <= BRANCH_CODES:
        return ()
    refusal = refusals[0]
    found = Finding(
        kind=refusal.code,
        description=refusal.obstacle,
        step_id=step.step_id,
        person_id=step.performers[-1] if step.performers else None,
        subject=refusal.subject,
    )
    return (open_exception(order, directive, found),)


def reopen(order: JobOrderRecord, from_step_id: str, reason: str) -> tuple[e.Event, ...]:
    """Return that the work begins once more with a step (rework).

    Every step from there on that was begun, left out or made ready is as if it were planned; what
    was recorded in it stays as an earlier pass. Nothing follows for a step that has not begun.
    """
    ids = [item.step_id for item in order.steps]
    following = order.steps[ids.index(from_step_id) :] if from_step_id in ids else ()
    if not following or not _is_reopened(following[0]) or following[0].state is StepState.READY:
        return ()
    reopened = tuple(
        e.StepReopened(
            job_order_id=order.job_order_id,
            step_id=item.step_id,
            iteration=item.iteration + (item.state is not StepState.READY),
            reason=reason,
        )
        for item in following
        if _is_reopened(item)
    )
    ready = e.StepBecameReady(job_order_id=order.job_order_id, step_id=from_step_id)
    return (*reopened, ready)


def rework_target(directive: WorkMaster, order: JobOrderRecord, step_id: str) -> str:
    """Return the step that a rework begins with when nobody names one.

    It is the one that a branch of the step leads back to, else the step itself.
    """
    step, specification = order.step(step_id), directive.step(step_id)
    rule = selected(specification, step) if step and specification else None
    ids = [item.step_id for item in order.steps]
    if rule is None or rule.next_step_id not in ids:
        return step_id
    return min(rule.next_step_id, step_id, key=ids.index)


def _is_reopened(step: StepRecord) -> bool:
    return (step.state, StepTransition.REOPEN) in STEP_TRANSITIONS


def selected(specification: StepSpecification, step: StepRecord) -> BranchRule | None:
    """Return the first branch of the step that applies to what is on record of this pass."""
    return next((rule for rule in specification.branches if _applies(rule, step)), None)


def problems(master: WorkMaster) -> Iterator[str]:
    """Yield what is wrong with the steps and branches of a WorkMaster, each in a sentence."""
    ids = [step.step_id for step in master.steps]
    if not ids:
        yield "it has no step"
    for step_id in dict.fromkeys(ids):
        if ids.count(step_id) > 1:
            yield f"step {step_id} stands in it {ids.count(step_id)} times"
    for step in master.steps:
        for rule in step.branches:
            where = f"step {step.step_id}, branch on {rule.evidence_id}"
            yield from (f"{where}: {problem}" for problem in _problems(rule, step, ids))


def _problems(rule: BranchRule, step: StepSpecification, ids: list[str]) -> Iterator[str]:
    if rule.evidence_id not in {item.evidence_id for item in step.evidence}:
        yield f"the step records no evidence {rule.evidence_id}"
    if rule.next_step_id and rule.next_step_id not in ids:
        yield f"there is no step {rule.next_step_id}"
    if rule.limit < 0:
        yield f"the limit {rule.limit} is less than 0"
    if rule.equals is not None and (rule.lower is not None or rule.upper is not None):
        yield "it has both bounds and a value to equal; one of them is enough"


def _applies(rule: BranchRule, step: StepRecord) -> bool:
    value = _value(step, rule)
    if value is None:
        return False
    if rule.equals is not None:
        return value == rule.equals
    if rule.lower is None and rule.upper is None:
        return True
    number = number_of(value)
    if number is None:
        return False
    above = rule.lower is None or number >= rule.lower
    return above and (rule.upper is None or number <= rule.upper)


def _found(step: StepRecord, rule: BranchRule) -> Evidence | None:
    return next((item for item in step.evidence if item.evidence_id == rule.evidence_id), None)


def _value(step: StepRecord, rule: BranchRule) -> str | None:
    found = _found(step, rule)
    return found.value if found is not None else None


def _accepted(order: JobOrderRecord, step: StepRecord, rule: BranchRule) -> bool:
    """Return whether the quality unit let this very value stand, after the branch had refused."""
    found = _found(step, rule)
    return found is not None and any(
        item.step_id == step.step_id
        and item.kind in BRANCH_CODES
        and item.disposition is ExceptionDisposition.ACCEPT
        and item.opened_time >= _changed(found)
        for item in order.exceptions
    )


def _changed(found: Evidence) -> datetime:
    """Return when the value became what it is."""
    return max((found.time, *(item.signature.time for item in found.corrections)))


def _entered(specification: StepSpecification, order: JobOrderRecord, rule: BranchRule) -> int:
    """Return how many earlier passes of the step led back by this rule."""
    return sum(
        selected(specification, item) == rule
        for item in order.earlier_passes
        if item.step_id == specification.step_id
    )


def _next(order: JobOrderRecord, step_id: str) -> tuple[e.Event, ...]:
    """Return that the next step became ready, when there is one and it waits."""
    ids = [item.step_id for item in order.steps]
    following = order.steps[ids.index(step_id) + 1 :]
    return _forward(order, step_id, following[0].step_id) if following else ()


def _forward(order: JobOrderRecord, step_id: str, next_step_id: str) -> tuple[e.Event, ...]:
    """Return that a later step became ready, and that those between are left out."""
    ids = [item.step_id for item in order.steps]
    between = order.steps[ids.index(step_id) + 1 : ids.index(next_step_id)]
    left_out = tuple(
        e.StepNotSelected(job_order_id=order.job_order_id, step_id=item.step_id)
        for item in between
        if item.state is StepState.PLANNED
    )
    target = order.step(next_step_id)
    if target is None or target.state is not StepState.PLANNED:
        return left_out
    ready = e.StepBecameReady(job_order_id=order.job_order_id, step_id=next_step_id)
    return (*left_out, ready)
