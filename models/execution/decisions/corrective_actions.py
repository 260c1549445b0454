"""Decisions about corrective and preventive actions (CAPA)."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def open_action(command: c.OpenCorrectiveAction, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def record_action(command: c.RecordCorrectiveAction, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def close_action(command: c.CloseCorrectiveAction, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
