"""What an event makes of people, accounts and attempts."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r


def personnel(record: r.Record | None, event: e.Event, _: datetime) -> r.Record | None:
    """Take in who is qualified, who is locked out, and what was refused to whom."""
    match event, record:
        case e.CommandRefused(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, refused=was.refused + 1)
        case e.CommandDenied(), None | r.AttemptsRecord():
            was = record or r.AttemptsRecord(account=event.account)
            return replace(was, denied=was.denied + 1)
        case _:
            return None
