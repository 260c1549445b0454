"""Decisions about substitution: another material in place of the one asked for."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def request(command: c.RequestSubstitution, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def approve(command: c.ApproveSubstitution, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
