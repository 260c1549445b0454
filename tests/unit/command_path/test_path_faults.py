"""When we fail: nobody waits in vain, neighbours are not touched, and retrying is safe."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.decision import Decision
from models.execution.log_row import Appended, Chunk, Conflict, Cursor, Repeated, StreamHead
from models.execution.outcome import Accepted, Fault, Invalid, Outcome, Refused
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot
from server.command_path import path as path_module
from server.command_path.path import MAX_WAITING
from tests import world as w
from tests.fix_command_path import Rig, clearing, running

COMPLETE = c.CompleteStep(station="DISP-01")
LEAVE = c.CloseStationSession(station="DISP-01")


class FrailLog(InMemoryExecutionLog):
    """A log that can be out of reach, before or after it has written."""

    def __init__(self, *, strange: bool = False) -> None:
        super().__init__()
        self.away = False
        self.answer_lost = False
        self.strange = strange

    async def load(self, streams: Collection[str]) -> Mapping[str, StreamHead]:
        if self.away:
            raise ConnectionError
        return await super().load(streams)

    async def append(self, chunk: Chunk) -> Appended | Conflict | Repeated:
        if self.away:
            raise ConnectionError
        if self.strange and any(row.type == "StationSessionClosed" for row in chunk.rows):
            raise ValueError
        verdict = await super().append(chunk)
        if self.answer_lost:
            raise ConnectionError
        return verdict


async def installed(rig: Rig) -> None:
    await rig.install()


def failing_for(station: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the decision about commands of one station fail."""
    real = path_module.decide

    def decide(command: c.Command, principal: Principal, snapshot: Snapshot) -> Decision:
        if getattr(command, "station", None) == station:
            raise ZeroDivisionError
        return real(command, principal, snapshot)

    monkeypatch.setattr(path_module, "decide", decide)


async def test_a_decision_that_fails_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(InMemoryExecutionLog()) as rig:
        await installed(rig)
        await clearing(rig)
        failing_for("PACK-01", monkeypatch)
        outcomes = await asyncio.gather(
            rig.do(c.CompleteStep(station="PACK-01")),
            rig.do(COMPLETE),
            rig.do(c.CompleteStep(station="PACK-01"), command_id="twice"),
            rig.do(c.StartStep(station="DISP-01", step_id="999")),
            rig.do(c.CompleteStep(station="PACK-01"), command_id="twice"),
        )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Fault, Accepted, Fault, Refused, Fault]
    assert not any(outcome.retry for outcome in outcomes if isinstance(outcome, Fault))


async def test_a_check_that_fails_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    log = FrailLog()
    async with running(log) as rig:
        await installed(rig)
        failing_for("PACK-01", monkeypatch)
        strange = await rig.path.check(c.CompleteStep(station="PACK-01"), w.terminal("PACK-01"))
        log.away = True
        rig.path.records.known.clear()
        away = await rig.path.check(COMPLETE, w.terminal("DISP-01"))
    assert isinstance(strange, Fault)
    assert isinstance(away, Fault)
    assert (strange.retry, away.retry) == (False, True)


async def test_a_log_out_of_reach_is_a_fault_that_passes() -> None:
    log = FrailLog()
    async with running(log) as rig:
        await installed(rig)
        await clearing(rig)
        log.away = True
        ids = [f"press-{n}" for n in range(10)]
        away = await asyncio.gather(*(rig.do(COMPLETE, command_id=one) for one in ids))
        log.away = False
        back = await asyncio.gather(*(rig.do(COMPLETE, command_id=one) for one in ids))
    assert all(isinstance(outcome, Fault) and outcome.retry for outcome in away)
    assert [type(outcome) for outcome in back] == [Accepted] + [Refused] * 9


async def test_a_lost_answer_is_found_again() -> None:
    """The commit happened, and the connection broke before it was said."""
    log = FrailLog()
    async with running(log) as rig:
        await installed(rig)
        await clearing(rig)
        log.answer_lost = True
        lost = await rig.do(COMPLETE, command_id="done-1")
        log.answer_lost = False
        again = await rig.do(COMPLETE, command_id="done-1")
    assert isinstance(lost, Fault)
    assert lost.retry
    assert "nothing was done" not in lost.reason, "it was: nobody can know"
    assert again == Accepted(decision_id="done-1", duplicate=True)
    assert sum(row.type == "StepCompleted" for _, row in await log.read(Cursor(0, 0), 1000)) == 1


async def test_a_chunk_that_the_log_does_not_take_is_tried_one_by_one() -> None:
    log = FrailLog(strange=True)
    async with running(log) as rig:
        await installed(rig)
        await clearing(rig)
        outcomes = await asyncio.gather(
            rig.do(COMPLETE), rig.do(LEAVE), rig.do(c.StartStep(station="DISP-01", step_id="999"))
        )
    assert [type(outcome) for outcome in outcomes] == [Accepted, Fault, Refused]


async def test_a_record_that_was_forgotten_meanwhile_is_loaded_again() -> None:
    """Another process writes to a stream between two commands of one chunk."""
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await installed(rig)
        await clearing(rig)
        real, records = log.load, rig.path.records

        async def load(streams: Collection[str]) -> Mapping[str, StreamHead]:
            found = await real(streams)
            records.noticed("station:DISP-01", 1_000_000)
            return found

        log.load = load  # type: ignore[method-assign]
        records.forget(["person:op-02"])
        outcomes = await asyncio.gather(
            rig.do(COMPLETE),
            rig.do(LEAVE),
            rig.do(
                c.OpenStationSession(
                    station="DISP-01", job_order_id="JO-1", identity=w.identity("op-02")
                )
            ),
        )
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted, Accepted]


async def test_what_waits_for_an_answer_when_the_path_stops_gets_one() -> None:
    waiting: list[asyncio.Task[Outcome]] = []
    async with running(InMemoryExecutionLog()) as rig:
        await installed(rig)
        waiting += [asyncio.create_task(rig.do(COMPLETE)) for _ in range(200)]
        await asyncio.sleep(0)
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting), 5)
    assert all(isinstance(outcome, Fault) and outcome.retry for outcome in outcomes)
    late = await asyncio.wait_for(rig.do(COMPLETE), 5)
    assert isinstance(late, Fault)
    assert late.retry


async def test_who_comes_when_too_many_wait_is_told_at_once() -> None:
    async with running(InMemoryExecutionLog()) as rig:
        await installed(rig)
        calls = (rig.do(COMPLETE, command_id=f"press-{n}") for n in range(MAX_WAITING + 7))
        outcomes = await asyncio.gather(*calls)
    busy = [outcome for outcome in outcomes if isinstance(outcome, Fault)]
    assert len(busy) == 7
    assert all(outcome.retry for outcome in busy)


async def test_a_caller_who_goes_away_disturbs_nobody() -> None:
    async with running(InMemoryExecutionLog()) as rig:
        await installed(rig)
        await clearing(rig)
        gone = asyncio.create_task(rig.do(c.StartStep(station="DISP-01", step_id="999")))
        stays = asyncio.create_task(rig.do(COMPLETE))
        await asyncio.sleep(0)
        gone.cancel()
        assert isinstance(await stays, Accepted)
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert isinstance(await rig.do(COMPLETE), Refused)


@pytest.mark.parametrize("command_id", ["a\nb", "a\0b", "\ud800", "x" * 201])
async def test_a_command_id_that_no_log_could_hold_is_invalid(command_id: str) -> None:
    async with running(InMemoryExecutionLog()) as rig:
        assert isinstance(await rig.do(COMPLETE, command_id=command_id), Invalid)


async def test_a_slow_check_does_not_bring_yesterday_back() -> None:
    """What was loaded before a commit, and arrives after it, is not kept."""
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await installed(rig)
        await clearing(rig)
        records, real = rig.path.records, log.load
        go_on, asked = asyncio.Event(), asyncio.Event()

        async def slow_load(streams: Collection[str]) -> Mapping[str, StreamHead]:
            found = await real(streams)
            asked.set()
            await go_on.wait()
            return found

        records.forget(["job_order:JO-1"])
        log.load = slow_load  # type: ignore[method-assign]
        slow = asyncio.create_task(rig.path.check(COMPLETE, w.terminal("DISP-01")))
        await asked.wait()
        log.load = real  # type: ignore[method-assign]
        await rig.must(COMPLETE)
        now = records.known["job_order:JO-1"]
        go_on.set()
        await slow
        assert records.known["job_order:JO-1"] is now
