"""Who may do what: sessions, channels, access levels and methods, against stock asyncua."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from tests.contracts.opcua_defects.harness import SLOW_S, Servers, Target, opened
from tests.opcua_plant import CLIENT_URI, client_certificate, steal_session

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


async def code_of(asked: Any) -> str:
    """Return how a request ends: the name of its status, Good, or closed."""
    try:
        async with asyncio.timeout(4):
            result = await asked
    except ua.UaStatusCodeError as failure:
        return ua.StatusCode(ua.UInt32(failure.code)).name
    except (ConnectionError, TimeoutError):
        return "closed"
    code = result[0] if isinstance(result, list) and result else result
    code = getattr(code, "StatusCode", code)
    return code.name if isinstance(code, ua.StatusCode) else "Good"


async def call(one: Client, target: Target, name: str, *given: Any, at: str = "machine") -> Any:
    arguments = [v if isinstance(v, ua.Variant) else ua.Variant(v) for v in given]
    request = ua.CallMethodRequest(
        ObjectId=target[at], MethodId=target[name], InputArguments=arguments
    )
    (result,) = await one.uaclient.call([request])
    return result


async def read(one: Client, node_id: ua.NodeId, attribute: ua.AttributeIds) -> ua.DataValue:
    wanted = ua.ReadValueId(NodeId=node_id, AttributeId=attribute)
    (result,) = await one.uaclient.read(ua.ReadParameters(NodesToRead=[wanted]))
    return result


# -- sessions -------------------------------------------------------------------------------------


async def tokens_cannot_be_guessed(target: Target) -> None:
    async with target.client() as one, target.client() as two:
        tokens = [c.uaclient.session.authentication_token.Identifier for c in (one, two)]
        assert all(isinstance(token, bytes) and len(token) >= 32 for token in tokens)


async def sessions_cannot_be_hijacked_without_security(target: Target) -> None:
    async with target.client("admin-01") as victim:
        thief = await opened(target.plain_client())
        try:
            steal_session(thief, victim)
            assert await code_of(thief.activate_session()) != "Good"
        finally:
            thief.disconnect_socket()
        assert await victim.get_node(target["level"]).read_value() is not None


async def sessions_cannot_be_hijacked_by_another_client(target: Target) -> None:
    other = client_certificate("other-hmi")
    _trust(target, other)
    async with target.client("admin-01") as victim:
        thief = await target.open_channel("hmi-02", certificate=other)
        try:
            steal_session(thief, victim)
            assert await code_of(thief.activate_session("hmi-02", "line three")) != "Good"
        finally:
            thief.disconnect_socket()


async def a_request_needs_the_token_of_its_session(target: Target) -> None:
    async with target.client() as one:
        one.uaclient.session.restore_authentication_token(ua.NodeId(4711, 0))
        read_level = one.get_node(target["level"]).read_value()
        assert await code_of(read_level) in {"BadSessionIdInvalid", "closed"}


# -- channels -------------------------------------------------------------------------------------


def _trust(target: Target, certificate: Any) -> None:
    folder: Path = target.certificate_path.parent.parent / "trusted"
    (folder / f"{certificate.fingerprint[:16]}.der").write_bytes(certificate.der)


async def an_untrusted_client_gets_no_session_with_an_empty_certificate(target: Target) -> None:
    await _pretends(target, b"")


async def an_untrusted_client_gets_no_session_with_a_foreign_certificate(target: Target) -> None:
    await _pretends(target, client_certificate().der)


async def _pretends(target: Target, shown: bytes) -> None:
    """Open a channel with a certificate that nobody trusts, and show another one for it."""
    stranger = client_certificate("stranger")
    one = await target.prepared_client(certificate=stranger)
    try:
        try:
            await opened(one)
            result = await code_of(_create_session(one, shown))
        except (ConnectionError, ua.UaError, TimeoutError):
            result = "closed"
        assert result != "Good"
    finally:
        one.disconnect_socket()


async def _create_session(one: Client, shown: bytes) -> None:
    params = ua.CreateSessionParameters(
        ClientNonce=b"n" * 32,
        ClientCertificate=shown,
        ClientDescription=ua.ApplicationDescription(
            ApplicationUri=CLIENT_URI, ApplicationType=ua.ApplicationType.Client
        ),
        EndpointUrl=one.server_url.geturl(),
        SessionName="pretender",
        RequestedSessionTimeout=60_000,
        MaxResponseMessageSize=0,
    )
    request = ua.CreateSessionRequest(Parameters=params)
    await one.uaclient.protocol.send_request(request)


async def registering_a_server_needs_a_session(target: Target) -> None:
    one = await opened(target.plain_client())
    server = ua.RegisteredServer(
        ServerUri="urn:evil",
        ProductUri="urn:evil",
        ServerNames=[ua.LocalizedText("evil")],
        ServerType=ua.ApplicationType.Server,
        DiscoveryUrls=["opc.tcp://evil:4840"],
        IsOnline=True,
    )
    try:
        assert await code_of(one.uaclient.register_server(server)) != "Good"
    finally:
        one.disconnect_socket()


# -- subscriptions of others ----------------------------------------------------------------------


async def nobody_deletes_the_subscription_of_another_session(target: Target) -> None:
    async with target.client() as owner, target.client("hmi-02") as other:
        mine = await owner.create_subscription(100, _Silent())
        assert await code_of(other.uaclient.delete_subscriptions([mine.subscription_id])) != "Good"


async def nobody_adds_items_to_the_subscription_of_another_session(target: Target) -> None:
    async with target.client() as owner, target.client("hmi-02") as other:
        mine = await owner.create_subscription(100, _Silent())
        item = ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=target["level"], AttributeId=ua.AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(ClientHandle=7),
        )
        params = ua.CreateMonitoredItemsParameters(
            SubscriptionId=mine.subscription_id, ItemsToCreate=[item]
        )
        assert await code_of(other.uaclient.create_monitored_items(params)) != "Good"


class _Silent:
    def datachange_notification(self, *_: Any) -> None:
        """Hear nothing."""


# -- access levels and roles ----------------------------------------------------------------------


async def what_is_not_readable_is_not_read(target: Target) -> None:
    async with target.client() as one:
        value = await read(one, target["secret"], ua.AttributeIds.Value)
        assert value.StatusCode.name == "BadNotReadable"


async def an_administrator_writes_no_more_than_the_access_level_says(target: Target) -> None:
    async with target.client("admin-01") as one:
        wanted = ua.WriteValue(
            NodeId=target["level"],
            AttributeId=ua.AttributeIds.Value,
            Value=ua.DataValue(ua.Variant(99.0)),
        )
        (code,) = await one.uaclient.write(ua.WriteParameters(NodesToWrite=[wanted]))
        assert code.name == "BadNotWritable"


async def nobody_reads_history_that_there_is_not(target: Target) -> None:
    details = ua.ReadRawModifiedDetails(NumValuesPerNode=10)
    wanted = ua.HistoryReadValueId(NodeId=target["text"])
    async with target.client() as one:
        params = ua.HistoryReadParameters(
            HistoryReadDetails=details, ReleaseContinuationPoints=False, NodesToRead=[wanted]
        )
        (result,) = await one.uaclient.history_read(params)
        assert result.StatusCode.is_bad()


async def role_permissions_can_be_read(target: Target) -> None:
    async with target.client("admin-01") as one:
        for attribute in (
            ua.AttributeIds.RolePermissions,
            ua.AttributeIds.UserRolePermissions,
            ua.AttributeIds.AccessRestrictions,
            ua.AttributeIds.AccessLevelEx,
        ):
            value = await read(one, target["level"], attribute)
            assert value.StatusCode.is_good(), attribute
            assert value.Value.Value is not None, attribute


async def a_user_is_granted_no_more_than_the_access_level_says(target: Target) -> None:
    async with target.client() as one:
        level = await read(one, target["secret"], ua.AttributeIds.UserAccessLevel)
        assert level.Value.Value == 0


# -- methods --------------------------------------------------------------------------------------


async def missing_arguments_are_told(target: Target) -> None:
    async with target.client() as one:
        assert (await call(one, target, "echo")).StatusCode.name == "BadArgumentsMissing"


async def too_many_arguments_are_told(target: Target) -> None:
    async with target.client() as one:
        result = await call(one, target, "echo", "a", "b")
        assert result.StatusCode.name == "BadTooManyArguments"


async def the_argument_of_a_wrong_type_is_told(target: Target) -> None:
    async with target.client() as one:
        for name, given in (("echo", 5), ("sum", 1.0), ("echo", ["a", "b"])):
            result = await call(one, target, name, given)
            assert result.StatusCode.name == "BadInvalidArgument"
            assert [code.name for code in result.InputArgumentResults] == ["BadTypeMismatch"]


async def the_code_that_a_method_raises_is_told(target: Target) -> None:
    async with target.client() as one:
        result = await call(one, target, "fail")
        assert result.StatusCode.name == "BadResourceUnavailable"


async def a_method_belongs_to_its_object(target: Target) -> None:
    async with target.client() as one:
        result = await call(one, target, "echo", "there", at="other")
        assert result.StatusCode.name == "BadMethodInvalid"


async def the_object_of_a_call_has_to_exist(target: Target) -> None:
    async with target.client() as one:
        nowhere = ua.CallMethodRequest(
            ObjectId=ua.NodeId("nowhere", 2),
            MethodId=target["echo"],
            InputArguments=[ua.Variant("x")],
        )
        (result,) = await one.uaclient.call([nowhere])
        assert result.StatusCode.name == "BadNodeIdUnknown"


async def what_is_not_executable_is_not_executed(target: Target) -> None:
    async with target.client() as one:
        assert (await call(one, target, "locked")).StatusCode.name == "BadNotExecutable"


async def a_method_without_anything_behind_it_is_not_executable(target: Target) -> None:
    async with target.client() as one:
        assert (await call(one, target, "unlinked")).StatusCode.name == "BadNotExecutable"


async def a_huge_argument_is_refused(target: Target) -> None:
    async with target.client() as one:
        result = await call(one, target, "echo", "x" * 1_000_000)
        assert result.StatusCode.name == "BadInvalidArgument"
        assert [code.name for code in result.InputArgumentResults] == ["BadOutOfRange"]


async def a_slow_method_holds_up_nobody(target: Target) -> None:
    async with target.client() as one:
        slow = asyncio.create_task(call(one, target, "slow"))
        await asyncio.sleep(0)
        await one.get_node(target["level"]).read_value()
        is_first = not slow.done()
        result = await slow
        assert is_first, f"the read was answered only after the {SLOW_S} s of the method"
        assert result.StatusCode.is_good()


DEFECTS = (
    tokens_cannot_be_guessed,
    sessions_cannot_be_hijacked_without_security,
    sessions_cannot_be_hijacked_by_another_client,
    a_request_needs_the_token_of_its_session,
    an_untrusted_client_gets_no_session_with_an_empty_certificate,
    an_untrusted_client_gets_no_session_with_a_foreign_certificate,
    registering_a_server_needs_a_session,
    nobody_deletes_the_subscription_of_another_session,
    nobody_adds_items_to_the_subscription_of_another_session,
    what_is_not_readable_is_not_read,
    an_administrator_writes_no_more_than_the_access_level_says,
    nobody_reads_history_that_there_is_not,
    role_permissions_can_be_read,
    a_user_is_granted_no_more_than_the_access_level_says,
    missing_arguments_are_told,
    too_many_arguments_are_told,
    the_argument_of_a_wrong_type_is_told,
    the_code_that_a_method_raises_is_told,
    a_method_belongs_to_its_object,
    the_object_of_a_call_has_to_exist,
    what_is_not_executable_is_not_executed,
    a_method_without_anything_behind_it_is_not_executable,
    a_huge_argument_is_refused,
    a_slow_method_holds_up_nobody,
)


@pytest.mark.parametrize("scenario", DEFECTS, ids=lambda one: one.__name__)
async def test_stock_asyncua_lacks_it_and_we_do_not(servers: Servers, scenario: Any) -> None:
    await servers.check(scenario)
