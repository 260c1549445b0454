"""Alarms and conditions as an alarm list sees them: what stands, what is said about it, once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.execution import commands as c
from models.execution.principal import Principal, Role
from server.faces.opcua.events.alarms import conditions
from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import (
    FacePlant,
    call,
    node,
    read,
    running_face,
    running_face_plant,
    shown,
    store_order,
)
from tests.opcua_plant import status_of, utc_now, wait_until

pytestmark = pytest.mark.asyncio(loop_scope="module")

F = "Stations/DISP-01"
SERVER = ua.NodeId(ua.ObjectIds.Server)
SYSTEM = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="worker")
LOST = "communication:FLOOR-SCALE-01"
ACKNOWLEDGE = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Acknowledge)
CONFIRM = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Confirm)
COMMENT = ua.NodeId(ua.ObjectIds.ConditionType_AddComment)
ENABLE = ua.NodeId(ua.ObjectIds.ConditionType_Enable)
DISABLE = ua.NodeId(ua.ObjectIds.ConditionType_Disable)
SHELVE = ua.NodeId(ua.ObjectIds.ShelvedStateMachineType_TimedShelve)
ONE_SHOT = ua.NodeId(ua.ObjectIds.AlarmConditionType_ShelvingState_OneShotShelve)
UNSHELVE = ua.NodeId(ua.ObjectIds.AlarmConditionType_ShelvingState_Unshelve)
REFRESH = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh)
REFRESH2 = ua.NodeId(ua.ObjectIds.ConditionType_ConditionRefresh2)
CONDITION = ua.NodeId(ua.ObjectIds.ConditionType)

MARKS = (ua.ObjectIds.RefreshStartEventType, ua.ObjectIds.RefreshEndEventType)
PATHS = (
    "EventId", "EventType", "SourceNode", "SourceName", "Message", "Severity", "ConditionName",
    "BranchId", "Retain", "EnabledState/Id", "AckedState/Id", "ConfirmedState/Id",
    "ActiveState/Id", "ActiveState", "ShelvingState/CurrentState", "ShelvingState/UnshelveTime",
    "SuppressedOrShelved", "Comment", "ClientUserId", "LastSeverity", "Quality",
    "ConditionClassId",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path_factory.mktemp("alarms")) as one:
        one.behind.path._clock = utc_now  # what is put aside comes back in real time
        yield one


def selection() -> ua.EventFilter:
    clauses = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=ua.NodeId(ua.ObjectIds.AlarmConditionType)
            if "/" in path or path not in PATHS[:6]
            else ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName(name, 0) for name in path.split("/")],
            AttributeId=ua.AttributeIds.Value,
        )
        for path in PATHS
    ]
    condition_id = ua.SimpleAttributeOperand(
        TypeDefinitionId=CONDITION, BrowsePath=[], AttributeId=ua.AttributeIds.NodeId
    )
    return ua.EventFilter(SelectClauses=[*clauses, condition_id])


class Listening:
    """One subscription to the Server object, with raw fields."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.subscription: Any = None
        self.item = 0

    @classmethod
    async def to(cls, one: Client, source: ua.NodeId = SERVER) -> "Listening":
        self = cls()
        self.subscription = await one.create_subscription(20, self)
        wanted = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=source, AttributeId=ua.AttributeIds.EventNotifier),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=1, Filter=selection(), QueueSize=1000
            ),
        )
        params = ua.CreateMonitoredItemsParameters(
            SubscriptionId=self.subscription.subscription_id, ItemsToCreate=[wanted]
        )
        (result,) = await one.uaclient.create_monitored_items(params)
        assert result.StatusCode.is_good(), result
        self.item = result.MonitoredItemId
        self.subscription._explode_events = self._take
        return self

    def _take(self, events: ua.EventNotificationList) -> tuple[()]:
        for event in events.Events:
            values = [field.Value for field in event.EventFields]
            told = dict(zip((*PATHS, "ConditionId"), values, strict=True))
            if told["ConditionName"] or told["EventType"].Identifier in MARKS:
                self.told.append(told)  # and not what is told of the log or of calls
        return ()

    def of(self, alarm_id: str) -> list[dict[str, Any]]:
        return [one for one in self.told if one["ConditionName"] == alarm_id]

    async def next(self, alarm_id: str, count: int) -> dict[str, Any]:
        await wait_until(lambda: len(self.of(alarm_id)) >= count)
        return self.of(alarm_id)[-1]


async def said(one: Client, object_id: ua.NodeId, method_id: ua.NodeId, *values: ua.Variant) -> str:
    request = ua.CallMethodRequest(
        ObjectId=object_id, MethodId=method_id, InputArguments=list(values)
    )
    (result,) = await one.uaclient.call([request])
    return str(result.StatusCode.name)


def remark(event_id: bytes, text: str = "") -> tuple[ua.Variant, ua.Variant]:
    return (
        ua.Variant(event_id, ua.VariantType.ByteString),
        ua.Variant(ua.LocalizedText(text), ua.VariantType.LocalizedText),
    )


def duration(milliseconds: float) -> ua.Variant:
    return ua.Variant(milliseconds, ua.VariantType.Double)


def number(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.UInt32)


async def report(plant: FacePlant, alarm_id: str, state: str, severity: int = 700) -> None:
    command = c.ReportAlarm(
        alarm_id=alarm_id, physical_asset_id="FLOOR-SCALE-01",
        description=f"FLOOR-SCALE-01: {state or 'all is well'}", state=state, severity=severity,
    )  # fmt: skip
    await plant.behind.path.submit(command, SYSTEM, None)


async def test_an_alarm_that_comes_up_says_all_about_itself(plant: FacePlant) -> None:
    name = "communication:COMES-UP"
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        event = await heard.next(name, 1)
    assert event["ConditionId"] == node(f"Alarms/{name}")
    assert event["Retain"] is event["ActiveState/Id"] is event["EnabledState/Id"] is True
    assert event["AckedState/Id"] is False
    assert event["ConfirmedState/Id"] is True, "nothing is to be confirmed before it was seen"
    assert event["BranchId"].is_null()
    assert event["ShelvingState/CurrentState"].Text == "Unshelved"
    assert event["SuppressedOrShelved"] is False
    assert (event["Severity"], event["SourceName"]) == (700, "FLOOR-SCALE-01")
    assert event["EventType"] == ua.NodeId(1054, 3)


async def test_an_alarm_goes_its_whole_way_on_record(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, LOST, "Lost")
        event = await heard.next(LOST, 1)
        condition = event["ConditionId"]
        assert await said(one, condition, CONFIRM, *remark(event["EventId"])) == "BadInvalidState"
        assert await said(one, condition, ACKNOWLEDGE, *remark(b"x")) == "BadEventIdUnknown"
        assert await said(one, condition, ACKNOWLEDGE, *remark(event["EventId"], "seen")) == "Good"
        event = await heard.next(LOST, 2)
        assert (event["AckedState/Id"], event["ConfirmedState/Id"]) == (True, False)
        assert (event["Comment"].Text, event["ClientUserId"]) == ("seen", "qa-01")
        again = await said(one, condition, ACKNOWLEDGE, *remark(event["EventId"]))
        assert again == "BadConditionBranchAlreadyAcked"
        assert await said(one, condition, COMMENT, *remark(event["EventId"], "a cable")) == "Good"
        assert (await heard.next(LOST, 3))["Comment"].Text == "a cable"
        await report(plant, LOST, "")
        event = await heard.next(LOST, 4)
        assert (event["ActiveState/Id"], event["Retain"]) == (False, True)
        own = node(f"Alarms/{LOST}/Confirm")  # the instance's own method, not the type's
        assert await said(one, condition, own, *remark(event["EventId"])) == "Good"
        assert (await heard.next(LOST, 5))["Retain"] is False
        assert await status_of(one.get_node(condition).read_browse_name()) == "BadNodeIdUnknown"
    kept = [row.type for row in await plant.rows() if row.stream == f"alarm:{LOST}"]
    assert kept == [
        "AlarmRaised", "AlarmAcknowledged", "AlarmCommented", "AlarmCleared", "AlarmConfirmed"
    ]  # fmt: skip


async def test_shelving_ends_in_time_and_says_so(plant: FacePlant) -> None:
    name = "communication:BENCH-SCALE-01"
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        condition = (await heard.next(name, 1))["ConditionId"]
        assert await said(one, condition, UNSHELVE) == "BadConditionNotShelved"
        for wrong in (0.0, -5.0, 43_200_001.0, float("nan"), float("inf")):
            code = await said(one, condition, SHELVE, duration(wrong))
            assert code == "BadShelvingTimeOutOfRange", wrong
        shelving = node(f"Alarms/{name}/ShelvingState")
        own = node(f"Alarms/{name}/ShelvingState/TimedShelve")
        assert await said(one, shelving, own, duration(1200.0)) == "Good"
        event = await heard.next(name, 2)
        assert event["ShelvingState/CurrentState"].Text == "TimedShelved"
        assert event["SuppressedOrShelved"] is True
        assert 0 < event["ShelvingState/UnshelveTime"] <= 1200
        assert await said(one, condition, ONE_SHOT) == "BadConditionAlreadyShelved"
        event = await heard.next(name, 3)
        assert event["ShelvingState/CurrentState"].Text == "Unshelved"
        assert await said(one, condition, ONE_SHOT) == "Good"
        event = await heard.next(name, 4)
        assert event["ShelvingState/CurrentState"].Text == "OneShotShelved"
        await report(plant, name, "")
        event = await heard.next(name, 5)
        assert event["ShelvingState/CurrentState"].Text == "Unshelved"


async def test_what_is_switched_off_is_silent_and_comes_back(plant: FacePlant) -> None:
    name = "communication:QA-SCALE"
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        event = await heard.next(name, 1)
        condition = event["ConditionId"]
        assert await said(one, condition, ENABLE) == "BadConditionAlreadyEnabled"
        assert await said(one, condition, DISABLE) == "Good"
        event = await heard.next(name, 2)
        assert event["Retain"] is event["EnabledState/Id"] is False
        assert await said(one, condition, DISABLE) == "BadConditionAlreadyDisabled"
        code = await said(one, condition, ACKNOWLEDGE, *remark(event["EventId"]))
        assert code == "BadConditionDisabled"
        assert await said(one, condition, ENABLE) == "Good"
        event = await heard.next(name, 3)
        assert event["Retain"] is event["EnabledState/Id"] is True


async def test_a_refresh_tells_one_subscription_what_stands(plant: FacePlant) -> None:
    await report(plant, "communication:REFRESH", "Lost")
    async with plant.client("qa-01") as one, plant.client("op-01") as other:
        mine, second = await Listening.to(one), await Listening.to(one)
        theirs = await Listening.to(other)
        number_of = number(mine.subscription.subscription_id)
        assert await said(one, CONDITION, REFRESH, number_of) == "Good"
        await wait_until(lambda: any("These were" in x["Message"].Text for x in mine.told))
        kinds = [x["EventType"].Identifier for x in mine.told]
        assert kinds[0] == ua.ObjectIds.RefreshStartEventType
        assert kinds[-1] == ua.ObjectIds.RefreshEndEventType
        names = [x["ConditionName"] for x in mine.told[1:-1]]
        assert "communication:REFRESH" in names
        assert len(names) == len(set(names))
        assert all(x["Retain"] for x in mine.told[1:-1])
        item = number(mine.item)
        assert await said(one, CONDITION, REFRESH2, number_of, item) == "Good"
        await wait_until(lambda: len(mine.told) == 2 * len(kinds))
        wrong = await said(one, CONDITION, REFRESH2, number_of, number(999_999))
        assert wrong == "BadMonitoredItemIdInvalid"
        foreign = number(theirs.subscription.subscription_id)
        assert await said(one, CONDITION, REFRESH, foreign) == "BadSubscriptionIdInvalid"
        assert second.told == theirs.told == []


async def test_acknowledging_a_deviation_opens_no_gate(plant: FacePlant) -> None:
    await store_order(plant, "JO-A")
    async with plant.client("qa-01") as one, plant.client() as hmi:
        heard = await Listening.to(one, node("JobOrders"))
        await call(hmi, F, "OpenSession", "JO-A", "op-01", PASSWORD)
        await shown(hmi, f"{F}/ActiveJobOrderId", "JO-A")
        opened = await call(hmi, F, "OpenDeviation", "A foreign particle")
        name = f"exception:JO-A:{opened['Result']}"
        event = await heard.next(name, 1)
        condition = event["ConditionId"]
        assert event["SourceNode"] == node("JobOrders/JO-A")
        assert event["EventType"] == ua.NodeId(1050, 3)
        assert await said(one, condition, ACKNOWLEDGE, *remark(event["EventId"])) == "Good"
        event = await heard.next(name, 2)
        assert await said(one, condition, CONFIRM, *remark(event["EventId"])) == "Good"
        event = await heard.next(name, 3)
        assert event["ActiveState/Id"] is True
        assert event["Retain"] is True
        assert await said(one, condition, DISABLE) == "BadUserAccessDenied"
        assert await said(one, condition, SHELVE, duration(1000.0)) == "BadUserAccessDenied"
        released = await call(one, "JobOrders", "Release", "JO-A", "qa-01", PASSWORD)
        assert "exception-open" in released["RefusalCodes"], released
        assert len(await read(one, "JobOrders/JO-A/OpenExceptions")) == 1


async def test_whoever_is_not_asked_to_watch_is_denied_and_it_is_on_record(
    plant: FacePlant,
) -> None:
    name = "communication:DENIED"
    async with plant.client("qa-01") as one, plant.client("hmi-01") as hmi:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        event = await heard.next(name, 1)
        code = await said(hmi, event["ConditionId"], ACKNOWLEDGE, *remark(event["EventId"]))
        assert code == "BadUserAccessDenied"
    denied = [row for row in await plant.rows() if row.type == "CommandDenied"]
    assert "AcknowledgeAlarm" in denied[-1].payload


async def test_the_alarms_stand_in_a_list_below_their_source(plant: FacePlant) -> None:
    name = "limit:FLOOR-SCALE-01.net_weight"
    await report(plant, name, "HighHigh", 800)
    async with plant.client("op-01") as one:
        await shown(one, f"Alarms/{name}/LimitState/CurrentState", ua.LocalizedText("HighHigh"))
        listed = await one.get_node(node("Alarms")).get_children()
        assert node(f"Alarms/{name}") in [x.nodeid for x in listed]
        source = one.get_node(node("ISA95/PhysicalAssets/FLOOR-SCALE-01"))
        found = await source.get_referenced_nodes(ua.ObjectIds.HasCondition)
        assert node(f"Alarms/{name}") in [x.nodeid for x in found]
        assert await read(one, f"Alarms/{name}/AckedState/Id") is False
        asked = await call(one, "Alarms", "Acknowledge", name, "The silo is full")
        assert asked["Outcome"] == "Accepted", asked
        await shown(one, f"Alarms/{name}/AckedState/Id", True)


async def test_what_was_said_outlives_a_restart_with_the_same_ids(
    plant: FacePlant, tmp_path: Path
) -> None:
    name = "communication:RESTART"
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        first = await heard.next(name, 1)
        acknowledged = remark(first["EventId"], "seen")
        assert await said(one, first["ConditionId"], ACKNOWLEDGE, *acknowledged) == "Good"
        before = await heard.next(name, 2)
    async with running_face(tmp_path, plant.behind) as again, again.client("qa-01") as one:
        listening = await Listening.to(one)
        subscription = number(listening.subscription.subscription_id)
        assert await said(one, CONDITION, REFRESH, subscription) == "Good"
        after = await listening.next(name, 1)
        assert after["EventId"] == before["EventId"]
        assert after["ConditionId"] == before["ConditionId"]
        assert (after["AckedState/Id"], after["Comment"].Text) == (True, "seen")
        confirmed = remark(before["EventId"])
        assert await said(one, after["ConditionId"], CONFIRM, *confirmed) == "Good"


async def test_what_has_no_room_in_the_tree_is_told_and_answered_all_the_same(
    plant: FacePlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "MAX_SHOWN", 0)
    name = "communication:NO-ROOM"
    async with plant.client("qa-01") as one:
        heard = await Listening.to(one)
        await report(plant, name, "Lost")
        event = await heard.next(name, 1)
        condition = event["ConditionId"]
        assert await status_of(one.get_node(condition).read_browse_name()) == "BadNodeIdUnknown"
        assert await said(one, condition, ACKNOWLEDGE, *remark(event["EventId"])) == "Good"
        assert await said(one, condition, SHELVE, duration(60_000.0)) == "Good"
        assert (await heard.next(name, 3))["SuppressedOrShelved"] is True
        assert await said(one, node("Alarms/none"), ACKNOWLEDGE, *remark(b"")) == "BadNodeIdUnknown"
