"""What decisions about alarms look at: the alarm, and what it stands on."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.alarms import subject_of
from models.execution.snapshot import Snapshot

_ABOUT_ALARMS = (
    c.AcknowledgeAlarm
    | c.ConfirmAlarm
    | c.CommentAlarm
    | c.ShelveAlarm
    | c.UnshelveAlarm
    | c.DisableAlarm
    | c.EnableAlarm
    | c.ReportAlarm
)


def alarm_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name the alarm and the record that it stands on."""
    if isinstance(command, _ABOUT_ALARMS):
        yield streams.alarm(command.alarm_id)
        subject = subject_of(command.alarm_id)
        if subject is not None:
            yield subject
    if isinstance(command, c.ReportAlarm):
        yield streams.physical_asset(command.physical_asset_id)
