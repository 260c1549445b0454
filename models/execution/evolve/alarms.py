"""What an event makes of an alarm."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from models.execution import events as e
from models.execution import records as r

_SAID: Final = (
    e.AlarmAcknowledged,
    e.AlarmConfirmed,
    e.AlarmCommented,
    e.AlarmShelved,
    e.AlarmUnshelved,
    e.AlarmDisabled,
    e.AlarmEnabled,
)
_KINDS: Final = (e.AlarmRaised, e.AlarmCleared, *_SAID)


def alarms(record: r.Record | None, event: e.Event, time: datetime) -> r.Record | None:
    """Take in what was reported, and what people said about it."""
    if not isinstance(event, _KINDS) or not isinstance(record, r.AlarmRecord | None):
        return None
    was = record or r.AlarmRecord(alarm_id=event.alarm_id)
    was = replace(was, changes=was.changes + 1)
    match event:
        case e.AlarmRaised():
            if was.active and was.occurrence != event.occurrence:
                was = _unshelved(was)  # graver than what was put aside
            return replace(
                was,
                active=True,
                state=event.state,
                message=event.description,
                severity=event.severity,
                since=was.since if was.occurrence == event.occurrence else time,
                occurrence=event.occurrence,
                physical_asset_id=event.physical_asset_id,
            )
        case e.AlarmCleared():
            return replace(was, active=False, message=event.description)
        case _:
            return _said(was, event, time)


def _unshelved(was: r.AlarmRecord) -> r.AlarmRecord:
    return replace(was, shelved_until=None, one_shot=False, shelved_occurrence="")


def _said(was: r.AlarmRecord, event: e.Event, time: datetime) -> r.AlarmRecord:
    assert isinstance(event, _SAID)
    said = r.AlarmRemark(
        account=event.account,
        time=time,
        occurrence=event.occurrence,
        person_id=event.person_id,
        remark=event.remark,
    )
    now = replace(was, remark=said if event.remark or was.remark is None else was.remark)
    match event:
        case e.AlarmAcknowledged():
            return replace(now, acknowledged=said)
        case e.AlarmConfirmed():
            return replace(now, confirmed=said)
        case e.AlarmShelved():
            return replace(
                now,
                shelved_until=event.until,
                one_shot=event.once,
                shelved_occurrence=event.occurrence,
            )
        case e.AlarmUnshelved():
            return _unshelved(now)
        case e.AlarmDisabled():
            return replace(now, disabled=True, shelved_until=None)
        case e.AlarmEnabled():
            return replace(now, disabled=False)
        case _:
            return now
