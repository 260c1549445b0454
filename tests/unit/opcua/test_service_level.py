"""ServiceLevel falls when nothing can be decided, and rises again, each told once."""

import asyncio

import pytest
from asyncua import ua

from server.faces.opcua.diagnostics import service_level
from server.faces.opcua.diagnostics.service_level import DEGRADED, HEALTHY, ServiceLevel


class Log:
    """An execution log that may be away, or silent."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.is_silent = False

    async def answers(self) -> bool:
        """Answer, fail, or never come back."""
        if self.is_silent:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        return True


@pytest.mark.parametrize("fault", [ConnectionError("away"), OSError("no route"), TimeoutError()])
async def test_the_level_follows_the_log_and_is_told_when_it_changes(fault: Exception) -> None:
    log, told = Log(), list[object]()

    async def write(_: ua.NodeId, value: ua.DataValue) -> None:
        assert value.Value is not None
        told.append(value.Value.Value)

    level = ServiceLevel(log.answers, write)
    for now in (None, None, fault, fault, None):
        log.fault = now
        await level.look()
    assert told == [HEALTHY, DEGRADED, HEALTHY]


async def test_a_log_that_never_answers_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_level, "_ANSWER_S", 0.01)
    log, told = Log(), list[object]()
    log.is_silent = True

    async def write(_: ua.NodeId, value: ua.DataValue) -> None:
        assert value.Value is not None
        told.append(value.Value.Value)

    await ServiceLevel(log.answers, write).look()
    assert told == [DEGRADED]
