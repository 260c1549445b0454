"""Decisions about accounts: wrong passwords, locks."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def failed_login(command: c.ReportFailedLogin, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def lock(command: c.LockAccount, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def unlock(command: c.UnlockAccount, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
