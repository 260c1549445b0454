"""What a correction undoes: balances that no longer add up, branches that were taken before."""

from collections.abc import Iterator
from datetime import datetime

from models.execution import events as e
from models.execution.balance import unreconciled
from models.execution.evolve.corrections import CHANGES
from models.execution.exception_kinds import BALANCE
from models.execution.finding import Finding, already_open
from models.execution.finished import is_finished
from models.execution.records import JobOrderRecord
from models.execution.routing import selected
from models.execution.step_state import StepState
from models.isa95.work_definition import WorkMaster


def effects(
    order: JobOrderRecord, directive: WorkMaster, corrected: e.EvidenceCorrected, time: datetime
) -> Iterator[Finding]:
    """Yield what is to be decided about because of the correction, whose ``time`` is now.

    A step that is still at work, or waits for its verification, looks at the new value itself.
    """
    after = CHANGES[e.EvidenceCorrected](order, corrected, time)
    yield from _unbalanced(order, after, directive, corrected)
    yield from _led_elsewhere(order, after, directive, corrected)


def _unbalanced(
    order: JobOrderRecord,
    after: JobOrderRecord,
    directive: WorkMaster,
    corrected: e.EvidenceCorrected,
) -> Iterator[Finding]:
    """Yield the balances of complete steps that the new value puts outside of their limits."""
    for step in after.steps:
        specification = directive.step(step.step_id)
        if specification is None or step.state not in (StepState.COMPLETE, StepState.VERIFIED):
            continue
        for refusal in unreconciled(after, step, specification):
            finding = Finding(
                kind=BALANCE,
                description=refusal.obstacle,
                step_id=step.step_id,
                person_id=corrected.signature.person_id,
                subject=refusal.subject,
            )
            if refusal.code == BALANCE and not already_open(order, finding):
                yield finding


def _led_elsewhere(
    before: JobOrderRecord,
    after: JobOrderRecord,
    directive: WorkMaster,
    corrected: e.EvidenceCorrected,
) -> Iterator[Finding]:
    """Yield that the work went on where the new value would not have led it."""
    step_id = corrected.step_id
    was, now, specification = before.step(step_id), after.step(step_id), directive.step(step_id)
    if was is None or now is None or specification is None or not is_finished(was, directive):
        return
    taken, right = selected(specification, was), selected(specification, now)
    if taken == right:
        return
    where = (right.next_step_id or "no step") if right else "the next step"
    text = f"{corrected.evidence_id} of step {step_id} is {corrected.value!r} now"
    finding = Finding(
        kind="branch-to-exception",
        description=f"{text}, which leads to {where}; the work went on otherwise",
        step_id=step_id,
        person_id=corrected.signature.person_id,
        subject=step_id,
    )
    if not already_open(before, finding):
        yield finding
