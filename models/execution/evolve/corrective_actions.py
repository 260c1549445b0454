"""What an event makes of a corrective or preventive action (CAPA)."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def corrective_actions(record: r.Record | None, event: e.Event, _: datetime) -> r.Record | None:
    """Take in that an action was opened, carried out, and found effective or not.

    One that was not effective stays open, and is to be carried out anew.
    """
    match event, record:
        case e.CorrectiveActionOpened(), None:
            return r.CorrectiveActionRecord(
                corrective_action_id=event.corrective_action_id,
                job_order_id=event.job_order_id,
                exception_id=event.exception_id,
                description=event.description,
                due_time=event.due_time,
                opened=event.signature,
            )
        case e.CorrectiveActionRecorded(), r.CorrectiveActionRecord():
            before = (record.recorded.person_id,) if record.recorded else ()
            people = dict.fromkeys((*record.helpers, *before))
            return replace(
                record,
                recorded=event.signature,
                carried_out=event.description,
                helpers=tuple(people),
                effective=None,
            )
        case e.CorrectiveActionClosed(), r.CorrectiveActionRecord():
            closed = event.signature if event.effective else None
            return replace(
                record, closed=closed, effective=event.effective, judged=event.description
            )
        case _:
            return None
