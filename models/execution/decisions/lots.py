"""Decisions about lots and containers: receipt, disposition, tests, places."""

from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot


def receive(command: c.ReceiveMaterialLot, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def change_disposition(command: c.ChangeLotDisposition, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def reverse_rejection(command: c.ReverseLotRejection, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def test_result(command: c.RecordTestResult, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError


def move_sublot(command: c.MoveSublot, principal: Principal, snapshot: Snapshot) -> Decision:
    raise NotImplementedError
