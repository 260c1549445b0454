"""The ERP hears once of a job order, and of one that was split when its last part has ended."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from lxml import etree

from historian.in_memory import InMemoryExecutionLog, InMemoryOutbox
from models.execution import commands as c
from models.execution.log_row import Cursor, OutgoingMessage
from models.isa95.work_performance import OperationsPerformance
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.message import Receiver, Sender
from server.faces.b2mml.performance import render
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from server.queries.parts_performance import TOTAL
from server.workers.publish import FOLLOWER, Partners, Publisher, Render
from tests import lifecycle as cell
from tests import world as w
from tests.fix_b2mml import xsd_folder
from tests.fix_command_path import KEY, Rig, running
from tests.lifecycle import CELL, ORDER

PARTS = (f"{ORDER}-1", f"{ORDER}-2", f"{ORDER}-3")


def told(performance: OperationsPerformance, _: str, __: datetime) -> bytes:
    """Write what the message says of amounts, and of what it is about."""
    segments = performance.responses[0].segment_responses
    produced = [
        (item.material_lot_ids[0], str(item.quantities[0]))
        for segment in segments
        for item in segment.material_actuals
        if item.material_use is not None and item.material_use.value == "Produced"
    ]
    totals = [x.values[0].value_string for s in segments for x in s.data if x.id == TOTAL]
    said = {
        "id": performance.id,
        "segments": [segment.id for segment in segments],
        "produced": produced,
        "total": totals,
    }
    return json.dumps(said).encode()


async def store(rig: Rig) -> None:
    for command, principal in cell.installation():
        await rig.must(command, principal)
    await rig.must(
        c.StoreJobOrder(
            job_order_id=ORDER,
            work_master_id=cell.RECIPE.work_master_id,
            quantity=cell.RECIPE.quantity,
            allowed_to_start=True,
        )
    )


async def split(rig: Rig) -> None:
    await store(rig)
    await rig.must(cell.split("500", "300", "200"), w.account("planner-01"))


async def produce(rig: Rig, job_order_id: str) -> None:
    """Do all the work of a part, and release it."""
    who = w.identity("op-01")
    await rig.must(c.OpenStationSession(station=CELL, job_order_id=job_order_id, identity=who))
    for step_id, value in (("010", "true"), ("020", "8.5"), ("040", "true")):
        await rig.must(c.StartStep(station=CELL, step_id=step_id))
        await rig.must(cell.record(step_id, value))
        await rig.must(cell.COMPLETE)
    await rig.must(cell.release(job_order_id), w.account("qa-01"))


async def begin(rig: Rig, job_order_id: str) -> None:
    """Begin the work of a job order."""
    who = w.identity("op-01")
    await rig.must(c.OpenStationSession(station=CELL, job_order_id=job_order_id, identity=who))
    await rig.must(c.StartStep(station=CELL, step_id="010"))


async def messages(log: InMemoryExecutionLog, write: Render = told) -> list[OutgoingMessage]:
    """Follow the whole log, as a publisher does that has just been started."""
    outbox = InMemoryOutbox(lambda: w.NOON)
    publisher = Publisher(log, outbox, Partners(channels={"erp": write}), KEY)
    place = Cursor(0, 0), 0
    end = await log.end()
    while place[0] < end:
        place = await publisher.advance(*place)
    await outbox.put(FOLLOWER, place[0], ())
    return list(await outbox.undelivered("file", 100))


async def test_one_message_for_all_parts_with_their_sum() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await split(rig)
        for job_order_id in PARTS[:2]:
            await produce(rig, job_order_id)
            assert await messages(log) == []
        await produce(rig, PARTS[2])
    (message,) = await messages(log)
    assert json.loads(message.body) == {
        "id": ORDER,
        "segments": [f"{name}/{step}" for name in PARTS for step in ("010", "020", "040")],
        "produced": [
            [f"LOT-{ORDER}-1", "500 kg"],
            [f"LOT-{ORDER}-2", "300 kg"],
            [f"LOT-{ORDER}-3", "200 kg"],
        ],
        "total": ["1000"],
    }
    assert [again.message_id for again in await messages(log)] == [message.message_id]


def as_b2mml(performance: OperationsPerformance, message_id: str, time: datetime) -> bytes:
    return render(
        performance,
        message_id=message_id,
        created_time=time,
        sender=Sender(logical_id="INTERLOCK"),
        receiver=Receiver(logical_id="ERP-1"),
        codec=Codec(),
    )


async def test_the_message_for_all_parts_is_valid_b2mml() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await split(rig)
        for job_order_id in PARTS:
            await produce(rig, job_order_id)
    (message,) = await messages(log, as_b2mml)
    document = etree.fromstring(message.body.encode())
    assert SchemaFolder(xsd_folder(), V0701).findings(document, 3) == []


async def test_the_last_part_may_be_one_that_was_given_up() -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await split(rig)
        await produce(rig, PARTS[0])
        await produce(rig, PARTS[1])
        await rig.must(cell.abort(job_order_id=PARTS[2]), w.account("sup-01"))
    (message,) = await messages(log)
    assert json.loads(message.body)["total"] == ["800"]


async def test_an_updated_job_order_is_told_by_the_copy_that_it_executed() -> None:
    log = InMemoryExecutionLog()
    shorter = replace(
        cell.RECIPE,
        work_master_id="WM-SHORT",
        steps=(replace(cell.RECIPE.steps[0], process_segment_id="ANEW"),),
    )
    async with running(log) as rig:
        await store(rig)
        await rig.must(c.DefineMasterData(items=(shorter,)), w.SYSTEM)
        for command, principal in w.approvals((shorter,)):
            await rig.must(command, principal)
        await rig.must(replace(cell.update("500"), work_master_id="WM-SHORT"))
        await begin(rig, ORDER)
        await rig.must(cell.STOP, w.account("planner-01"))
    (message,) = await messages(log, as_b2mml)
    assert "<ProcessSegmentID>ANEW</ProcessSegmentID>" in message.body
    assert cell.STOP.reason in message.body


@pytest.mark.parametrize("order", ["cancelled, stopped", "stopped, cancelled"])
async def test_parts_that_were_stopped_or_cancelled_are_told_of_in_the_end(order: str) -> None:
    log = InMemoryExecutionLog()
    async with running(log) as rig:
        await split(rig)
        await produce(rig, PARTS[0])
        for part, what in zip(PARTS[1:], order.split(", "), strict=True):
            assert await messages(log) == []
            planner = w.account("planner-01")
            if what == "stopped":
                await begin(rig, part)
                await rig.must(replace(cell.STOP, job_order_id=part), planner)
            else:
                await rig.must(replace(cell.CANCEL, job_order_id=part), planner)
    (message,) = await messages(log)
    assert json.loads(message.body)["total"] == ["500"]
    assert json.loads(message.body)["produced"] == [[f"LOT-{ORDER}-1", "500 kg"]]
