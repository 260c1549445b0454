"""Events, alarms and audit: what stock asyncua leaves undone, and our server does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from models.execution import commands as c
from models.execution.principal import Principal, Role
from tests.contracts.opcua_defects.harness import Servers, Target, stock_server
from tests.opcua_face_plant import running_face_plant

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVER = ua.NodeId(ua.ObjectIds.Server)
SYSTEM = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="worker")
_PATIENCE_S = 2.0
_METHODS = {
    "Acknowledge": ua.ObjectIds.AcknowledgeableConditionType_Acknowledge,
    "AddComment": ua.ObjectIds.ConditionType_AddComment,
    "Confirm": ua.ObjectIds.AcknowledgeableConditionType_Confirm,
    "TimedShelve": ua.ObjectIds.AlarmConditionType_ShelvingState_TimedShelve,
    "Disable": ua.ObjectIds.ConditionType_Disable,
    "Enable": ua.ObjectIds.ConditionType_Enable,
}


class Told:
    """Keeps the events that a client is told at the Server object."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def event_notification(self, event: Any) -> None:
        self.events.put_nowait(event.get_event_props_as_fields_dict())

    @classmethod
    async def at_the_server(cls, one: Client, event_type: int) -> "Told":
        told = cls()
        subscription = await one.create_subscription(20, told)
        await subscription.subscribe_events(one.get_node(SERVER), [event_type])
        return told

    async def next(self, why: str) -> dict[str, Any]:
        try:
            return await asyncio.wait_for(self.events.get(), _PATIENCE_S)
        except TimeoutError:
            raise AssertionError(why) from None


async def each_call_is_one_audit_event(target: Target) -> None:
    async with target.client() as one:
        told = await Told.at_the_server(one, ua.ObjectIds.AuditUpdateMethodEventType)
        machine = one.get_node(target["machine"])
        await machine.call_method(one.get_node(target["echo"]), "hello")
        event = await told.next("a call of a method left no audit event")
        assert event["MethodId"].Value == target["echo"]


async def test_a_call_leaves_a_trace_that_stock_asyncua_does_not_leave(servers: Servers) -> None:
    await servers.check(each_call_is_one_audit_event)


@dataclass
class Alarmed:
    """A server with one alarm that stands: its condition, and the event that told of it."""

    client: Any
    condition: ua.NodeId
    event_id: bytes


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Alarmed]:
    async with running_face_plant(folder) as plant:
        lost = c.ReportAlarm(
            alarm_id="communication:FLOOR-SCALE-01", physical_asset_id="FLOOR-SCALE-01",
            description="It says nothing", state="Lost", severity=700,
        )  # fmt: skip
        await plant.behind.path.submit(lost, SYSTEM, None)
        async with asyncio.timeout(5):
            while not len(plant.face._alarms.conditions):  # noqa: ASYNC110 - polls as a client
                await asyncio.sleep(0.02)
        (condition,) = plant.face._alarms.conditions
        yield Alarmed(lambda: plant.client("qa-01"), condition.node_id, condition.event.event_id)


@asynccontextmanager
async def stock(folder: Path) -> AsyncIterator[Alarmed]:
    async with stock_server(folder) as target:
        alarm = await target.server.nodes.objects.add_object(
            "ns=2;s=alarm", "2:Alarm", objecttype=ua.NodeId(ua.ObjectIds.AlarmConditionType)
        )
        yield Alarmed(target.client, alarm.nodeid, b"event-1")


async def an_operator_can_answer_an_alarm(alarmed: Alarmed) -> None:
    answered = [ua.Variant(alarmed.event_id), ua.Variant(ua.LocalizedText("seen"))]
    inputs = {"Disable": [], "Enable": [], "TimedShelve": [ua.Variant(1000.0)]}
    async with alarmed.client() as one:
        for name, number in _METHODS.items():
            request = ua.CallMethodRequest(
                ObjectId=alarmed.condition,
                MethodId=ua.NodeId(number),
                InputArguments=inputs.get(name, answered),
            )
            try:
                (result,) = await one.uaclient.call([request])
            except ua.UaError as failure:
                raise AssertionError(f"{name}: {failure}") from failure
            assert result.StatusCode.is_good(), f"{name}: {result.StatusCode}"


async def test_alarms_can_be_answered_here_and_not_with_stock_asyncua(tmp_path: Path) -> None:
    async with ours(tmp_path / "ours") as alarmed:
        await an_operator_can_answer_an_alarm(alarmed)
    async with stock(tmp_path / "stock") as alarmed:
        with pytest.raises(AssertionError, match="Acknowledge: "):
            await an_operator_can_answer_an_alarm(alarmed)
