"""Decisions about controlled documents."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def release(command: c.ReleaseDocument, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
