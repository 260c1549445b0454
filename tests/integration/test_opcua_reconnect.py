"""Subscriptions that survive their connection and their session (OPC 10000-4, 5.14.7 and 6.7)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.settings import SecureServerLimits
from tests.opcua_plant import (
    Plant,
    client,
    open_plain_channel,
    prepared_client,
    running_plant,
    status_of,
    steal_session,
    wait_until,
)
from tests.opcua_subscriber import Subscriber, ask, notifications
from tests.tcp_proxy import Proxy

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

VALUES = 2_000
LIMITS = SecureServerLimits(
    login_refusal_after_s=0.05,
    max_monitored_item_queue=VALUES,
    min_session_timeout_s=0.3,
    max_subscriptions_per_session=3,
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder, limits=LIMITS, allow_policy_none=True) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def proxy(plant: Plant) -> AsyncIterator[Proxy]:
    async with Proxy.to(plant.server.bound_port) as one:
        yield one


async def write(plant: Plant, *values: float) -> None:
    for value in values:
        await plant.server.write_value(plant["level"], ua.DataValue(value))


async def through(plant: Plant, proxy: Proxy) -> Client:
    """Return a client with an open channel through the proxy."""
    one = await prepared_client(plant)
    one._server_url = one.server_url._replace(netloc=f"127.0.0.1:{proxy.port}")
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    return one


async def test_nothing_is_lost_and_nothing_doubled_when_the_connection_is_cut(
    plant: Plant, proxy: Proxy
) -> None:
    assert await received_over_a_cut(plant, proxy, away_s=0.0) == [-1.0, *range(VALUES)]


async def received_over_a_cut(plant: Plant, proxy: Proxy, *, away_s: float) -> list[float]:
    """Return what a client gets of 2,000 values whose connection is cut in the middle of them."""
    await write(plant, -1.0)
    first = await through(plant, proxy)
    await first.create_session()
    await first.activate_session("hmi-01", "booth seven")
    subscriber = await Subscriber.create(first, MaxNotificationsPerPublish=300)
    await subscriber.add(plant["level"], queue=VALUES)
    received: list[float] = await subscriber.values()
    await under_way(plant, proxy, subscriber)
    await asyncio.sleep(away_s)
    await write(plant, *range(VALUES // 2, VALUES))

    second = await through(plant, proxy)
    steal_session(second, first)  # the same application, on a new connection
    await second.activate_session("hmi-01", "booth seven")
    subscriber.client = second
    received += await missed(subscriber, last=1)
    assert len(subscriber.acknowledge) >= 3  # what was under way when the connection was cut
    received += await subscriber.values()
    await second.close_session()
    second.disconnect_socket()
    return received


async def under_way(plant: Plant, proxy: Proxy, subscriber: Subscriber) -> None:
    """Cut the connection when messages have been sent which the client has not got."""
    proxy.hold()
    waiting = [asyncio.create_task(subscriber.publish()) for _ in range(3)]
    await write(plant, *range(VALUES // 2))
    held = plant.server.iserver.subscriptions.all[subscriber.subscription_id]
    await wait_until(lambda: len(held.available) >= 3)
    proxy.cut()
    await asyncio.gather(*waiting, return_exceptions=True)


async def missed(subscriber: Subscriber, last: int) -> list[Any]:
    """Return the values of the messages after one, as a client asks for them that comes back."""
    subscriber.acknowledge = []
    received = []
    for sequence in range(last + 1, last + 100):
        try:
            message = await subscriber.republish(sequence)
        except ua.UaStatusCodeError:
            break
        subscriber.acknowledge.append((subscriber.subscription_id, sequence))
        for part in message.NotificationData:
            received += [one.Value.Value.Value for one in part.MonitoredItems]
    return received


async def closed_without_deleting(one: Client) -> None:
    one.uaclient.session.closing = True  # type: ignore[attr-defined]
    request = ua.CloseSessionRequest(DeleteSubscriptions=False)
    await ask(one, request, ua.CloseSessionResponse)


async def transfer(one: Client, *ids: int, initial: bool = False) -> list[ua.TransferResult]:
    request = ua.TransferSubscriptionsRequest()
    request.Parameters.SubscriptionIds = list(ids)
    request.Parameters.SendInitialValues = initial
    answer = await ask(one, request, ua.TransferSubscriptionsResponse)
    results: list[ua.TransferResult] = answer.Parameters.Results
    return results


async def test_a_subscription_goes_on_in_another_session_of_the_account(plant: Plant) -> None:
    await write(plant, 0.0)
    async with client(plant) as old, client(plant) as new:
        subscriber = await Subscriber.create(old)
        await subscriber.add(plant["level"])
        await subscriber.publish()
        waiting = asyncio.create_task(subscriber.publish())
        await write(plant, 1.0)
        await waiting
        (result,) = await transfer(new, subscriber.subscription_id)
        assert result.StatusCode.is_good()
        assert result.AvailableSequenceNumbers == [2]
        (farewell,) = notifications(await subscriber.publish())
        assert farewell.Status.name == "GoodSubscriptionTransferred"
        assert await status_of(subscriber.publish()) == "BadNoSubscription"
        moved = Subscriber(new, subscriber.subscription_id, subscriber.revised)
        assert len((await moved.republish(2)).NotificationData) == 1
        await write(plant, 2.0)
        assert await moved.values() == [2.0]
        await moved.delete()


async def test_a_subscription_waits_for_a_new_session_after_the_old_one_is_closed(
    plant: Plant,
) -> None:
    await write(plant, 0.0)
    async with client(plant) as old:
        subscriber = await Subscriber.create(old)
        await subscriber.add(plant["level"])
        assert await subscriber.values() == [0.0]
        await closed_without_deleting(old)
    await write(plant, 1.0, 2.0)
    async with client(plant) as new:
        (result,) = await transfer(new, subscriber.subscription_id)
        assert result.StatusCode.is_good()
        moved = Subscriber(new, subscriber.subscription_id, subscriber.revised)
        assert await moved.values() == [1.0, 2.0]
        (result,) = await transfer(new, subscriber.subscription_id, initial=True)
        assert await moved.values() == [2.0]
        await moved.delete()


async def test_a_session_that_was_silent_for_too_long_leaves_its_subscriptions(
    plant: Plant,
) -> None:
    one = await prepared_client(plant)
    one.session_timeout = 1  # ms: less than the server grants
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    await one.create_session()
    await one.activate_session("hmi-01", "booth seven")
    subscriber = await Subscriber.create(one)
    await wait_until(lambda: plant.server.iserver.session_count == 0)
    async with client(plant) as new:
        (result,) = await transfer(new, subscriber.subscription_id)
        assert result.StatusCode.is_good()
        await Subscriber(new, subscriber.subscription_id, subscriber.revised).delete()
    one.disconnect_socket()


async def test_nobody_else_gets_a_subscription(plant: Plant) -> None:
    async with client(plant) as owner, client(plant, user="hmi-02") as other:
        subscriber = await Subscriber.create(owner)
        (result, unknown) = await transfer(other, subscriber.subscription_id, 4711)
        assert result.StatusCode.name == "BadUserAccessDenied"
        assert unknown.StatusCode.name == "BadSubscriptionIdInvalid"
        plain = await open_plain_channel(plant)
        await plain.create_session()
        await plain.activate_session()
        (result,) = await transfer(plain, subscriber.subscription_id)
        assert result.StatusCode.name == "BadUserAccessDenied"
        anonymous = await Subscriber.create(plain)
        (result,) = await transfer(owner, anonymous.subscription_id)
        assert result.StatusCode.name == "BadUserAccessDenied"
        await closed_without_deleting(plain)  # nobody could ever take it over
        assert anonymous.subscription_id not in plant.server.iserver.subscriptions.all
        plain.disconnect_socket()
        assert plant.server.iserver.subscriptions.all[subscriber.subscription_id]
        async with client(plant, mode=ua.MessageSecurityMode.Sign) as weaker:
            (result,) = await transfer(weaker, subscriber.subscription_id)
            assert result.StatusCode.name == "BadUserAccessDenied"
        await subscriber.delete()


async def test_an_account_cannot_pile_up_subscriptions_without_sessions(plant: Plant) -> None:
    held = plant.server.iserver.subscriptions.all
    for _ in range(3):
        async with client(plant) as one:
            for _ in range(2):
                await Subscriber.create(one)
            await closed_without_deleting(one)
    assert len(held) == 3
    async with client(plant) as last:
        results = await transfer(last, *held)
        assert all(result.StatusCode.is_good() for result in results)
        with suppress(ua.UaStatusCodeError):
            await last.uaclient.delete_subscriptions(list(held))
    await wait_until(lambda: not held)
