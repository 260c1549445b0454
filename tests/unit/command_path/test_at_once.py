"""Many at once, and the same again and again: one effect, and everybody is told the truth."""

import asyncio
from collections import Counter
from dataclasses import replace

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.log_row import Cursor
from models.execution.outcome import Accepted, Refused, codes
from tests import lifecycle as cell
from tests import world as w
from tests.fix_command_path import Rig, running
from tests.lifecycle import CELL, ORDER


async def work(rig: Rig) -> None:
    """Bring a job order to where its first step could be completed."""
    for command, principal in cell.installation():
        await rig.must(command, principal)
    store = c.StoreJobOrder(
        job_order_id=ORDER,
        work_master_id=cell.RECIPE.work_master_id,
        quantity=cell.RECIPE.quantity,
        allowed_to_start=True,
    )
    await rig.must(store)
    who = w.identity("op-01")
    await rig.must(c.OpenStationSession(station=CELL, job_order_id=ORDER, identity=who))
    await rig.must(c.StartStep(station=CELL, step_id="010"))
    await rig.must(cell.record("010", "true"))


async def types(log: InMemoryExecutionLog) -> Counter[str]:
    return Counter(row.type for _, row in await log.read(Cursor(0, 0), 10_000))


async def test_of_fifty_completions_at_once_one_is_accepted() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await work(rig)
        outcomes = await asyncio.gather(*(rig.do(cell.COMPLETE) for _ in range(50)))
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    refused = [codes(outcome.refusals) for outcome in outcomes if isinstance(outcome, Refused)]
    assert (len(accepted), refused) == (1, [("step-not-in-progress",)] * 49)
    found = await types(log)
    assert (found["StepCompleted"], found["CommandRefused"]) == (1, 49)


async def test_two_operators_hold_one_step_once() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await work(rig)
        outcomes = await asyncio.gather(*(rig.do(cell.HOLD) for _ in range(2)))
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert codes(refused.refusals) == ("job-order-held", "step-not-in-progress")
    assert (await types(log))["JobOrderPaused"] == 1


async def test_a_command_id_sent_five_times_has_one_effect_and_four_duplicates() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await work(rig)
        outcomes = [await rig.do(cell.HOLD, command_id="hold-1") for _ in range(5)]
    first, *again = outcomes
    assert first == Accepted(decision_id="hold-1")
    assert again == [replace(first, duplicate=True)] * 4
    found = await types(log)
    assert (found["StepHeld"], found["JobOrderPaused"], found["CommandRefused"]) == (1, 1, 0)
