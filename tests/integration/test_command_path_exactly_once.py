"""Exactly once: one command id is one decision, however often and through whomever it is sent."""

import asyncio
from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution.outcome import Accepted, Denied, Invalid, Outcome, Refused
from tests import world as w
from tests.fix_command_path import OwnDatabase, Rig, at_work, clearing

pytestmark = pytest.mark.integration

COMPLETE = c.CompleteStep(station="DISP-01")


def once(outcomes: list[Outcome]) -> Outcome:
    """Return the one answer that all of these are, the first time and all the times after."""
    first = [outcome for outcome in outcomes if not getattr(outcome, "duplicate", False)]
    assert len(first) == 1, outcomes
    again = [replace(outcome, duplicate=False) for outcome in outcomes]  # type: ignore[call-arg]
    assert again == first * len(outcomes)
    return first[0]


def rows_of(database: OwnDatabase, command_id: str) -> int:
    query = "SELECT count(*) FROM interlock.log_row WHERE command_id = %s"
    return int(str(database.ask(query, command_id)[0][0]))


async def test_one_after_the_other(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await clearing(rig)
        outcomes = [await rig.do(COMPLETE, command_id="done-1") for _ in range(5)]
    assert once(outcomes) == Accepted(decision_id="done-1")
    assert not outcomes[0].duplicate  # type: ignore[union-attr]
    assert database.count("StepCompleted") == 1


async def test_fifty_at_once(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await clearing(rig)
        calls = (rig.do(COMPLETE, command_id="done-1") for _ in range(50))
        outcomes = await asyncio.gather(*calls)
    assert once(outcomes) == Accepted(decision_id="done-1")
    assert database.count("StepCompleted") == 1
    assert rows_of(database, "done-1") == 2, "the completion, and the end of the booth's use"


async def test_fifty_at_once_through_two_processes(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        await clearing(one)
        calls = ((one, other)[n % 2].do(COMPLETE, command_id="done-1") for n in range(50))
        outcomes = await asyncio.gather(*calls)
    assert once(outcomes) == Accepted(decision_id="done-1")
    assert database.count("StepCompleted") == 1


async def test_after_a_restart(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await clearing(rig)
        first = await rig.do(COMPLETE, command_id="done-1")
    async with database.rig(prefix="restarted") as rig:
        second = await rig.do(COMPLETE, command_id="done-1")
    assert once([first, second]) == Accepted(decision_id="done-1")


async def test_the_answer_holds_although_the_world_has_moved_on(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await at_work(rig)
        skipped = c.StartStep(station="DISP-01", step_id="020")
        early = await rig.do(skipped, command_id="skip-1")
        await rig.must(c.StartStep(station="DISP-01", step_id="010"))
        late = await rig.do(skipped, command_id="skip-1")
    refused = once([early, late])
    assert isinstance(refused, Refused)
    assert [refusal.code for refusal in refused.refusals] == ["predecessor-open"]
    assert database.count("CommandRefused") == 1


async def test_a_refusal_is_recorded_once(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        calls = (rig.do(COMPLETE, command_id="early-1") for _ in range(50))
        outcomes = await asyncio.gather(*calls)
    refused = once(outcomes)
    assert isinstance(refused, Refused)
    assert [refusal.code for refusal in refused.refusals] == ["session-missing"]
    assert database.count("CommandRefused") == 1


async def test_a_denial_is_recorded_once(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        calls = (rig.do(COMPLETE, w.ERP, "not-mine-1") for _ in range(50))
        outcomes = await asyncio.gather(*calls)
    denied = once(outcomes)
    assert isinstance(denied, Denied)
    assert denied.code == "role-denied"
    assert database.count("CommandDenied") == 1


async def _reused(rig: Rig, command: c.Command, principal: w.Principal | None = None) -> None:
    outcome = await rig.do(command, principal, "done-1")
    assert isinstance(outcome, Invalid)
    assert [problem.where for problem in outcome.problems] == ["command_id"]


async def test_an_id_is_not_used_twice_for_different_things(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        await clearing(one)
        await one.do(COMPLETE, command_id="done-1")
        rows = rows_of(database, "done-1")
        for rig in (one, other):
            await _reused(rig, c.CompleteStep(station="DISP-01", step_id="010"))
            await _reused(rig, c.CloseStationSession(station="DISP-01"))
            await _reused(rig, COMPLETE, w.ERP)
    assert rows_of(database, "done-1") == rows
    assert database.count("StationSessionClosed") == 0


async def test_two_contents_under_one_id_at_once(database: OwnDatabase) -> None:
    async with database.rig() as rig:
        await clearing(rig)
        outcomes = await asyncio.gather(
            rig.do(COMPLETE, command_id="done-1"),
            rig.do(c.CloseStationSession(station="DISP-01"), command_id="done-1"),
        )
    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[1], Invalid)
    assert database.count("StationSessionClosed") == 0


async def test_fifty_people_press_the_button_and_one_is_accepted(database: OwnDatabase) -> None:
    """Row A13: simultaneous completions of one step, each a command of its own."""
    async with database.rig() as rig:
        await clearing(rig)
        calls = (rig.do(COMPLETE, command_id=f"press-{n}") for n in range(50))
        outcomes = await asyncio.gather(*calls)
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert (len(accepted), len(refused)) == (1, 49)
    assert {r.code for outcome in refused for r in outcome.refusals} == {"step-not-in-progress"}
    assert database.count("StepCompleted") == 1
    assert database.count("CommandRefused") == 49
