"""What an event makes of the exceptions of a job order."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from models.execution import events as e
from models.execution import records as r
from models.execution.commands import ExceptionDisposition
from models.execution.evolve.changes import Changes, aside, in_step, to
from models.execution.step_state import STEP_TRANSITIONS, StepTransition


def _opened(record: r.JobOrderRecord, event: e.ExceptionOpened, time: datetime) -> r.JobOrderRecord:
    opened = r.ExceptionRecord(
        exception_id=event.exception_id,
        kind=event.kind,
        description=event.description,
        opened_time=time,
        step_id=event.step_id,
        person_id=event.person_id,
        withheld=event.withheld,
        severity=event.severity,
        equipment_id=event.equipment_id,
        material_lot_id=event.material_lot_id,
        material_sublot_ids=event.material_sublot_ids,
        subject=event.subject,
        stops_step=event.stops_step,
    )
    record = replace(record, exceptions=(*record.exceptions, opened))
    step = record.step(event.step_id) if event.step_id and event.stops_step else None
    if step is None or (step.state, StepTransition.OPEN_EXCEPTION) not in STEP_TRANSITIONS:
        return record
    return in_step(record, step.step_id, time, to(StepTransition.OPEN_EXCEPTION))


def _dispositioned(
    record: r.JobOrderRecord, event: e.ExceptionDispositioned, _: datetime
) -> r.JobOrderRecord:
    investigates = event.disposition is ExceptionDisposition.INVESTIGATE

    def closed(item: r.ExceptionRecord) -> r.ExceptionRecord:
        if item.exception_id != event.exception_id:
            return item
        return replace(
            item,
            disposition=event.disposition,
            reason=event.reason,
            signature=event.signature,
            investigated=event.signature if investigates else item.investigated,
        )

    record = replace(record, exceptions=tuple(closed(item) for item in record.exceptions))
    found = next(x for x in record.exceptions if x.exception_id == event.exception_id)
    if event.disposition is ExceptionDisposition.SUBSTITUTE and found.step_id:
        record = aside(record, found.step_id, lambda step: replace(step, identified=None))
    step = record.step(found.step_id) if found.step_id else None
    still_open = step is not None and bool(record.open_exceptions(step.step_id))
    if step is None or still_open:
        return record
    if (step.state, StepTransition.CLOSE_EXCEPTION) not in STEP_TRANSITIONS:
        return record
    return aside(record, step.step_id, to(StepTransition.CLOSE_EXCEPTION))


def _linked(
    record: r.JobOrderRecord, event: e.CorrectiveActionLinked, _: datetime
) -> r.JobOrderRecord:
    def linked(item: r.ExceptionRecord) -> r.ExceptionRecord:
        if item.exception_id != event.exception_id:
            return item
        return replace(
            item, corrective_actions=(*item.corrective_actions, event.corrective_action_id)
        )

    return replace(record, exceptions=tuple(linked(item) for item in record.exceptions))


CHANGES: Final[Changes] = MappingProxyType(
    {
        e.ExceptionOpened: _opened,
        e.ExceptionDispositioned: _dispositioned,
        e.CorrectiveActionLinked: _linked,
    }
)
