"""What an event makes of a step of a job order."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, aside, in_step, to, with_performer
from models.execution.step_state import STEP_TRANSITIONS, StepTransition


def _became_ready(
    record: r.JobOrderRecord, event: e.StepBecameReady, time: datetime
) -> r.JobOrderRecord:
    return in_step(record, event.step_id, time, to(StepTransition.MAKE_READY))


def _began(record: r.JobOrderRecord, event: e.StepBegan, time: datetime) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(
            step,
            state=STEP_TRANSITIONS[step.state, StepTransition.BEGIN],
            station=event.station,
            start_time=time,
            performers=with_performer(step, event.person_id),
        )

    return in_step(record, event.step_id, time, change)


def _completed(
    record: r.JobOrderRecord, event: e.StepCompleted, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(
            step,
            state=STEP_TRANSITIONS[step.state, StepTransition.COMPLETE],
            end_time=time,
            performers=with_performer(step, event.person_id),
        )

    return in_step(record, event.step_id, time, change)


def _verified(record: r.JobOrderRecord, event: e.StepVerified, time: datetime) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        state = STEP_TRANSITIONS[step.state, StepTransition.VERIFY]
        return replace(step, state=state, verification=event.signature)

    return in_step(record, event.step_id, time, change)


def _closed(record: r.JobOrderRecord, event: e.StepClosed, time: datetime) -> r.JobOrderRecord:
    return in_step(record, event.step_id, time, to(StepTransition.CLOSE))


def _held(record: r.JobOrderRecord, event: e.StepHeld, time: datetime) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        state = STEP_TRANSITIONS[step.state, StepTransition.HOLD]
        return replace(step, state=state, held_reason=event.reason)

    return in_step(record, event.step_id, time, change)


def _resumed(record: r.JobOrderRecord, event: e.StepResumed, _: datetime) -> r.JobOrderRecord:
    """Let the step go on; with an open exception of its own it would not have been resumed."""

    def change(step: r.StepRecord) -> r.StepRecord:
        state = STEP_TRANSITIONS[step.state, StepTransition.RESUME]
        return replace(step, state=state, held_reason="")

    return aside(record, event.step_id, change)


def _phase(
    record: r.JobOrderRecord, event: e.PhaseStateReported, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        return replace(step, phase_state=event.state)

    return in_step(record, event.step_id, time, change)


def _not_selected(
    record: r.JobOrderRecord, event: e.StepNotSelected, time: datetime
) -> r.JobOrderRecord:
    return in_step(record, event.step_id, time, to(StepTransition.LEAVE_OUT))


def _reopened(record: r.JobOrderRecord, event: e.StepReopened, time: datetime) -> r.JobOrderRecord:
    """Keep the pass that was, and begin the step from nothing."""
    was = record.step(event.step_id)
    if was is not None and event.iteration > was.iteration:
        record = replace(record, earlier_passes=(*record.earlier_passes, was))

    def change(step: r.StepRecord) -> r.StepRecord:
        state = STEP_TRANSITIONS[step.state, StepTransition.REOPEN]
        return r.StepRecord(step_id=step.step_id, state=state, iteration=event.iteration)

    return in_step(record, event.step_id, time, change)


def _aborted(record: r.JobOrderRecord, event: e.StepAborted, time: datetime) -> r.JobOrderRecord:
    return in_step(record, event.step_id, time, to(StepTransition.ABORT))


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.StepBecameReady: _became_ready,
        e.StepHeld: _held,
        e.StepResumed: _resumed,
        e.PhaseStateReported: _phase,
        e.StepNotSelected: _not_selected,
        e.StepReopened: _reopened,
        e.StepAborted: _aborted,
        e.StepBegan: _began,
        e.StepCompleted: _completed,
        e.StepVerified: _verified,
        e.StepClosed: _closed,
    }
)
