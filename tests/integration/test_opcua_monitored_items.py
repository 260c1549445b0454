"""Monitored items: queues, modes, triggers, sampling and timestamps (OPC 10000-4, 5.13)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.nodes import BASE_DATA_VARIABLE, HAS_COMPONENT, Node
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions import watches
from tests.integration.test_opcua_secure_events import an_event
from tests.opcua_plant import Plant, call, client, running_plant, status_of, wait_until
from tests.opcua_subscriber import Subscriber, ask, selecting

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

SAMPLING, REPORTING, DISABLED = (
    ua.MonitoringMode.Sampling,
    ua.MonitoringMode.Reporting,
    ua.MonitoringMode.Disabled,
)
OVERFLOW = 0x480
SERVER = ua.NodeId(ua.ObjectIds.Server)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    limits = SecureServerLimits(
        login_refusal_after_s=0.05, max_monitored_item_queue=20, max_queued_per_subscription=30
    )
    async with running_plant(folder, limits=limits) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def subscriber(plant: Plant, hmi: Client) -> AsyncIterator[Subscriber]:
    await write(plant, 0.0)
    one = await Subscriber.create(hmi)
    yield one
    await one.delete()


async def write(plant: Plant, *values: float, node: str = "level") -> None:
    for value in values:
        await plant.server.write_value(plant[node], ua.DataValue(value))


def seen(notifications: list[Any]) -> list[tuple[Any, bool]]:
    """Return the values and whether each has the overflow bit."""
    return [
        (one.Value.Value.Value, one.Value.StatusCode.value == OVERFLOW) for one in notifications
    ]


# -- queues ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queue", "discard_oldest", "expected"),
    [
        (0, True, [(5.0, False)]),
        (1, True, [(5.0, False)]),
        (1, False, [(5.0, False)]),
        (3, True, [(3.0, True), (4.0, False), (5.0, False)]),
        (3, False, [(0.0, False), (1.0, False), (5.0, True)]),
        (6, True, [(float(value), False) for value in range(6)]),
    ],
)
async def test_a_queue_that_is_full_discards_and_says_so(
    plant: Plant,
    subscriber: Subscriber,
    queue: int,
    discard_oldest: bool,  # noqa: FBT001 - a row of the table
    expected: list[tuple[float, bool]],
) -> None:
    created = await subscriber.add(plant["level"], queue=queue, discard_oldest=discard_oldest)
    assert created.RevisedQueueSize == max(1, queue)
    await write(plant, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert seen(await subscriber.until_quiet()) == expected


async def test_queues_are_granted_within_the_limits(plant: Plant, subscriber: Subscriber) -> None:
    granted = [(await subscriber.add(plant["level"], queue=50)).RevisedQueueSize for _ in range(3)]
    assert granted == [20, 10, 1]


async def test_a_queue_that_is_made_shorter_keeps_what_it_can(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], queue=10)
    await write(plant, 1.0, 2.0, 3.0)
    await subscriber.modify(
        created.MonitoredItemId, ClientHandle=8, QueueSize=2, DiscardOldest=True
    )
    found = await subscriber.until_quiet()
    assert seen(found) == [(2.0, True), (3.0, False)]
    assert {one.ClientHandle for one in found} == {8}


async def test_events_that_are_discarded_leave_an_overflow_event(
    plant: Plant, subscriber: Subscriber
) -> None:
    for discard_oldest in (True, False):
        await subscriber.add(
            SERVER,
            handle=int(discard_oldest),
            queue=2,
            discard_oldest=discard_oldest,
            attribute=ua.AttributeIds.EventNotifier,
            wanted=selecting("Message", "EventType"),
        )
    for message in ("one", "two", "three", "four"):
        await plant.server.emit_event(an_event(plant, message), plant["machine"])
    found = await subscriber.until_quiet()
    told = {
        handle: [
            one.EventFields[0].Value.Text
            if one.EventFields[1].Value == plant["machine_event"]
            else "lost"
            for one in found
            if one.ClientHandle == handle
        ]
        for handle in (0, 1)
    }
    assert told == {1: ["lost", "three", "four"], 0: ["one", "four", "lost"]}


@pytest.mark.parametrize("denied", ["machine", "machine_event"])
async def test_events_come_only_to_who_may_receive_them(
    plant: Plant, subscriber: Subscriber, denied: str
) -> None:
    await subscriber.add(
        SERVER, attribute=ua.AttributeIds.EventNotifier, wanted=selecting("Message")
    )
    rule = (AccessKind.RECEIVE_EVENTS, plant[denied])
    plant.rules.denied.add(rule)
    await plant.server.emit_event(an_event(plant, "not for you"), plant["machine"])
    plant.rules.denied.discard(rule)
    await plant.server.emit_event(an_event(plant, "for you"), plant["machine"])
    (event,) = await subscriber.until_quiet()
    assert event.EventFields[0].Value.Text == "for you"


# -- modes and triggers ---------------------------------------------------------------------------


async def test_an_item_that_only_samples_reports_when_it_is_told_to(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], mode=SAMPLING)
    await write(plant, 1.0, 2.0)
    assert await subscriber.values() == []
    assert await subscriber.set_mode(REPORTING, created.MonitoredItemId) == ["Good"]
    assert await subscriber.values() == [0.0, 1.0, 2.0]


async def test_an_item_that_is_switched_off_begins_anew(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"])
    await write(plant, 1.0)
    assert await subscriber.set_mode(DISABLED, created.MonitoredItemId, 4711) == [
        "Good",
        "BadMonitoredItemIdInvalid",
    ]
    await write(plant, 2.0, 3.0)
    assert await subscriber.values() == []
    await subscriber.set_mode(REPORTING, created.MonitoredItemId)
    assert await subscriber.values() == [3.0]


async def test_an_item_created_disabled_looks_only_when_it_is_switched_on(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], mode=DISABLED)
    await write(plant, 1.0)
    assert await subscriber.values() == []
    await subscriber.set_mode(REPORTING, created.MonitoredItemId)
    assert await subscriber.values() == [1.0]


async def test_a_trigger_lets_the_linked_items_report(plant: Plant, subscriber: Subscriber) -> None:
    trigger = (await subscriber.add(plant["setpoint"], handle=1)).MonitoredItemId
    linked = (await subscriber.add(plant["level"], handle=2, mode=SAMPLING)).MonitoredItemId
    await subscriber.until_quiet()
    result = await subscriber.trigger(trigger, add=(linked, 4711))
    assert [one.name for one in result.AddResults] == ["Good", "BadMonitoredItemIdInvalid"]
    await write(plant, 1.0, 2.0)
    assert await subscriber.values() == []
    await write(plant, 77.0, node="setpoint")
    found = {(one.ClientHandle, one.Value.Value.Value) for one in await subscriber.until_quiet()}
    assert found == {(1, 77.0), (2, 0.0), (2, 1.0), (2, 2.0)}
    await write(plant, 3.0)
    assert await subscriber.values() == []
    result = await subscriber.trigger(trigger, remove=(linked,))
    assert [one.name for one in result.RemoveResults] == ["Good"]
    await write(plant, 78.0, node="setpoint")
    assert await subscriber.values() == [78.0]


# -- sampling -------------------------------------------------------------------------------------


async def test_samples_are_no_closer_than_asked_for_and_the_newest_is_not_lost(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], sampling_ms=300.0)
    assert created.RevisedSamplingInterval == 300.0
    await write(plant, 1.0, 2.0, 3.0)
    values: list[float] = []
    while 3.0 not in values:
        values += await subscriber.values()
    assert values == [0.0, 3.0]


async def test_a_negative_interval_samples_as_often_as_it_publishes(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], sampling_ms=-1.0)
    assert created.RevisedSamplingInterval == subscriber.revised.RevisedPublishingInterval


async def test_other_attributes_are_looked_at_once_a_second(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], attribute=ua.AttributeIds.DisplayName)
    assert created.RevisedSamplingInterval == 1000.0
    (first,) = await subscriber.values()
    assert first.Text == "Level"
    attribute = plant.server.iserver.aspace[plant["level"]].attributes[ua.AttributeIds.DisplayName]
    before = attribute.value
    attribute.value = ua.DataValue(ua.LocalizedText("Fill level"))
    values: list[Any] = []
    while not values:
        values = await subscriber.values()
    attribute.value = before
    assert [one.Text for one in values] == ["Fill level"]


async def test_items_that_have_to_be_looked_at_are_bounded(
    plant: Plant, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "_MAX_POLLED", 1)
    name = ua.AttributeIds.DisplayName
    later = await subscriber.add(plant["text"], attribute=name, mode=DISABLED)
    assert (await subscriber.add(plant["level"], attribute=name)).StatusCode.is_good()
    refused = await subscriber.add(plant["level"], attribute=name)
    assert refused.StatusCode.name == "BadTooManyMonitoredItems"
    modes = await subscriber.set_mode(REPORTING, later.MonitoredItemId)
    assert modes == ["BadTooManyMonitoredItems"]
    assert (await subscriber.add(plant["level"])).StatusCode.is_good()


async def test_values_of_the_server_itself_change(subscriber: Subscriber) -> None:
    await subscriber.add(ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime), handle=1)
    summary = "Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount"
    await subscriber.add(ua.NodeId(getattr(ua.ObjectIds, summary)), handle=2)
    other = await Subscriber.create(subscriber.client, interval_ms=60_000)
    seen_handles: set[int] = set()
    await subscriber.until_quiet()
    while seen_handles != {1, 2}:
        seen_handles |= {one.ClientHandle for one in await subscriber.until_quiet()}
    await other.delete()


async def test_a_node_that_goes_and_comes_back_is_reported(
    plant: Plant, subscriber: Subscriber
) -> None:
    tree = AddressTree(plant.server.iserver.aspace)
    node = Node(
        node_id=ua.NodeId("order", 2),
        node_class=ua.NodeClass.Variable,
        name=ua.QualifiedName("Order", 2),
        description="An order",
        parent=plant["machine"],
        reference=HAS_COMPONENT,
        type_definition=BASE_DATA_VARIABLE,
        data_type=ua.NodeId(ua.ObjectIds.String),
        value=ua.DataValue("first"),
    )
    tree.insert([node])
    await subscriber.add(node.node_id)
    await subscriber.until_quiet()
    await tree.remove([node.node_id])
    (gone,) = await subscriber.until_quiet()
    assert gone.Value.StatusCode.name == "BadNodeIdUnknown"
    tree.insert([replace(node, value=ua.DataValue("again"))])
    values: list[Any] = []
    while not values:
        values = await subscriber.values()
    await plant.server.write_value(node.node_id, ua.DataValue("and on"))
    assert values + await subscriber.values() == ["again", "and on"]
    await tree.remove([node.node_id])


# -- timestamps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "source", "server"),
    [
        (ua.TimestampsToReturn.Source, True, False),
        (ua.TimestampsToReturn.Server, False, True),
        (ua.TimestampsToReturn.Both, True, True),
        (ua.TimestampsToReturn.Neither, False, False),
    ],
)
async def test_only_the_timestamps_that_are_asked_for_are_sent(
    plant: Plant,
    subscriber: Subscriber,
    wanted: ua.TimestampsToReturn,
    source: bool,  # noqa: FBT001 - a row of the table
    server: bool,  # noqa: FBT001 - a row of the table
) -> None:
    measured = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    value = ua.DataValue(ua.Variant(5.0), SourceTimestamp=measured)
    await plant.server.write_value(plant["level"], value)
    await subscriber.add(plant["level"], timestamps=wanted)
    (one,) = await subscriber.until_quiet()
    assert one.Value.SourceTimestamp == (measured if source else None)
    assert (one.Value.ServerTimestamp is not None) == server


# -- the Server object ----------------------------------------------------------------------------


async def test_the_server_object_knows_the_items_and_sends_them_again(
    plant: Plant, subscriber: Subscriber
) -> None:
    created = await subscriber.add(plant["level"], handle=9)
    await subscriber.until_quiet()
    sub_id = ua.Variant(subscriber.subscription_id, ua.VariantType.UInt32)
    get_items = ua.NodeId(ua.ObjectIds.Server_GetMonitoredItems)
    result = await call(subscriber.client, SERVER, get_items, sub_id)
    assert [one.Value for one in result.OutputArguments] == [[created.MonitoredItemId], [9]]
    resend = ua.NodeId(ua.ObjectIds.Server_ResendData)
    assert (await call(subscriber.client, SERVER, resend, sub_id)).StatusCode.is_good()
    assert await subscriber.values() == [0.0]
    async with client(plant) as other:
        for method in (get_items, resend):
            refused = await call(other, SERVER, method, sub_id)
            assert refused.StatusCode.name == "BadSubscriptionIdInvalid"


async def test_nothing_is_left_of_items_that_were_deleted(
    plant: Plant, subscriber: Subscriber
) -> None:
    held = plant.server.iserver.aspace[plant["level"]].attributes[ua.AttributeIds.Value]
    await wait_until(lambda: not held.datachange_callbacks)
    created = await subscriber.add(plant["level"])
    assert held.datachange_callbacks
    request = ua.DeleteMonitoredItemsRequest()
    request.Parameters.SubscriptionId = subscriber.subscription_id
    request.Parameters.MonitoredItemIds = [created.MonitoredItemId, 4711]
    answer = await ask(subscriber.client, request, ua.DeleteMonitoredItemsResponse)
    assert [one.name for one in answer.Results] == ["Good", "BadMonitoredItemIdInvalid"]
    assert not held.datachange_callbacks
    assert await subscriber.values() == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("mode", "BadMonitoringModeInvalid"),
        ("timestamps", "BadTimestampsToReturnInvalid"),
    ],
)
async def test_a_number_that_no_enumeration_has_is_named(
    plant: Plant, subscriber: Subscriber, field: str, expected: str
) -> None:
    asked = subscriber.add(plant["level"], **{field: 9})
    assert await status_of(asked) == expected
