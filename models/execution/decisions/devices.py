"""Decisions about devices that are checked with test pieces."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.snapshot import Snapshot


def verify_device(command: c.VerifyDevice, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
