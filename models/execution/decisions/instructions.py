"""Decisions about instructions: which revision was read."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def confirm(command: c.ConfirmInstruction, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
