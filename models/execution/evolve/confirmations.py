"""What an event makes of the signatures of the two people at a step."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.evolve.changes import Changes, in_step, with_performer


def _confirmed(
    record: r.JobOrderRecord, event: e.StepConfirmed, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        signature = event.signature
        others = tuple(one for one in step.confirmations if one.person_id != signature.person_id)
        return replace(
            step,
            confirmations=(*others, signature),
            performers=with_performer(step, signature.person_id),
        )

    return in_step(record, event.step_id, time, change)


def _lapsed(
    record: r.JobOrderRecord, event: e.StepConfirmationLapsed, time: datetime
) -> r.JobOrderRecord:
    def change(step: r.StepRecord) -> r.StepRecord:
        left = tuple(one for one in step.confirmations if one.person_id != event.person_id)
        return replace(step, confirmations=left)

    return in_step(record, event.step_id, time, change)


CHANGES: Final[Changes] = MappingProxyType(
    {e.StepConfirmed: _confirmed, e.StepConfirmationLapsed: _lapsed}
)
