"""Decisions about holds: of a step, of a job order, and what lifts them."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def pause(command: c.PauseJobOrder, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def resume(command: c.ResumeJobOrder, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def hold_step(command: c.HoldStep, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
