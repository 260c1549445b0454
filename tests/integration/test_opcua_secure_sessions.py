"""Nobody gets into a session that is not his: tokens, channels, identities, items of others."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from tests.opcua_plant import (
    Plant,
    client,
    client_certificate,
    open_channel,
    open_plain_channel,
    prepared_client,
    running_plant,
    status_of,
    steal_session,
    trust,
    wait_until,
)

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

OTHER = "other-hmi"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    trust(folder, client_certificate(OTHER))
    async with running_plant(folder, allow_policy_none=True) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def victim(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


def read_level(plant: Plant, one: Client) -> Any:
    wanted = ua.ReadValueId(NodeId=plant["level"], AttributeId=ua.AttributeIds.Value)
    return one.uaclient.read(ua.ReadParameters(NodesToRead=[wanted]))


async def test_tokens_are_long_random_and_checked_on_each_request(
    plant: Plant, victim: Client
) -> None:
    async with client(plant) as second:
        tokens = [one.uaclient.session.authentication_token for one in (victim, second)]
        for token in tokens:
            assert token.NodeIdType is ua.NodeIdType.ByteString
            assert len(token.Identifier) == 32
        assert tokens[0] != tokens[1]
        guesses = [
            ua.NodeId(1001),
            ua.NodeId(),
            ua.NodeId(bytes(32), 0, ua.NodeIdType.ByteString),
            ua.NodeId(tokens[1].Identifier, 1, ua.NodeIdType.ByteString),
            tokens[0],  # the token of another session
        ]
        for guess in guesses:
            second.uaclient.session.restore_authentication_token(guess)
            assert await status_of(read_level(plant, second)) == "BadSessionIdInvalid"
        second.uaclient.session.restore_authentication_token(tokens[1])
        assert await status_of(read_level(plant, second)) == "Good"


async def test_a_stolen_token_is_worth_nothing_on_another_channel(
    plant: Plant, victim: Client
) -> None:
    thief = await open_channel(plant, certificate=client_certificate(OTHER))
    steal_session(thief, victim)
    assert await status_of(read_level(plant, thief)) == "BadSessionIdInvalid"
    close = thief.uaclient.protocol.send_request(ua.CloseSessionRequest())
    assert await status_of(close) == "BadSessionIdInvalid"
    assert await status_of(read_level(plant, victim)) == "Good"
    thief.disconnect_socket()


async def test_a_session_moves_only_to_a_channel_of_the_same_certificate(
    plant: Plant, victim: Client
) -> None:
    thief = await open_channel(plant, certificate=client_certificate(OTHER))
    steal_session(thief, victim)
    activation = thief.activate_session("hmi-01", "booth seven")
    assert await status_of(activation) == "BadSecurityChecksFailed"
    assert await status_of(read_level(plant, victim)) == "Good"
    thief.disconnect_socket()


async def test_policy_none_never_takes_over_a_secured_session(plant: Plant, victim: Client) -> None:
    thief = await open_plain_channel(plant)
    steal_session(thief, victim)
    thief.security_policy.peer_certificate = plant.server.own_certificate.der
    thief._policy_ids = [ua.UserTokenPolicy("anonymous", ua.UserTokenType.Anonymous)]
    assert await status_of(thief.activate_session()) == "BadSecurityChecksFailed"
    token = victim.uaclient.session.authentication_token
    session: Any = plant.server.iserver.lookup_external_session(token)
    assert session.caller.account.name == "hmi-01"
    assert await status_of(read_level(plant, victim)) == "Good"
    thief.disconnect_socket()


async def test_an_anonymous_session_never_moves(plant: Plant) -> None:
    first = await open_plain_channel(plant)
    await first.create_session()
    await first.activate_session()
    second = await open_plain_channel(plant)
    steal_session(second, first)
    assert await status_of(second.activate_session()) == "BadSecurityChecksFailed"
    for one in (first, second):
        one.disconnect_socket()


async def test_a_client_that_comes_back_gets_its_session_and_subscription(plant: Plant) -> None:
    first = await open_channel(plant)
    await first.create_session()
    await first.activate_session("hmi-01", "booth seven")
    seen: list[Any] = []

    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            del node, data
            seen.append(value)

    subscription = await first.create_subscription(50, Handler())
    await subscription.subscribe_data_change(first.get_node(plant["level"]))
    await wait_until(lambda: bool(seen))
    second = await open_channel(plant)
    steal_session(second, first)  # the same application, on a new connection
    await second.activate_session("hmi-01", "booth seven")
    assert await status_of(read_level(plant, second)) == "Good"
    assert await status_of(read_level(plant, first)) == "BadSessionIdInvalid"
    request = ua.PublishRequest()
    answer = asyncio.ensure_future(second.uaclient.protocol.send_request(request, timeout=5))
    await plant.server.write_value(plant["level"], ua.DataValue(7.5))
    response = ua.ua_binary.struct_from_binary(ua.PublishResponse, await answer)
    assert response.Parameters.SubscriptionId == subscription.subscription_id
    for one in (first, second):
        one.disconnect_socket()
    await plant.server.write_value(plant["level"], ua.DataValue(1.0))


async def test_the_identity_of_a_session_never_changes(plant: Plant, victim: Client) -> None:
    change = victim.activate_session("hmi-02", "line three")
    assert await status_of(change) == "BadIdentityChangeNotSupported"
    assert await status_of(read_level(plant, victim)) == "Good"


async def test_what_a_client_calls_itself_stays_on_one_short_line(plant: Plant) -> None:
    one = await prepared_client(plant)
    one.description = "hmi\n2026-01-01 WARNING all is well" + "x" * 10_000
    async with one:
        session = plant.server.iserver.sessions[-1]
        assert session.session_name.startswith("hmi?2026")
        assert len(session.session_name) == 512
        assert session.active_caller.session_name == session.session_name


async def test_a_session_must_be_activated_first(plant: Plant) -> None:
    one = await open_channel(plant)
    assert await status_of(read_level(plant, one)) == "BadSessionIdInvalid"
    await one.create_session()
    assert await status_of(read_level(plant, one)) == "BadSessionNotActivated"
    one.disconnect_socket()


async def test_a_forged_client_signature_is_refused(plant: Plant) -> None:
    one = await open_channel(plant)
    await one.create_session()
    nonce = one._server_nonce
    one._server_nonce = bytes(32)  # signs over something else than the server's nonce
    activation = one.activate_session("hmi-01", "booth seven")
    assert await status_of(activation) == "BadApplicationSignatureInvalid"
    assert nonce is not None
    one.disconnect_socket()


async def test_a_second_session_on_a_channel_is_refused(plant: Plant, victim: Client) -> None:
    assert await status_of(victim.create_session()) == "BadTooManySessions"
    assert await status_of(read_level(plant, victim)) == "Good"


async def test_another_sessions_subscription_does_not_exist(plant: Plant, victim: Client) -> None:
    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None: ...

    subscription = await victim.create_subscription(1000, Handler())
    await subscription.subscribe_data_change(victim.get_node(plant["level"]))
    sub_id = subscription.subscription_id
    (item_id,) = plant.server.iserver.subscriptions.all[sub_id].items
    async with client(plant) as other:
        low = other.uaclient
        (deleted,) = await low.delete_subscriptions([sub_id])
        assert deleted.name == "BadSubscriptionIdInvalid"
        attempts = [
            low.modify_subscription(ua.ModifySubscriptionParameters(SubscriptionId=sub_id)),
            low.delete_monitored_items(
                ua.DeleteMonitoredItemsParameters(SubscriptionId=sub_id, MonitoredItemIds=[item_id])
            ),
            low.create_monitored_items(
                ua.CreateMonitoredItemsParameters(
                    SubscriptionId=sub_id, ItemsToCreate=[ua.MonitoredItemCreateRequest()]
                )
            ),
            low.set_monitoring_mode(
                ua.SetMonitoringModeParameters(SubscriptionId=sub_id, MonitoredItemIds=[item_id])
            ),
            low.protocol.send_request(
                ua.RepublishRequest(Parameters=ua.RepublishParameters(SubscriptionId=sub_id))
            ),
        ]
        for attempt in attempts:
            assert await status_of(attempt) == "BadSubscriptionIdInvalid"
        (mode,) = await low.set_publishing_mode(
            ua.SetPublishingModeParameters(PublishingEnabled=False, SubscriptionIds=[sub_id])
        )
        assert mode.name == "BadSubscriptionIdInvalid"
    untouched = plant.server.iserver.subscriptions.all[sub_id]
    assert list(untouched.items) == [item_id]
    assert untouched.is_enabled


@pytest.mark.parametrize(
    ("request_type", "expected"),
    [
        (ua.AddNodesRequest, "BadUserAccessDenied"),
        (ua.DeleteNodesRequest, "BadUserAccessDenied"),
        (ua.AddReferencesRequest, "BadUserAccessDenied"),
        (ua.DeleteReferencesRequest, "BadUserAccessDenied"),
        (ua.HistoryUpdateRequest, "BadUserAccessDenied"),
        (ua.RegisterServerRequest, "BadServiceUnsupported"),
        (ua.RegisterServer2Request, "BadServiceUnsupported"),
        (ua.QueryFirstRequest, "BadServiceUnsupported"),
    ],
)
async def test_services_that_no_client_may_use(
    victim: Client, request_type: type, expected: str
) -> None:
    assert await status_of(victim.uaclient.protocol.send_request(request_type())) == expected


async def test_register_server_needs_a_session_too(plant: Plant) -> None:
    one = await open_channel(plant)
    register = one.uaclient.protocol.send_request(ua.RegisterServerRequest())
    assert await status_of(register) == "BadSessionIdInvalid"
    one.disconnect_socket()
