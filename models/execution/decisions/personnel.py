"""Decisions about people: qualifications, temporary authorizations."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def qualify(command: c.RecordQualification, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def grant(command: c.GrantAuthorization, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def revoke(command: c.RevokeAuthorization, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
