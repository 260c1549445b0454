"""Decisions about what is added to evidence later: corrections, files."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def correct(command: c.CorrectEvidence, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def attach(command: c.AttachFile, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
