"""Decisions about WorkMasters: draft, review, approval, retirement."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def draft(command: c.DraftWorkMaster, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def review(command: c.ReviewWorkMaster, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def approve(command: c.ApproveWorkMaster, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def retire(command: c.RetireWorkMaster, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
