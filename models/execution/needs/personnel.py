"""What decisions about people and accounts look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.snapshot import Snapshot


def personnel_needs(command: c.Command, _: Snapshot) -> Iterator[str]:
    """Name the person or the account that the command is about."""
    if isinstance(command, c.RecordQualification | c.GrantAuthorization | c.RevokeAuthorization):
        yield streams.person(command.person_id)
    elif isinstance(command, c.LockAccount | c.UnlockAccount | c.ReportFailedLogin | c.ReportLogin):
        yield streams.account(command.account)
