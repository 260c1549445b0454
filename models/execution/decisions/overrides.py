"""Decisions about overrides: two people let a refusal not count, once."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def override(command: c.OverrideGate, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
