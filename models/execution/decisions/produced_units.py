"""Decisions about units of the produced lot."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def record_unit(command: c.RecordProducedUnit, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
