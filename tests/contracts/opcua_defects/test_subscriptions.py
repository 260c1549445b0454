"""Subscriptions, monitored items and event filters, against stock asyncua."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncua import Client, ua

from tests.contracts.opcua_defects.harness import Scenario, Servers, Target
from tests.opcua_subscriber import Subscriber, ask, deadband, element, notifications, selecting

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

SERVER = ua.NodeId(ua.ObjectIds.Server)
OVERFLOW = 0x480


@asynccontextmanager
async def subscribed(target: Target, **parameters: Any) -> AsyncIterator[Subscriber]:
    """Make a subscription over a session of its own."""
    async with target.client() as one:
        subscriber = await Subscriber.create(one, **parameters)
        yield subscriber
        await subscriber.delete()


async def write(target: Target, *values: float, name: str = "level") -> None:
    for value in values:
        await target.write(name, value)


async def name_of(asked: Any) -> str:
    """Return the name of the status with which a request ends."""
    try:
        await asked
    except ua.UaStatusCodeError as failure:
        return ua.StatusCode(ua.UInt32(failure.code)).name
    except (ConnectionError, TimeoutError):
        return "closed"
    return "Good"


# -- monitored items ------------------------------------------------------------------------------


async def a_value_that_creeps_leaves_the_deadband(target: Target) -> None:
    await write(target, 10.0)
    async with subscribed(target) as one:
        await one.add(target["level"], wanted=deadband(1))
        await write(target, *(10.0 + step / 2 for step in range(1, 11)))
        assert await one.values() == [10.0, 11.5, 13.0, 14.5]


async def a_percent_deadband_is_applied_or_refused(target: Target) -> None:
    async with subscribed(target) as one:
        result = await one.add(target["level"], wanted=deadband(5, percent=True))
        assert result.StatusCode.name == "BadMonitoredItemFilterUnsupported"


async def a_percent_deadband_counts_from_the_range(target: Target) -> None:
    name = ua.QualifiedName("EURange", 0)
    node = target.server.get_node(target["record"])
    if not any([await one.read_browse_name() == name for one in await node.get_properties()]):
        await node.add_property(ua.NodeId("range", 2), name, ua.Range(0, 200))
    await write(target, 0.0, name="record")
    async with subscribed(target) as one:
        await one.add(target["record"], wanted=deadband(10, percent=True))
        await write(target, 19.0, 21.0, 40.0, name="record")
        assert await one.values() == [0.0, 21.0]


async def a_queue_that_overflowed_says_so(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target) as one:
        await one.add(target["level"], queue=2)
        await write(target, 1.0, 2.0, 3.0)
        codes = [found.Value.StatusCode.value for found in await one.until_quiet()]
        assert codes == [OVERFLOW, 0]


async def the_newest_is_discarded_if_the_oldest_is_to_stay(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target) as one:
        await one.add(target["level"], queue=2, discard_oldest=False)
        await write(target, 1.0, 2.0, 3.0)
        assert await one.values() == [0.0, 3.0]


async def a_queue_of_size_0_keeps_one_value(target: Target) -> None:
    async with subscribed(target) as one:
        created = await one.add(target["level"], queue=0)
        assert created.RevisedQueueSize == 1


async def an_item_that_only_samples_is_silent(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target) as one:
        await one.add(target["level"], mode=ua.MonitoringMode.Sampling)
        await write(target, 1.0)
        assert await one.values() == []


async def a_trigger_makes_a_silent_item_report(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target) as one:
        trigger = await one.add(target["record"], handle=1)
        silent = await one.add(target["level"], handle=2, mode=ua.MonitoringMode.Sampling)
        await one.until_quiet()
        asked = one.trigger(trigger.MonitoredItemId, add=(silent.MonitoredItemId,))
        assert await name_of(asked) == "Good"
        await write(target, 5.5, name="record")
        handles = {found.ClientHandle for found in await one.until_quiet()}
        assert handles == {1, 2}


async def only_the_timestamps_asked_for_are_sent(target: Target) -> None:
    async with subscribed(target) as one:
        await one.add(target["level"], timestamps=ua.TimestampsToReturn.Server)
        (found,) = await one.until_quiet()
        assert found.Value.SourceTimestamp is None
        assert found.Value.ServerTimestamp is not None


async def the_sampling_interval_is_the_one_that_is_kept(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target) as one:
        created = await one.add(target["level"], sampling_ms=400.0)
        assert created.RevisedSamplingInterval == 400.0
        await write(target, 1.0, 2.0, 3.0)
        values: list[float] = []
        while 3.0 not in values:
            values += await one.values()
        assert values == [0.0, 3.0]


# -- publishing -----------------------------------------------------------------------------------


async def a_message_is_no_longer_than_asked_for(target: Target) -> None:
    await write(target, 0.0)
    async with subscribed(target, MaxNotificationsPerPublish=2) as one:
        await one.add(target["level"])
        await write(target, 1.0, 2.0)
        first = await one.publish()
        while not notifications(first):
            first = await one.publish()
        assert len(notifications(first)) == 2
        assert first.MoreNotifications


async def a_subscription_is_modified(target: Target) -> None:
    async with subscribed(target, interval_ms=60_000) as one:
        request = ua.ModifySubscriptionRequest()
        request.Parameters = ua.ModifySubscriptionParameters(one.subscription_id, 200, 1000, 10)
        revised = (await ask(one.client, request, ua.ModifySubscriptionResponse)).Parameters
        assert revised.RevisedPublishingInterval == 200


async def a_message_that_is_not_there_is_not_sent_again(target: Target) -> None:
    async with subscribed(target) as one:
        assert await name_of(one.republish(4711)) == "BadMessageNotAvailable"


async def an_acknowledgement_has_its_own_result(target: Target) -> None:
    async with subscribed(target) as one:
        one.acknowledge = [(one.subscription_id, 4711), (4711, 1)]
        answer = await one.publish()
        assert [code.name for code in answer.Results] == [
            "BadSequenceNumberUnknown",
            "BadSubscriptionIdInvalid",
        ]


# -- sessions -------------------------------------------------------------------------------------


def _transfer(*ids: int, initial: bool = False) -> Any:
    request = ua.TransferSubscriptionsRequest()
    request.Parameters.SubscriptionIds = list(ids)
    request.Parameters.SendInitialValues = initial
    return request


async def a_transferred_subscription_answers_its_new_session(target: Target) -> None:
    await write(target, 1.0)
    async with target.client() as old, target.client() as new:
        one = await Subscriber.create(old)
        await one.add(target["level"])
        await one.until_quiet()
        waiting = asyncio.create_task(one.publish())  # its answer belongs to the old connection
        answer = await ask(
            new,
            _transfer(one.subscription_id, initial=True),
            ua.TransferSubscriptionsResponse,
        )
        assert [result.StatusCode.name for result in answer.Parameters.Results] == ["Good"]
        moved = Subscriber(new, one.subscription_id, one.revised)
        try:
            values = await moved.values()
        except ConnectionError:  # an answer to a request that this client has never sent
            waiting.cancel()
            raise AssertionError("the client was sent somebody else's answer") from None
        assert values == [1.0]
        await waiting


async def nobody_else_can_take_a_subscription(target: Target) -> None:
    async with target.client() as owner, target.client("hmi-02") as thief:
        one = await Subscriber.create(owner)
        request = _transfer(one.subscription_id)
        answer = await ask(thief, request, ua.TransferSubscriptionsResponse)
        assert not answer.Parameters.Results[0].StatusCode.is_good()


async def nobody_else_can_delete_a_subscription(target: Target) -> None:
    async with target.client() as owner, target.client("hmi-02") as other:
        one = await Subscriber.create(owner)
        (code,) = await other.uaclient.delete_subscriptions([one.subscription_id])
        assert code.name == "BadSubscriptionIdInvalid"
        assert (await one.publish()).SubscriptionId == one.subscription_id


async def nobody_else_can_switch_a_subscription_off(target: Target) -> None:
    async with target.client() as owner, target.client("hmi-02") as other:
        one = await Subscriber.create(owner)
        off = ua.SetPublishingModeParameters(False, [one.subscription_id])
        (code,) = await other.uaclient.set_publishing_mode(off)
        assert code.name == "BadSubscriptionIdInvalid"


# -- events ---------------------------------------------------------------------------------------


async def told(target: Target, one: Subscriber, *messages: str) -> list[Any]:
    for message in messages:
        await target.emit(message)
    return [found.EventFields for found in await one.until_quiet()]


async def listen(
    one: Subscriber, *names: str, where: Any = (), at: ua.NodeId = SERVER
) -> ua.MonitoredItemCreateResult:
    wanted = selecting(*names, where=where)
    created = await one.add(at, attribute=ua.AttributeIds.EventNotifier, wanted=wanted)
    await one.until_quiet()
    return created


async def an_event_reaches_the_server_object(target: Target) -> None:
    async with subscribed(target) as one:
        await listen(one, "Message")
        assert [fields[0].Value.Text for fields in await told(target, one, "open")] == ["open"]


async def of_type_takes_subtypes_too(target: Target) -> None:
    of_type = element(ua.FilterOperator.OfType, ua.Variant(ua.NodeId(ua.ObjectIds.BaseEventType)))
    async with subscribed(target) as one:
        await listen(one, "Message", where=(of_type,), at=target["machine"])
        await target.emit("one", event_type=ua.NodeId(ua.ObjectIds.SystemEventType))
        assert len(await one.until_quiet()) == 1


async def a_text_is_compared_with_a_pattern(target: Target) -> None:
    like = element(ua.FilterOperator.Like, selecting("SourceName").SelectClauses[0], "%ach%")
    async with subscribed(target) as one:
        await listen(one, "Message", where=(like,), at=target["machine"])
        assert len(await told(target, one, "one")) == 1


async def the_namespace_of_a_field_counts(target: Target) -> None:
    async with subscribed(target) as one:
        await listen(one, "Message", "2:Message", at=target["machine"])
        (fields,) = await told(target, one, "one")
        assert fields[1].Value is None


async def a_filter_that_is_wrong_is_refused(target: Target) -> None:
    in_view = element(ua.FilterOperator.InView, ua.Variant(SERVER))
    async with subscribed(target) as one:
        created = await listen(one, "Message", where=(in_view,), at=target["machine"])
        assert created.StatusCode.name == "BadEventFilterInvalid"


async def events_that_were_discarded_are_told_of(target: Target) -> None:
    async with subscribed(target) as one:
        wanted = selecting("EventType")
        events = ua.AttributeIds.EventNotifier
        await one.add(target["machine"], queue=2, attribute=events, wanted=wanted)
        await one.until_quiet()
        found = await told(target, one, "one", "two", "three")
        lost = ua.NodeId(ua.ObjectIds.EventQueueOverflowEventType)
        assert [fields[0].Value == lost for fields in found] == [True, False, False]


SCENARIOS: list[Scenario] = [
    a_value_that_creeps_leaves_the_deadband,
    a_percent_deadband_is_applied_or_refused,
    a_percent_deadband_counts_from_the_range,
    a_queue_that_overflowed_says_so,
    the_newest_is_discarded_if_the_oldest_is_to_stay,
    a_queue_of_size_0_keeps_one_value,
    an_item_that_only_samples_is_silent,
    a_trigger_makes_a_silent_item_report,
    only_the_timestamps_asked_for_are_sent,
    the_sampling_interval_is_the_one_that_is_kept,
    a_message_is_no_longer_than_asked_for,
    a_subscription_is_modified,
    a_message_that_is_not_there_is_not_sent_again,
    an_acknowledgement_has_its_own_result,
    a_transferred_subscription_answers_its_new_session,
    nobody_else_can_take_a_subscription,
    nobody_else_can_delete_a_subscription,
    nobody_else_can_switch_a_subscription_off,
    an_event_reaches_the_server_object,
    of_type_takes_subtypes_too,
    a_text_is_compared_with_a_pattern,
    the_namespace_of_a_field_counts,
    a_filter_that_is_wrong_is_refused,
    events_that_were_discarded_are_told_of,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
async def test_ours_does_what_stock_does_not(servers: Servers, scenario: Scenario) -> None:
    await servers.check(scenario, patience_s=4.0)


async def test_a_client_of_stock_asyncua_gets_what_it_asks_for(servers: Servers) -> None:
    class Handler:
        def __init__(self) -> None:
            self.values: list[Any] = []

        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            del node, data
            self.values.append(value)

    for target in (servers.ours, servers.stock):
        await write(target, 1.0)
        one: Client
        async with target.client() as one:
            handler = Handler()
            subscription = await one.create_subscription(50, handler)
            await subscription.subscribe_data_change(one.get_node(target["level"]))
            async with asyncio.timeout(5):
                while handler.values != [1.0]:  # noqa: ASYNC110 - the handler is synchronous
                    await asyncio.sleep(0.01)
            await subscription.delete()
