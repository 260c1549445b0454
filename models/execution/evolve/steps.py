"""What an event makes of a step of a job order."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, in_step, to, with_performer
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


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.StepBecameReady: _became_ready,
        e.StepBegan: _began,
        e.StepCompleted: _completed,
        e.StepVerified: _verified,
        e.StepClosed: _closed,
    }
)
