"""Decisions about partial batches: one job order becomes several."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def split(command: c.SplitJobOrder, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
