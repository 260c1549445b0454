"""Events that were: a client that was away gets each of them once, with the ids they had."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.execution import commands as c
from models.execution.principal import Principal, Role
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import FacePlant, call, node, running_face_plant, shown, store_order
from tests.opcua_plant import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="module")

F = "Stations/DISP-01"
SERVER = ua.NodeId(ua.ObjectIds.Server)
SYSTEM = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="worker")
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
AFTER = datetime(2040, 1, 1, tzinfo=UTC)
BASE = ("EventId", "EventType", "Time", "Message")
OWN = ("LogPosition", "JobOrderId", "MaterialLotId", "EquipmentId", "Codes")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path_factory.mktemp("history")) as one:
        await store_order(one, "JO-H")
        yield one


def event_filter(of_type: ua.NodeId | None = None) -> ua.EventFilter:
    clauses = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=ua.NodeId(1001, 3) if space else ua.NodeId(2041),
            BrowsePath=[ua.QualifiedName(name, space)],
            AttributeId=ua.AttributeIds.Value,
        )
        for space, names in ((0, BASE), (3, OWN))
        for name in names
    ]
    found = ua.EventFilter(SelectClauses=clauses)
    if of_type is not None:
        element = ua.ContentFilterElement(
            FilterOperator=ua.FilterOperator.OfType,
            FilterOperands=[ua.LiteralOperand(Value=ua.Variant(of_type))],
        )
        found.WhereClause = ua.ContentFilter(Elements=[element])
    return found


async def answer(  # noqa: PLR0913 -- what a client can ask for
    one: Client,
    source: ua.NodeId,
    start: datetime | None = BEFORE,
    end: datetime | None = AFTER,
    *,
    count: int = 0,
    point: bytes | None = None,
    wanted: ua.EventFilter | None = None,
) -> Any:
    details = ua.ReadEventDetails()
    details.NumValuesPerNode = ua.UInt32(count)
    details.StartTime = start or ua.get_win_epoch()
    details.EndTime = end or ua.get_win_epoch()
    details.Filter = wanted or event_filter()
    value = ua.HistoryReadValueId(NodeId=source)
    value.ContinuationPoint = point
    params = ua.HistoryReadParameters(
        HistoryReadDetails=details,
        TimestampsToReturn=ua.TimestampsToReturn.Both,
        ReleaseContinuationPoints=False,
        NodesToRead=[value],
    )
    (result,) = await one.uaclient.history_read(params)
    return result


def events_of(result: Any) -> list[dict[str, Any]]:
    found = getattr(result.HistoryData, "Events", None) or []
    return [
        dict(zip((*BASE, *OWN), [one.Value for one in event.EventFields], strict=True))
        for event in found
    ]


async def everything(one: Client, source: ua.NodeId, **asked: Any) -> list[dict[str, Any]]:
    found, point = [], None
    for _ in range(200):
        result = await answer(one, source, point=point, **asked)
        assert result.StatusCode.is_good(), result.StatusCode
        found += events_of(result)
        point = result.ContinuationPoint
        if not point:
            return found
    raise AssertionError("the pages never end")


def positions(events: list[dict[str, Any]]) -> list[int]:
    return [one["LogPosition"] for one in events]


async def stops(
    plant: FacePlant, count: int, kind: EquipmentEventKind = EquipmentEventKind.PARAMETER_CHANGE
) -> None:
    """Let a machine say many things, all at one time of the clock."""
    for number in range(count):
        event = EquipmentEvent(
            equipment_id="DISP-01",
            kind=kind,
            source_time=plant.behind.clock(),
            name="speed",
            value=str(number),
        )
        await plant.behind.path.submit(c.RecordEquipmentEvent(event=event), SYSTEM, None)


class Heard:
    """Keeps the events of one subscription, raw."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    async def listen(self, one: Client) -> None:
        subscription: Any = await one.create_subscription(20, self)
        wanted = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=SERVER, AttributeId=ua.AttributeIds.EventNotifier),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=1, Filter=event_filter(ua.NodeId(1001, 3)), QueueSize=10_000
            ),
        )
        params = ua.CreateMonitoredItemsParameters(
            SubscriptionId=subscription.subscription_id, ItemsToCreate=[wanted]
        )
        (result,) = await one.uaclient.create_monitored_items(params)
        assert result.StatusCode.is_good(), result
        subscription._explode_events = self._take

    def _take(self, events: ua.EventNotificationList) -> tuple[()]:
        for event in events.Events:
            values = [one.Value for one in event.EventFields]
            self.events.append(dict(zip((*BASE, *OWN), values, strict=True)))
        return ()


async def test_1000_transitions_are_1000_events_and_a_gap_is_filled(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        heard = Heard()
        await heard.listen(one)
        await stops(plant, 400)
        await wait_until(lambda: len(heard.events) == 400, 20)
    await stops(plant, 300)  # nobody listens
    async with plant.client("qa-01") as one:
        again = Heard()
        await again.listen(one)
        await stops(plant, 300)
        await wait_until(lambda: len(again.events) == 300, 20)
        since = heard.events[-1]["Time"].replace(tzinfo=UTC)
        filled = await everything(one, SERVER, start=since, count=64)
    told = {x["EventId"]: x for x in (*heard.events, *filled, *again.events)}
    changes = [x for x in told.values() if x["Codes"] == ["ParameterChange"]]
    assert len(changes) == 1000
    said = f'"{EquipmentEventKind.PARAMETER_CHANGE.value}"'
    recorded = [r for r in await plant.rows() if r.type == "EquipmentEventRecorded"]
    rows = [row for row in recorded if said in str(row.payload)]
    assert sorted(positions(changes)) == [row.position for row in rows]
    for events in (heard.events, again.events, filled):
        assert positions(events) == sorted(positions(events)), "the place in the log only rises"


async def test_pages_give_each_event_once_in_both_directions(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        forward = await everything(one, SERVER, count=37)
        backward = await everything(one, SERVER, start=AFTER, end=BEFORE, count=41)
        rows = await plant.rows()
    assert positions(forward) == [row.position for row in rows]
    assert positions(backward) == positions(forward)[::-1]
    assert [x["EventId"] for x in forward] == [row.hash[:16] for row in rows]


async def test_a_number_without_an_end_is_the_number_that_comes(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one:
        first = await answer(one, SERVER, end=None, count=5)
        last = await answer(one, SERVER, start=None, count=5)
        neither = await answer(one, SERVER, end=None)
        rows = await plant.rows()
    assert positions(events_of(first)) == [row.position for row in rows[:5]]
    assert positions(events_of(last)) == [row.position for row in rows[:-6:-1]]
    assert not first.ContinuationPoint
    assert not last.ContinuationPoint
    assert neither.StatusCode.name == "BadInvalidTimestampArgument"


async def test_each_node_has_the_events_that_concern_it(plant: FacePlant) -> None:
    await stops(plant, 20, EquipmentEventKind.COUNT)
    async with plant.client("qa-01") as one, plant.client() as hmi:
        await call(hmi, F, "OpenSession", "JO-H", "op-01", PASSWORD)
        await shown(hmi, f"{F}/ActiveJobOrderId", "JO-H")
        order = await everything(one, node("JobOrders/JO-H"))
        station = await everything(one, node(F))
        folder = await everything(one, node("JobOrders"), count=50)
        equipment = await everything(one, node("ISA95/Equipment/DISP-01"), count=17)
        lot = await everything(one, node("ISA95/Materials/Lots/LOT-JO-H"))
        refusals = await everything(one, SERVER, wanted=event_filter(ua.NodeId(1003, 3)))
        inside = await everything(one, node("Interlock"), count=500)
    codes = [x["Codes"][0] for x in order]
    assert "JobOrderStored" in codes
    assert "StationSessionOpened" in codes
    assert "StationSessionOpened" in [x["Codes"][0] for x in station]
    assert "JobOrderStored" in [x["Codes"][0] for x in folder]
    assert [x["Codes"][0] for x in equipment].count("Count") == 20
    assert lot
    assert {x["MaterialLotId"] for x in lot} == {"LOT-JO-H"}
    assert all(x["EventType"] in (ua.NodeId(1003, 3), ua.NodeId(1004, 3)) for x in refusals)
    assert "JobOrderStored" in [x["Codes"][0] for x in inside]


async def test_what_makes_no_sense_is_told(plant: FacePlant) -> None:
    async with plant.client("qa-01") as one, plant.client("op-01") as other:
        first = await answer(one, SERVER, count=2)
        stolen = await answer(other, SERVER, point=first.ContinuationPoint)
        moved = await answer(one, node(F), point=first.ContinuationPoint)
        again = await answer(one, SERVER, point=first.ContinuationPoint)
        spent = await answer(one, SERVER, point=first.ContinuationPoint)
        variable = await answer(one, node(f"{F}/StepState"))
        nothing = await answer(one, SERVER, AFTER, AFTER + timedelta(days=1))
        wrong = ua.EventFilter(SelectClauses=[])
        filtered = await answer(one, SERVER, wanted=wrong)
    assert len(events_of(first)) == len(events_of(again)) == 2
    for result in (stolen, moved, spent):
        assert result.StatusCode.name == "BadContinuationPointInvalid"
    assert variable.StatusCode.name == "BadHistoryOperationUnsupported"
    assert nothing.StatusCode.name == "GoodNoData"
    assert filtered.StatusCode.name == "BadEventFilterInvalid"


async def test_only_who_may_hear_of_persons_reads_what_was(plant: FacePlant) -> None:
    async with plant.client("op-01") as operator, plant.client("qa-01") as quality:
        mine = await everything(operator, SERVER, count=500)
        all_of_it = await everything(quality, SERVER, count=500)
    kept = {x["Codes"][0] for x in all_of_it} - {x["Codes"][0] for x in mine}
    assert kept <= {"PersonDefined"}
    assert "PersonDefined" in kept


async def test_the_folders_say_what_their_history_has(plant: FacePlant) -> None:
    async with plant.client("op-01") as one:
        for owner in ("Interlock", "Stations", "JobOrders", "ISA95"):
            kept = await one.get_node(node(f"{owner}/HistoricalEventFilter")).read_value()
            names = {clause.BrowsePath[0].Name for clause in kept.SelectClauses}
            assert {*BASE, *OWN} <= names
        bits = await one.get_node(SERVER).read_event_notifier()
    assert bits == {ua.EventNotifier.SubscribeToEvents, ua.EventNotifier.HistoryRead}
