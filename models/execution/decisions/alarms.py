"""Decisions about alarms. They change what people said about an alarm, and nothing else.

No gate looks at these records: an exception that was acknowledged stands in the way of the release
as before, until it has its disposition.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, TypedDict

from models.execution import commands as c
from models.execution import events as e
from models.execution import records as r
from models.execution.alarm_kinds import MAX_SHELVING_S, SIDES, kind_of
from models.execution.alarms import Alarm, find, is_acknowledged, is_confirmed, shelved_until
from models.execution.codec import time_text
from models.execution.decision import Decision
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot

_SEVERITIES: Final = range(1, 1001)


class _By(TypedDict):
    """What every event says that a person caused."""

    alarm_id: str
    occurrence: str
    account: str
    person_id: str | None


def acknowledge(command: c.AcknowledgeAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put on record who has seen this occurrence; once."""
    alarm, said, refusals = _standing(command, snapshot)
    if alarm is None or refusals:
        return _refused(refusals, principal)
    if is_acknowledged(alarm, said):
        known = _already(alarm, "acknowledged", said.acknowledged if said else None)
        refusal = refuse("alarm-already-acknowledged", alarm.alarm_id, known)
        return _refused((refusal,), principal)
    return _done(
        alarm,
        e.AlarmAcknowledged(**_by(alarm, principal), remark=command.remark.strip()),
        principal,
    )


def confirm(command: c.ConfirmAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put on record who confirms this occurrence, after somebody has seen it; once."""
    alarm, said, refusals = _standing(command, snapshot)
    if alarm is None or refusals:
        return _refused(refusals, principal)
    if is_confirmed(alarm, said):
        known = _already(alarm, "confirmed", said.confirmed if said else None)
        refusal = refuse("alarm-already-confirmed", alarm.alarm_id, known)
        return _refused((refusal,), principal)
    if not is_acknowledged(alarm, said):
        text = f"nobody has acknowledged {alarm.alarm_id}"
        return _refused((refuse("alarm-not-acknowledged", alarm.alarm_id, text),), principal)
    confirmed = e.AlarmConfirmed(**_by(alarm, principal), remark=command.remark.strip())
    return _done(alarm, confirmed, principal)


def comment(command: c.CommentAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put a remark on record."""
    alarm, _, refusals = _standing(command, snapshot)
    if alarm is None or refusals:
        return _refused(refusals, principal)
    if not command.remark.strip():
        text = f"nothing was said about {alarm.alarm_id}"
        return _refused((refuse("alarm-remark-missing", alarm.alarm_id, text),), principal)
    commented = e.AlarmCommented(**_by(alarm, principal), remark=command.remark.strip())
    return _done(alarm, commented, principal)


def shelve(command: c.ShelveAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put an alarm aside for a bounded time, where that is allowed at all."""
    alarm, said, refusals = _standing(command, snapshot)
    if alarm is None or refusals:
        return _refused(refusals, principal)
    refusals = tuple(_not_shelvable(command, alarm, said, snapshot))
    if refusals:
        return _refused(refusals, principal)
    until = snapshot.time + timedelta(seconds=float(command.duration_s))
    shelved = e.AlarmShelved(
        **_by(alarm, principal), until=until, once=command.once, remark=command.remark.strip()
    )
    return _done(alarm, shelved, principal)


def _not_shelvable(
    command: c.ShelveAlarm, alarm: Alarm, said: r.AlarmRecord | None, snapshot: Snapshot
) -> Iterator[Refusal]:
    name = alarm.alarm_id
    if not alarm.kind.shelvable:
        text = f"{name} can't be put aside; it ends with {alarm.kind.ends}"
        yield refuse("alarm-not-shelvable", name, text)
    elif not 0 < command.duration_s <= MAX_SHELVING_S:
        text = (
            f"{name} would be put aside for {command.duration_s:g} s, not 1 to {MAX_SHELVING_S:g} s"
        )
        yield refuse("alarm-shelving-too-long", name, text)
    elif (until := shelved_until(alarm, said, snapshot.time)) is not None:
        yield refuse("alarm-already-shelved", name, f"{name} is put aside until {_time(until)}")


def unshelve(command: c.UnshelveAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Bring an alarm back."""
    alarm, said, refusals = _standing(command, snapshot)
    if alarm is None or refusals:
        return _refused(refusals, principal)
    if shelved_until(alarm, said, snapshot.time) is None:
        text = f"{alarm.alarm_id} is not put aside"
        return _refused((refuse("alarm-not-shelved", alarm.alarm_id, text),), principal)
    unshelved = e.AlarmUnshelved(**_by(alarm, principal), remark=command.remark.strip())
    return _done(alarm, unshelved, principal)


def disable(command: c.DisableAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Switch an alarm off, where that is allowed at all."""
    alarm, _, refusals = _standing(command, snapshot, enabled="alarm-already-disabled")
    if alarm is None or refusals:
        return _refused(refusals, principal)
    if not alarm.kind.can_be_disabled:
        text = f"{alarm.alarm_id} can't be switched off; it ends with {alarm.kind.ends}"
        return _refused((refuse("alarm-not-disablable", alarm.alarm_id, text),), principal)
    disabled = e.AlarmDisabled(**_by(alarm, principal), remark=command.remark.strip())
    return _done(alarm, disabled, principal)


def enable(command: c.EnableAlarm, principal: Principal, snapshot: Snapshot) -> Decision:
    """Switch an alarm on again."""
    alarm = find(command.alarm_id, snapshot)
    said = snapshot.alarm(command.alarm_id)
    if alarm is None:
        return _refused((_unknown(command.alarm_id),), principal)
    if said is None or not said.disabled:
        text = f"{alarm.alarm_id} is switched on"
        return _refused((refuse("alarm-already-enabled", alarm.alarm_id, text),), principal)
    enabled = e.AlarmEnabled(**_by(alarm, principal), remark=command.remark.strip())
    return _done(alarm, enabled, principal)


def report(command: c.ReportAlarm, snapshot: Snapshot) -> Decision:
    """Put on record that an alarm came up, changed or went, each once.

    What only became less grave was seen. Anything else that it has become is a new occurrence,
    which nobody has seen yet: graver, or too high after it was too low.
    """
    name, kind = command.alarm_id, kind_of(command.alarm_id)
    if kind is None or not kind.reported:
        return Decision(refusals=(_unknown(name),))
    if snapshot.physical_asset(command.physical_asset_id) is None:
        text = f"there is no instrument {command.physical_asset_id}"
        refusal = refuse("physical-asset-unknown", command.physical_asset_id, text)
        return Decision(refusals=(refusal,))
    was = snapshot.alarm(name)
    stands = was is not None and was.active
    if not command.state:
        cleared = e.AlarmCleared(
            alarm_id=name,
            physical_asset_id=command.physical_asset_id,
            description=command.description,
        )
        return Decision(events=(cleared,) if stands else ())
    severity = min(max(command.severity, _SEVERITIES.start), _SEVERITIES.stop - 1)
    if was is not None and stands and (was.state, was.severity) == (command.state, severity):
        return Decision()
    raised = e.AlarmRaised(
        alarm_id=name,
        physical_asset_id=command.physical_asset_id,
        state=command.state,
        description=command.description,
        severity=severity,
        occurrence=was.occurrence
        if was is not None and stands and _is_milder(was, command.state, severity)
        else time_text(snapshot.time),
    )
    return Decision(events=(raised,))


def _is_milder(was: r.AlarmRecord, state: str, severity: int) -> bool:
    """Return whether an alarm that stands is the same one still, only less grave."""
    crossed = SIDES.get(was.state, 0) * SIDES.get(state, 0) < 0
    return severity < was.severity and not crossed


def _standing(
    command: c.AcknowledgeAlarm
    | c.ConfirmAlarm
    | c.CommentAlarm
    | c.ShelveAlarm
    | c.UnshelveAlarm
    | c.DisableAlarm,
    snapshot: Snapshot,
    *,
    enabled: str = "alarm-disabled",
) -> tuple[Alarm | None, r.AlarmRecord | None, tuple[Refusal, ...]]:
    """Return the alarm and what was said about it, or why nothing can be said about it."""
    name = command.alarm_id
    alarm, said = find(name, snapshot), snapshot.alarm(name)
    if alarm is None:
        return None, said, (_unknown(name),)
    if said is not None and said.disabled:
        return alarm, said, (refuse(enabled, name, f"{name} is switched off"),)
    seen = getattr(command, "occurrence", "")
    if seen and seen != alarm.occurrence:
        text = f"{name} came up again at {_time(alarm.since)}; what was seen is over"
        return alarm, said, (refuse("alarm-came-up-again", name, text),)
    return alarm, said, ()


def _unknown(alarm_id: str) -> Refusal:
    return refuse("alarm-unknown", alarm_id, f"there is no alarm {alarm_id}")


def _already(alarm: Alarm, what: str, remark: r.AlarmRemark | None) -> str:
    who = f" by {remark.person_id or remark.account} at {_time(remark.time)}" if remark else ""
    return f"{alarm.alarm_id} was {what}{who or ': a signed decision has ended it'}"


def _by(alarm: Alarm, principal: Principal) -> _By:
    return {
        "alarm_id": alarm.alarm_id,
        "occurrence": alarm.occurrence,
        "account": principal.account,
        "person_id": principal.person_id,
    }


def _done(alarm: Alarm, event: e.Event, principal: Principal) -> Decision:
    return Decision(
        events=(event,),
        person_id=principal.person_id,
        job_order_id=alarm.job_order_id or None,
        step_id=alarm.step_id or None,
        result=alarm.occurrence,
    )


def _refused(refusals: tuple[Refusal, ...], principal: Principal) -> Decision:
    return Decision(refusals=refusals, person_id=principal.person_id)


def _time(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
