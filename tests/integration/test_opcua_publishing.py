"""The publishing cycle: keep-alives, acknowledgements, limits, the end (OPC 10000-4, 5.14)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.settings import SecureServerLimits
from tests.opcua_plant import Plant, client, prepared_client, running_plant, status_of, wait_until
from tests.opcua_subscriber import Subscriber, ask, notifications

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

KEPT = 5
REQUESTS = 3


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    limits = SecureServerLimits(
        login_refusal_after_s=0.05,
        max_unacknowledged_messages=KEPT,
        max_publish_requests_per_session=REQUESTS,
    )
    async with running_plant(folder, limits=limits) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    """Yield a client of its own for each test: what one leaves behind ends with its session."""
    async with client(plant) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def subscriber(plant: Plant, hmi: Client) -> AsyncIterator[Subscriber]:
    await write(plant, 0.0)
    one = await Subscriber.create(hmi)
    yield one
    await one.delete()


async def write(plant: Plant, *values: Any, node: str = "level") -> None:
    for value in values:
        await plant.server.write_value(plant[node], ua.DataValue(value))


def plain(answer: ua.PublishResult) -> list[Any]:
    return [one.Value.Value.Value for one in notifications(answer)]


# -- messages -------------------------------------------------------------------------------------


async def test_a_keep_alive_names_the_next_number_and_does_not_use_it(
    plant: Plant, subscriber: Subscriber
) -> None:
    first, second = await subscriber.publish(), await subscriber.publish()
    numbers = [one.NotificationMessage.SequenceNumber for one in (first, second)]
    assert (numbers, plain(first), first.AvailableSequenceNumbers) == ([1, 1], [], [])
    await subscriber.add(plant["level"])
    third = await subscriber.publish()
    assert third.NotificationMessage.SequenceNumber == 1
    assert (plain(third), third.AvailableSequenceNumbers) == ([0.0], [1])
    fourth = await subscriber.publish()
    assert fourth.NotificationMessage.SequenceNumber == 2


async def test_a_message_has_no_more_notifications_than_asked_for(
    plant: Plant, hmi: Client
) -> None:
    await write(plant, 0.0)
    subscriber = await Subscriber.create(hmi, MaxNotificationsPerPublish=2)
    await subscriber.add(plant["level"])
    await write(plant, *range(1, 5))
    answers = [await subscriber.publish() for _ in range(3)]
    assert [plain(one) for one in answers] == [[0.0, 1], [2, 3], [4]]
    assert [one.MoreNotifications for one in answers] == [True, True, False]
    await subscriber.delete()


async def test_a_message_of_many_chunks_arrives_whole(plant: Plant, subscriber: Subscriber) -> None:
    texts = [letter * 300_000 for letter in "abc"]
    await write(plant, texts[0], node="text")
    await subscriber.add(plant["text"])
    await write(plant, *texts[1:], node="text")
    first = await subscriber.publish()
    assert plain(first) == texts[:2]  # a message ends where it becomes too long
    assert first.MoreNotifications
    assert await subscriber.values() == texts[2:]


async def test_what_is_acknowledged_is_forgotten_and_what_is_not_can_be_had_again(
    plant: Plant, subscriber: Subscriber
) -> None:
    await subscriber.add(plant["level"])
    first = await subscriber.publish()
    again = await subscriber.republish(1)
    assert again == first.NotificationMessage
    await write(plant, 1.0)
    sub_id = subscriber.subscription_id
    subscriber.acknowledge = [(sub_id, 1), (sub_id, 77), (4711, 1)]
    second = await subscriber.publish()
    assert [one.name for one in second.Results] == [
        "Good",
        "BadSequenceNumberUnknown",
        "BadSubscriptionIdInvalid",
    ]
    assert second.AvailableSequenceNumbers == [2]
    assert await status_of(subscriber.republish(1)) == "BadMessageNotAvailable"


async def test_messages_kept_for_republish_are_bounded(
    plant: Plant, subscriber: Subscriber
) -> None:
    await subscriber.add(plant["level"])
    for value in range(KEPT + 3):
        await write(plant, value + 1.0)
        answer = await subscriber.publish()
        subscriber.acknowledge.clear()
    last = answer.NotificationMessage.SequenceNumber
    assert answer.AvailableSequenceNumbers == list(range(last - KEPT + 1, last + 1))


async def test_a_subscription_that_is_switched_off_sends_keep_alives_and_keeps_what_comes(
    plant: Plant, hmi: Client, subscriber: Subscriber
) -> None:
    await subscriber.add(plant["level"])
    await set_publishing(hmi, subscriber, enabled=False)
    await write(plant, 1.0)
    assert plain(await subscriber.publish()) == []
    await set_publishing(hmi, subscriber, enabled=True)
    assert await subscriber.values() == [0.0, 1.0]


async def set_publishing(one: Client, subscriber: Subscriber, *, enabled: bool) -> None:
    parameters = ua.SetPublishingModeParameters(
        PublishingEnabled=enabled, SubscriptionIds=[subscriber.subscription_id, 4711]
    )
    codes = await one.uaclient.set_publishing_mode(parameters)
    assert [code.name for code in codes] == ["Good", "BadSubscriptionIdInvalid"]


async def test_a_subscription_can_be_modified(plant: Plant, hmi: Client) -> None:
    subscriber = await Subscriber.create(hmi, interval_ms=60_000)
    await subscriber.add(plant["level"])
    request = ua.ModifySubscriptionRequest()
    request.Parameters = ua.ModifySubscriptionParameters(
        SubscriptionId=subscriber.subscription_id,
        RequestedPublishingInterval=1,
        RequestedLifetimeCount=2,
        RequestedMaxKeepAliveCount=10,
        MaxNotificationsPerPublish=1,
    )
    revised = (await ask(hmi, request, ua.ModifySubscriptionResponse)).Parameters
    assert revised.RevisedPublishingInterval == 50.0
    assert (revised.RevisedMaxKeepAliveCount, revised.RevisedLifetimeCount) == (10, 30)
    await write(plant, 5.0)
    assert len(plain(await subscriber.publish())) == 1
    await subscriber.delete()


# -- who is served --------------------------------------------------------------------------------


async def test_the_more_important_subscription_is_served_first(plant: Plant, hmi: Client) -> None:
    calm = await Subscriber.create(hmi, Priority=1)
    urgent = await Subscriber.create(hmi, Priority=200)
    engine = plant.server.iserver.subscriptions
    for one in (calm, urgent):
        await one.add(plant["level"])
        await wait_until(lambda one=one: engine.all[one.subscription_id].is_late)
    first, second = await calm.publish(), await calm.publish()
    assert [first.SubscriptionId, second.SubscriptionId] == [
        urgent.subscription_id,
        calm.subscription_id,
    ]
    await calm.delete()
    await urgent.delete()


async def test_without_a_subscription_there_is_nothing_to_wait_for(hmi: Client) -> None:
    assert await status_of(ask(hmi, ua.PublishRequest(), ua.PublishResponse)) == "BadNoSubscription"
    subscriber = await Subscriber.create(hmi, interval_ms=60_000)
    waiting = asyncio.create_task(subscriber.publish())
    await asyncio.sleep(0)
    await subscriber.delete()
    assert await status_of(waiting) == "BadNoSubscription"


async def test_the_oldest_of_too_many_requests_is_sent_back(hmi: Client) -> None:
    subscriber = await Subscriber.create(hmi, interval_ms=60_000)
    waiting = [asyncio.create_task(subscriber.publish()) for _ in range(REQUESTS + 1)]
    assert await status_of(waiting[0]) == "BadTooManyPublishRequests"
    assert not any(one.done() for one in waiting[1:])
    await subscriber.delete()
    assert {await status_of(one) for one in waiting[1:]} == {"BadNoSubscription"}


async def test_a_subscription_that_nobody_fetches_ends_and_says_so(
    plant: Plant, hmi: Client
) -> None:
    subscriber = await Subscriber.create(hmi, lifetime=3)
    assert subscriber.revised.RevisedLifetimeCount == 3
    there = plant.server.iserver.subscriptions.all
    await wait_until(lambda: subscriber.subscription_id not in there)
    answer = await subscriber.publish()
    (change,) = notifications(answer)
    assert isinstance(change, ua.StatusChangeNotification)
    assert (answer.SubscriptionId, change.Status.name) == (
        subscriber.subscription_id,
        "BadTimeout",
    )
    assert await status_of(subscriber.publish()) == "BadNoSubscription"


async def is_served(plant: Plant, one: Client) -> None:
    await write(plant, 8.0)
    subscriber = await Subscriber.create(one)
    await subscriber.add(plant["level"])
    assert await subscriber.values() == [8.0]
    await subscriber.delete()


async def test_a_client_that_reads_nothing_does_not_hold_up_the_others(
    plant: Plant, hmi: Client
) -> None:
    big = "x" * 200_000
    lazy = await prepared_client(plant)
    await lazy.connect()
    slow = await Subscriber.create(lazy)
    await slow.add(plant["text"], queue=3)
    held = plant.server.iserver.subscriptions.all[slow.subscription_id]
    transport = lazy.uaclient.protocol.transport
    transport.pause_reading()
    waiting = []
    turn, channel = 0, None
    async with asyncio.timeout(20):
        while channel is None or not channel.is_congested:
            turn += 1
            await write(plant, f"{turn}{big}", node="text")
            waiting.append(asyncio.create_task(slow.publish()))
            await asyncio.sleep(0.01)
            requests = held.publisher._requests
            channel = requests[0].channel if requests else channel
    for more in range(10):
        await write(plant, f"{more}", node="text")
    (item,) = held.items.values()
    assert [one.value.Value.Value for one in item.queue] == ["7", "8", "9"]
    await is_served(plant, hmi)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    transport.abort()
    lazy.disconnect_socket()
    await lazy.close_session()
