"""Events and values on their way to subscribers over a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.events.event_notification import EventNotification
from tests.opcua_plant import Plant, client, running_plant, status_of, utc_now, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


class Collector:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.values: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        del node, data
        self.values.append(value)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


def an_event(plant: Plant, message: str, event_type: ua.NodeId | None = None) -> Any:
    return EventNotification(
        event_type=event_type or plant["machine_event"],
        source_node=plant["machine"],
        source_name="Machine",
        message=message,
        severity=300,
        time=utc_now(),
        event_id=message.encode(),
        fields={"Extra": ua.Variant(7, ua.VariantType.Int32)},
    )


PLANT = 2
"""The namespace of the plant's own fields."""


def event_filter(*of_type: ua.NodeId) -> ua.EventFilter:
    """Select message, severity and an own field, for the given types of events."""
    clauses = [
        ua.SimpleAttributeOperand(
            TypeDefinitionId=ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName(name, PLANT if name == "Extra" else 0)],
            AttributeId=ua.AttributeIds.Value,
        )
        for name in ("EventType", "Message", "Severity", "SourceName", "Extra")
    ]
    where = ua.ContentFilter(
        Elements=[
            ua.ContentFilterElement(
                FilterOperator=ua.FilterOperator.OfType,
                FilterOperands=[ua.LiteralOperand(Value=ua.Variant(one))],
            )
            for one in of_type
        ]
    )
    return ua.EventFilter(SelectClauses=clauses, WhereClause=where)


async def subscribe_events(
    one: Client, node_id: ua.NodeId, wanted: ua.EventFilter
) -> tuple[Any, Collector]:
    collector = Collector()
    subscription = await one.create_subscription(50, collector)
    await subscription.subscribe_events(one.get_node(node_id), evfilter=wanted)
    return subscription, collector


@pytest.mark.parametrize("where", ["server", "area"])
async def test_an_event_reaches_the_server_object_and_every_notifier_above(
    plant: Plant, hmi: Client, where: str
) -> None:
    node_id = ua.NodeId(ua.ObjectIds.Server) if where == "server" else plant["area"]
    subscription, collector = await subscribe_events(hmi, node_id, event_filter())
    await plant.server.emit_event(an_event(plant, "valve open"), plant["machine"])
    await wait_until(lambda: bool(collector.events))
    (event,) = collector.events
    assert event.Message.Text == "valve open"
    assert (event.Severity, event.SourceName, event.Extra) == (300, "Machine", 7)
    await subscription.delete()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ua.ObjectIds.BaseEventType, ["one", "two"]),
        (ua.ObjectIds.SystemEventType, ["one", "two"]),
        (ua.ObjectIds.DeviceFailureEventType, ["two"]),
        (ua.ObjectIds.AuditEventType, []),
    ],
)
async def test_of_type_matches_subtypes(
    plant: Plant, hmi: Client, wanted: int, expected: list[str]
) -> None:
    server_id = ua.NodeId(ua.ObjectIds.Server)
    only, chosen = await subscribe_events(hmi, server_id, event_filter(ua.NodeId(wanted)))
    every, witness = await subscribe_events(hmi, server_id, event_filter())
    failure = ua.NodeId(ua.ObjectIds.DeviceFailureEventType)
    await plant.server.emit_event(an_event(plant, "one"), plant["machine"])
    await plant.server.emit_event(an_event(plant, "two", failure), plant["machine"])
    await wait_until(lambda: len(witness.events) == 2 and len(chosen.events) == len(expected))
    assert [one.Message.Text for one in chosen.events] == expected
    await only.delete()
    await every.delete()


def an_element(operator: ua.FilterOperator, *operands: object) -> ua.ContentFilterElement:
    return ua.ContentFilterElement(FilterOperator=operator, FilterOperands=list(operands))


def never() -> ua.ContentFilterElement:
    event_type = ua.SimpleAttributeOperand(
        BrowsePath=[ua.QualifiedName("EventType", 0)], AttributeId=ua.AttributeIds.Value
    )
    return an_element(ua.FilterOperator.IsNull, event_type)


async def test_a_filter_that_refers_to_itself_is_refused(hmi: Client) -> None:
    endless = event_filter()
    itself = an_element(ua.FilterOperator.And, ua.ElementOperand(0), ua.ElementOperand(0))
    endless.WhereClause = ua.ContentFilter(Elements=[itself])
    subscribe = subscribe_events(hmi, ua.NodeId(ua.ObjectIds.Server), endless)
    assert await status_of(subscribe) == "BadEventFilterInvalid"


async def test_no_filter_holds_up_the_others(plant: Plant, hmi: Client) -> None:
    greedy = event_filter()
    # Each element asks the next one twice: evaluated anew each time, that is done 2**40 times.
    doubling = [
        an_element(ua.FilterOperator.Or, ua.ElementOperand(i), ua.ElementOperand(i))
        for i in range(1, 41)
    ]
    greedy.WhereClause = ua.ContentFilter(Elements=[*doubling, never()])
    server_id = ua.NodeId(ua.ObjectIds.Server)
    bad, nothing = await subscribe_events(hmi, server_id, greedy)
    good, witness = await subscribe_events(hmi, server_id, event_filter())
    await plant.server.emit_event(an_event(plant, "still here"), plant["machine"])
    await wait_until(lambda: bool(witness.events))
    assert not nothing.events
    await bad.delete()
    await good.delete()


async def test_a_node_without_events_is_no_notifier(plant: Plant, hmi: Client) -> None:
    subscription = await hmi.create_subscription(500, Collector())
    item = subscription.subscribe_events(hmi.get_node(plant["machine"]), evfilter=event_filter())
    assert await status_of(item) == "BadAttributeIdInvalid"
    await subscription.delete()


async def test_internal_writes_reach_the_monitored_items(plant: Plant, hmi: Client) -> None:
    collector = Collector()
    subscription = await hmi.create_subscription(50, collector)
    await subscription.subscribe_data_change(hmi.get_node(plant["level"]))
    await wait_until(lambda: len(collector.values) == 1)
    await plant.server.write_value(plant["level"], ua.DataValue(2.0))
    await wait_until(lambda: collector.values[1:] == [2.0])
    await plant.server.write_value(plant["level"], ua.DataValue(1.0))
    await subscription.delete()


async def test_a_deadband_reports_a_value_that_creeps(plant: Plant, hmi: Client) -> None:
    await plant.server.write_value(plant["level"], ua.DataValue(10.0))
    collector = Collector()
    subscription = await hmi.create_subscription(50, collector)
    await subscription.deadband_monitor(
        hmi.get_node(plant["level"]), deadband_val=1.0, deadbandtype=1, queuesize=100
    )
    for step in range(1, 11):
        await plant.server.write_value(plant["level"], ua.DataValue(10.0 + step / 2))
    await wait_until(lambda: collector.values == [10.0, 11.5, 13.0, 14.5])
    await plant.server.write_value(plant["level"], ua.DataValue(1.0))
    await subscription.delete()


async def test_what_is_not_supported_is_refused(plant: Plant, hmi: Client) -> None:
    subscription = await hmi.create_subscription(500, Collector())
    percent = subscription.deadband_monitor(
        hmi.get_node(plant["level"]), deadband_val=1.0, deadbandtype=2
    )
    assert await status_of(percent) == "BadMonitoredItemFilterUnsupported"
    await subscription.delete()


async def test_a_subscription_can_be_modified(plant: Plant, hmi: Client) -> None:
    collector = Collector()
    subscription = await hmi.create_subscription(60_000, collector)
    await subscription.subscribe_data_change(hmi.get_node(plant["level"]))
    params = ua.ModifySubscriptionParameters(
        SubscriptionId=subscription.subscription_id,
        RequestedPublishingInterval=50,
        RequestedLifetimeCount=1000,
        RequestedMaxKeepAliveCount=10,
    )
    revised = await hmi.uaclient.modify_subscription(params)
    assert revised.RevisedPublishingInterval == 50
    await plant.server.write_value(plant["level"], ua.DataValue(3.0))
    await wait_until(lambda: 3.0 in collector.values)
    await plant.server.write_value(plant["level"], ua.DataValue(1.0))
    await subscription.delete()


async def test_republish_knows_what_it_has_not(hmi: Client) -> None:
    subscription = await hmi.create_subscription(1000, Collector())
    request = ua.RepublishRequest(
        Parameters=ua.RepublishParameters(
            SubscriptionId=subscription.subscription_id, RetransmitSequenceNumber=4711
        )
    )
    answer = hmi.uaclient.protocol.send_request(request)
    assert await status_of(answer) == "BadMessageNotAvailable"
    await subscription.delete()
