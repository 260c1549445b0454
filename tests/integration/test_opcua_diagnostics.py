"""Diagnostics over a socket: each counter counts what it is called, and limits are kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from historian.in_memory import InMemoryTagValues
from server.faces.opcua.access.caller import Account
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.history.dispatch import tag_history
from server.faces.opcua.sessions.session_guard import SessionGuard
from server.faces.opcua.settings import SecureServerLimits
from tests.opcua_plant import (
    CLIENT_URI,
    Plant,
    call,
    client,
    open_channel,
    prepared_client,
    running_plant,
    status_of,
    wait_until,
)
from tests.opcua_subscriber import Subscriber, ask, field_of, selecting

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

I = ua.ObjectIds  # noqa: E741 - as short as the names behind it are long
LIMITS = SecureServerLimits(
    max_sessions=3,
    max_subscriptions=4,
    max_subscriptions_per_session=3,
    max_monitored_items=9,
    max_monitored_items_per_session=6,
    max_monitored_item_queue=5,
    max_nodes_per_request=7,
    max_history_nodes_per_request=2,
    max_methods_per_request=2,
    max_browse_continuation_points=2,
    max_unacknowledged_messages=2,
    min_session_timeout_s=0.4,
    login_refusal_after_s=0.0,
)
SUMMARY = "Server_ServerDiagnostics_ServerDiagnosticsSummary"
SESSIONS = "Server_ServerDiagnostics_SessionsDiagnosticsSummary"
CAPABILITIES = "Server_ServerCapabilities"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder, limits=LIMITS) as one:
        none = tag_history({}, InMemoryTagValues(), lambda: "")
        one.server.iserver.history_manager = none  # type: ignore[assignment]
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


async def value(one: Client, name: str) -> Any:
    return await one.get_node(ua.NodeId(getattr(I, name))).read_value()


async def summary(one: Client) -> Any:
    return await value(one, SUMMARY)


async def grown(one: Client, before: Any) -> dict[str, int]:
    """Return what has changed in the summary."""
    after = await summary(one)
    changes = {
        name: getattr(after, name) - getattr(before, name) for name in before.__dataclass_fields__
    }
    return {name: change for name, change in changes.items() if change}


# -- the summary ----------------------------------------------------------------------------------


async def test_sessions_are_counted_from_their_begin_to_their_end(
    plant: Plant, hmi: Client
) -> None:
    before = await summary(hmi)
    async with client(plant):
        assert await grown(hmi, before) == {"CurrentSessionCount": 1, "CumulatedSessionCount": 1}
    assert await grown(hmi, before) == {"CumulatedSessionCount": 1}


async def test_a_wrong_password_is_a_session_and_a_request_rejected_for_security(
    plant: Plant, hmi: Client
) -> None:
    before = await summary(hmi)
    one = await prepared_client(plant, password="wrong")
    assert await status_of(one.connect()) == "BadUserAccessDenied"
    await wait_until(lambda: plant.server.iserver.session_count == 1)
    assert await grown(hmi, before) == {
        "CumulatedSessionCount": 1,
        "RejectedSessionCount": 1,
        "SecurityRejectedSessionCount": 1,
        "RejectedRequestsCount": 1,
        "SecurityRejectedRequestsCount": 1,
    }


async def test_a_session_too_many_is_rejected_but_not_for_security(
    plant: Plant, hmi: Client
) -> None:
    async with client(plant), client(plant):
        before = await summary(hmi)
        fourth = await open_channel(plant)
        assert await status_of(fourth.create_session()) == "BadTooManySessions"
        fourth.disconnect_socket()
        assert await grown(hmi, before) == {"RejectedSessionCount": 1, "RejectedRequestsCount": 1}


async def test_a_session_that_is_silent_is_a_timeout_and_one_that_is_busy_goes_on(
    plant: Plant, hmi: Client
) -> None:
    before = await summary(hmi)
    silent, busy = await open_channel(plant), await open_channel(plant)
    for one in (silent, busy):
        one.session_timeout = 1  # ms: less than the server grants
        await one.create_session()
        await one.activate_session("hmi-01", "booth seven")
    loop = asyncio.get_running_loop()
    end = loop.time() + 4 * LIMITS.min_session_timeout_s
    while loop.time() < end:
        assert await status_of(busy.get_node(plant["level"]).read_value()) == "Good"
        await asyncio.sleep(0.05)
    assert (await grown(hmi, before))["SessionTimeoutCount"] == 1
    assert "SessionAbortCount" not in await grown(hmi, before)
    await busy.close_session()
    for one in (silent, busy):
        one.disconnect_socket()


async def test_a_session_of_a_locked_account_is_an_abort(plant: Plant, hmi: Client) -> None:
    before = await summary(hmi)
    other = await prepared_client(plant, user="hmi-02")
    await other.connect()

    def locked(account: Account) -> str:
        return "locked" if account.name == "hmi-02" else ""

    await SessionGuard(plant.server.iserver, locked).check()
    assert (await grown(hmi, before))["SessionAbortCount"] == 1
    assert await status_of(other.close_session()) == "BadSessionIdInvalid"
    other.disconnect_socket()


async def test_subscriptions_and_their_intervals_are_counted(hmi: Client) -> None:
    before = await summary(hmi)
    one = await Subscriber.create(hmi, interval_ms=100)
    await Subscriber.create(hmi, interval_ms=100)
    await Subscriber.create(hmi, interval_ms=200)
    assert await grown(hmi, before) == {
        "CurrentSubscriptionCount": 3,
        "CumulatedSubscriptionCount": 3,
        "PublishingIntervalCount": 2,
    }
    await hmi.uaclient.delete_subscriptions([one.subscription_id])
    assert (await grown(hmi, before))["CurrentSubscriptionCount"] == 2


async def test_single_counters_are_those_of_the_summary(hmi: Client) -> None:
    whole = await summary(hmi)
    for name in whole.__dataclass_fields__:
        assert await value(hmi, f"{SUMMARY}_{name}") == getattr(whole, name), name


async def test_requests_are_counted_as_rejected_on_both_ways(plant: Plant, hmi: Client) -> None:
    before = await summary(hmi)
    quick = ua.ReadRequest()
    quick.Parameters.MaxAge = -1.0
    quick.Parameters.NodesToRead = [ua.ReadValueId(plant["level"], ua.AttributeIds.Value)]
    assert await status_of(ask(hmi, quick, ua.ReadResponse)) == "BadMaxAgeInvalid"
    assert await status_of(ask(hmi, ua.BrowseNextRequest(), ua.BrowseNextResponse)) == (
        "BadNothingToDo"
    )
    forbidden = ua.AddNodesRequest()
    assert await status_of(ask(hmi, forbidden, ua.AddNodesResponse)) == "BadUserAccessDenied"
    assert await grown(hmi, before) == {
        "RejectedRequestsCount": 3,
        "SecurityRejectedRequestsCount": 1,
    }
    own = await own_record(hmi)
    assert own.ReadCount.ErrorCount == own.BrowseNextCount.ErrorCount == 1
    assert (own.AddNodesCount.TotalCount, own.AddNodesCount.ErrorCount) == (1, 1)
    assert (own.UnauthorizedRequestCount, own.TotalRequestCount.ErrorCount) == (1, 3)


# -- sessions -------------------------------------------------------------------------------------


async def test_a_session_shows_its_client_and_each_of_its_requests(
    plant: Plant, hmi: Client
) -> None:
    before = await own_record(hmi)
    level = hmi.get_node(plant["level"])
    for _ in range(3):
        await level.read_value()
    await level.get_children()
    await hmi.get_node(plant["setpoint"]).write_value(3.0)
    await call(hmi, plant["machine"], plant["echo"], "x")
    await call(hmi, plant["machine"], plant["sum"], ua.Variant([1.0], is_array=True))
    one = await Subscriber.create(hmi)
    await one.add(plant["level"])
    await one.publish()
    after = await own_record(hmi)

    def more(name: str) -> int:
        return getattr(after, name).TotalCount - getattr(before, name).TotalCount

    assert [more(f"{x}Count") for x in ("Read", "Browse", "Write", "Call")] == [4, 1, 1, 2]
    assert [more(f"Create{x}Count") for x in ("Subscription", "MonitoredItems")] == [1, 1]
    assert (more("PublishCount"), more("TotalRequestCount")) == (1, 11)
    assert (after.CurrentSubscriptionsCount, after.CurrentMonitoredItemsCount) == (1, 1)
    assert after.ClientDescription.ApplicationUri == CLIENT_URI
    assert after.ActualSessionTimeout == LIMITS.max_session_timeout_s * 1000
    assert after.LocaleIds == ["en"]
    assert after.EndpointUrl == plant.url
    assert before.ClientConnectionTime == after.ClientConnectionTime
    assert before.ClientLastContactTime < after.ClientLastContactTime


async def test_a_session_shows_how_it_is_secured(plant: Plant, hmi: Client) -> None:
    (record,) = await value(hmi, f"{SESSIONS}_SessionSecurityDiagnosticsArray")
    assert (record.ClientUserIdOfSession, record.ClientUserIdHistory) == ("hmi-01", ["hmi-01"])
    assert (record.AuthenticationMechanism, record.Encoding_) == ("UserName", "UA Binary")
    assert record.TransportProtocol == "opc.tcp"
    assert record.SecurityMode is ua.MessageSecurityMode.SignAndEncrypt
    assert record.SecurityPolicyUri.endswith("#Basic256Sha256")
    assert record.ClientCertificate.startswith(b"0\x82")
    assert record.SessionId == plant.server.iserver.sessions[0].session_id


async def test_a_session_has_an_object_as_long_as_it_lasts(plant: Plant, hmi: Client) -> None:
    folder = hmi.get_node(ua.NodeId(I.Server_ServerDiagnostics_SessionsDiagnosticsSummary))
    async with client(plant, user="hmi-02"):
        records = await value(hmi, f"{SESSIONS}_SessionDiagnosticsArray")
        assert len(records) == 2
        objects = await folder.get_children(nodeclassmask=ua.NodeClass.Object)
        assert {one.nodeid for one in objects} == {record.SessionId for record in records}
        for one in objects:
            assert await one.read_type_definition() == ua.NodeId(I.SessionDiagnosticsObjectType)
            parts = await one.get_variables()
            assert len(parts) == 3
            for part in parts:
                whole, kind = await part.read_value(), await part.read_type_definition()
                for field in await part.get_variables():
                    name = (await field.read_browse_name()).Name
                    shown = getattr(whole, name, None) or getattr(whole, f"{name}_", None)
                    if "Count" not in name and "Time" not in name and shown:
                        assert await field.read_value() == shown, name
                assert kind.Identifier in (
                    I.SessionDiagnosticsVariableType,
                    I.SessionSecurityDiagnosticsType,
                    I.SubscriptionDiagnosticsArrayType,
                )
    (left,) = await folder.get_children(nodeclassmask=ua.NodeClass.Object)
    assert left.nodeid == plant.server.iserver.sessions[0].session_id
    node_ids = plant.server.iserver.aspace.keys()
    assert len([one for one in node_ids if isinstance(one.Identifier, bytes)]) == 56


async def own_record(one: Client) -> Any:
    """Return the record of the only session."""
    (own,) = await value(one, f"{SESSIONS}_SessionDiagnosticsArray")
    return own


# -- subscriptions --------------------------------------------------------------------------------


async def subscription(one: Client) -> Any:
    (record,) = await value(one, "Server_ServerDiagnostics_SubscriptionDiagnosticsArray")
    return record


async def test_a_subscription_shows_what_became_of_it(plant: Plant, hmi: Client) -> None:
    one = await Subscriber.create(hmi, keep_alive=2, Priority=7, MaxNotificationsPerPublish=50)
    await one.add(plant["level"], queue=2)
    await one.add(plant["area"], attribute=ua.AttributeIds.EventNotifier, wanted=selecting("Time"))
    await one.add(plant["text"], mode=ua.MonitoringMode.Disabled)
    for number in range(5):
        await plant.server.write_value(plant["level"], ua.DataValue(ua.Variant(100.0 + number)))
    await one.publish()
    record = await subscription(hmi)
    assert record.SubscriptionId == one.subscription_id
    assert (record.Priority, record.MaxNotificationsPerPublish) == (7, 50)
    assert record.PublishingInterval == one.revised.RevisedPublishingInterval
    assert record.MaxKeepAliveCount == one.revised.RevisedMaxKeepAliveCount
    assert record.MaxLifetimeCount == one.revised.RevisedLifetimeCount
    assert (record.MonitoredItemCount, record.DisabledMonitoredItemCount) == (3, 1)
    assert (record.DataChangeNotificationsCount, record.NotificationsCount) == (2, 2)
    assert record.MonitoringQueueOverflowCount == 4
    assert (record.UnacknowledgedMessageCount, record.NextSequenceNumber) == (1, 2)
    assert (record.PublishRequestCount, record.PublishingEnabled) == (1, True)


async def test_a_subscription_shows_what_was_asked_of_it(plant: Plant, hmi: Client) -> None:
    one = await Subscriber.create(hmi)
    await one.add(plant["level"])
    first = await one.publish()
    number = first.NotificationMessage.SequenceNumber
    for wanted in (number, number + 7):
        again = ua.RepublishRequest()
        again.Parameters.SubscriptionId = one.subscription_id
        again.Parameters.RetransmitSequenceNumber = wanted
        await status_of(ask(hmi, again, ua.RepublishResponse))
    for enabled in (False, True, True):
        mode = ua.SetPublishingModeRequest()
        mode.Parameters.SubscriptionIds = [one.subscription_id]
        mode.Parameters.PublishingEnabled = enabled
        await ask(hmi, mode, ua.SetPublishingModeResponse)
    again = ua.ModifySubscriptionRequest()
    again.Parameters.SubscriptionId = one.subscription_id
    again.Parameters.RequestedPublishingInterval = 60.0
    await ask(hmi, again, ua.ModifySubscriptionResponse)
    record = await subscription(hmi)
    assert (record.RepublishRequestCount, record.RepublishMessageRequestCount) == (2, 2)
    assert (record.RepublishMessageCount, record.ModifyCount) == (1, 1)
    assert (record.EnableCount, record.DisableCount) == (2, 1)
    assert record.PublishingInterval == 60.0


async def test_messages_that_nobody_acknowledges_are_counted_when_they_go(
    plant: Plant, hmi: Client
) -> None:
    one = await Subscriber.create(hmi)
    await one.add(plant["level"])
    for number in range(4):
        await plant.server.write_value(plant["level"], ua.DataValue(ua.Variant(200.0 + number)))
        while not (await one.publish()).NotificationMessage.NotificationData:
            pass
        one.acknowledge = []
    record = await subscription(hmi)
    assert (record.UnacknowledgedMessageCount, record.DiscardedMessageCount) == (2, 2)
    assert record.NextSequenceNumber == 5


async def test_a_subscription_is_late_when_no_request_is_there(plant: Plant, hmi: Client) -> None:
    one = await Subscriber.create(hmi)
    await one.add(plant["level"])
    held = plant.server.iserver.subscriptions.all[one.subscription_id]
    await wait_until(lambda: held.is_late)
    assert (await subscription(hmi)).LatePublishRequestCount == 1
    await wait_until(lambda: held.unserved_cycles > 1)
    assert (await subscription(hmi)).CurrentLifetimeCount > 1
    await one.publish()
    assert (await subscription(hmi)).CurrentLifetimeCount < 2


async def test_who_may_not_see_the_sessions_sees_its_own_subscriptions(
    plant: Plant, hmi: Client
) -> None:
    name = "Server_ServerDiagnostics_SubscriptionDiagnosticsArray"
    hidden = (AccessKind.READ, ua.NodeId(I.Server_ServerDiagnostics_SessionsDiagnosticsSummary))
    async with client(plant, user="hmi-02") as other:
        mine, theirs = await Subscriber.create(hmi), await Subscriber.create(other)
        assert len(await value(hmi, name)) == 2
        plant.rules.denied.add(hidden)
        try:
            assert [x.SubscriptionId for x in await value(hmi, name)] == [mine.subscription_id]
            assert [x.SubscriptionId for x in await value(other, name)] == [theirs.subscription_id]
        finally:
            plant.rules.denied.remove(hidden)


async def test_a_counter_can_be_monitored(plant: Plant, hmi: Client) -> None:
    one = await Subscriber.create(hmi)
    made = await one.add(
        ua.NodeId(I.Server_ServerDiagnostics_ServerDiagnosticsSummary_RejectedRequestsCount)
    )
    assert made.RevisedSamplingInterval == 1000.0
    (first,) = await one.until_quiet()
    assert await status_of(ask(hmi, ua.BrowseNextRequest(), ua.BrowseNextResponse)) != "Good"
    plant.server.iserver.subscriptions.watches.look()
    (second,) = await one.until_quiet()
    assert second.Value.Value.Value == first.Value.Value.Value + 1


# -- the limits -----------------------------------------------------------------------------------


def per_request(plant: Plant, name: str, number: int) -> tuple[Any, type]:
    """Return a request with so many entries, and its response."""
    level = plant["level"]
    entries: dict[str, tuple[str, Any]] = {
        "Read": ("NodesToRead", ua.ReadValueId(level, ua.AttributeIds.Value)),
        "Write": ("NodesToWrite", ua.WriteValue(level, ua.AttributeIds.Value)),
        "Browse": ("NodesToBrowse", ua.BrowseDescription(NodeId=level)),
        "RegisterNodes": ("NodesToRegister", level),
        "TranslateBrowsePathsToNodeIds": ("BrowsePaths", ua.BrowsePath(StartingNode=level)),
        "Call": ("MethodsToCall", ua.CallMethodRequest(plant["machine"], plant["unlinked"])),
        "HistoryRead": ("NodesToRead", ua.HistoryReadValueId(NodeId=level)),
        "CreateMonitoredItems": (
            "ItemsToCreate",
            ua.MonitoredItemCreateRequest(ua.ReadValueId(level, ua.AttributeIds.Value)),
        ),
    }
    field, entry = entries[name]
    request = getattr(ua, f"{name}Request")()
    setattr(request.Parameters, field, [entry] * number)
    if name == "HistoryRead":
        request.Parameters.HistoryReadDetails = ua.ReadRawModifiedDetails()
    return request, getattr(ua, f"{name}Response")


@pytest.mark.parametrize(
    ("limit", "service"),
    [
        ("MaxNodesPerRead", "Read"),
        ("MaxNodesPerWrite", "Write"),
        ("MaxNodesPerBrowse", "Browse"),
        ("MaxNodesPerRegisterNodes", "RegisterNodes"),
        ("MaxNodesPerTranslateBrowsePathsToNodeIds", "TranslateBrowsePathsToNodeIds"),
        ("MaxNodesPerMethodCall", "Call"),
        ("MaxNodesPerHistoryReadData", "HistoryRead"),
        ("MaxNodesPerHistoryReadEvents", "HistoryRead"),
        ("MaxMonitoredItemsPerCall", "CreateMonitoredItems"),
    ],
)
async def test_a_request_may_have_as_many_entries_as_is_said(
    plant: Plant, hmi: Client, limit: str, service: str
) -> None:
    most = await value(hmi, f"{CAPABILITIES}_OperationLimits_{limit}")
    request, response = per_request(plant, service, most)
    assert await status_of(ask(hmi, request, response)) in ("Good", "BadSubscriptionIdInvalid")
    request, response = per_request(plant, service, most + 1)
    assert await status_of(ask(hmi, request, response)) == "BadTooManyOperations"


async def test_operation_limits_are_no_others(hmi: Client) -> None:
    limits = hmi.get_node(ua.NodeId(I.Server_ServerCapabilities_OperationLimits))
    assert len(await limits.get_properties()) == 9


async def test_subscriptions_are_as_many_as_is_said(plant: Plant, hmi: Client) -> None:
    of_session = await value(hmi, f"{CAPABILITIES}_MaxSubscriptionsPerSession")
    of_all = await value(hmi, f"{CAPABILITIES}_MaxSubscriptions")
    for _ in range(of_session):
        await Subscriber.create(hmi)
    assert await status_of(Subscriber.create(hmi)) == "BadTooManySubscriptions"
    async with client(plant) as other:
        for _ in range(of_all - of_session):
            await Subscriber.create(other)
        assert await status_of(Subscriber.create(other)) == "BadTooManySubscriptions"


async def test_items_are_as_many_as_is_said(plant: Plant, hmi: Client) -> None:
    of_one = await value(hmi, f"{CAPABILITIES}_MaxMonitoredItemsPerSubscription")
    of_all = await value(hmi, f"{CAPABILITIES}_MaxMonitoredItems")
    queue = await value(hmi, f"{CAPABILITIES}_MaxMonitoredItemsQueueSize")

    async def fill(one: Client, most: int) -> None:
        mine = await Subscriber.create(one)
        for _ in range(most):
            made = await mine.add(plant["level"], queue=queue + 1)
            assert (made.StatusCode.name, made.RevisedQueueSize) == ("Good", queue)
        assert (await mine.add(plant["level"])).StatusCode.name == "BadTooManyMonitoredItems"

    await fill(hmi, of_one)
    async with client(plant) as other:
        await fill(other, of_all - of_one)


async def test_browse_continuation_points_are_as_many_as_is_said(plant: Plant, hmi: Client) -> None:
    most = await value(hmi, f"{CAPABILITIES}_MaxBrowseContinuationPoints")
    wanted = ua.BrowseDescription(NodeId=plant["machine"], BrowseDirection=ua.BrowseDirection.Both)
    asked = ua.BrowseParameters(
        RequestedMaxReferencesPerNode=1, NodesToBrowse=[wanted] * (most + 1)
    )
    results = await hmi.uaclient.browse(asked)
    names = [one.StatusCode.name for one in results]
    assert names == ["Good"] * most + ["BadNoContinuationPoints"]


async def test_clauses_of_an_event_filter_are_as_many_as_is_said(plant: Plant, hmi: Client) -> None:
    most = await value(hmi, f"{CAPABILITIES}_MaxSelectClauseParameters")
    one = await Subscriber.create(hmi)
    events = {"attribute": ua.AttributeIds.EventNotifier}
    made = await one.add(plant["area"], wanted=selecting(*["Time"] * most), **events)
    assert made.StatusCode.name == "Good"
    made = await one.add(plant["area"], wanted=selecting(*["Time"] * (most + 1)), **events)
    assert made.StatusCode.is_bad()


async def test_operands_of_a_where_clause_are_as_many_as_is_said(plant: Plant, hmi: Client) -> None:
    most = await value(hmi, f"{CAPABILITIES}_MaxWhereClauseParameters")
    one = await Subscriber.create(hmi)
    limits = [ua.LiteralOperand(ua.Variant(one, ua.VariantType.UInt16)) for one in (0, 999)]
    within = ua.ContentFilterElement(ua.FilterOperator.Between, [field_of("Severity"), *limits])
    for number, is_good in ((most // 3, True), (most // 3 + 1, False)):
        made = await one.add(
            plant["area"],
            attribute=ua.AttributeIds.EventNotifier,
            wanted=selecting("Time", where=(within,) * number),
        )
        assert made.StatusCode.is_good() is is_good


async def test_sessions_are_as_many_as_is_said(hmi: Client) -> None:
    # That there are no more is tried above.
    assert await value(hmi, f"{CAPABILITIES}_MaxSessions") == LIMITS.max_sessions


async def test_samples_are_as_close_as_is_said(plant: Plant, hmi: Client) -> None:
    least = await value(hmi, f"{CAPABILITIES}_MinSupportedSampleRate")
    one = await Subscriber.create(hmi)
    made = await one.add(plant["level"], sampling_ms=least)
    assert made.RevisedSamplingInterval == least == 0.0


async def test_there_are_no_queries_to_continue(hmi: Client) -> None:
    assert await value(hmi, f"{CAPABILITIES}_MaxQueryContinuationPoints") == 0
    query = ask(hmi, ua.QueryFirstRequest(), ua.QueryFirstResponse)
    assert await status_of(query) == "BadServiceUnsupported"


# -- the end --------------------------------------------------------------------------------------


async def test_clients_are_told_before_an_orderly_stop(tmp_path: Path) -> None:
    async with running_plant(tmp_path) as plant:
        one = await prepared_client(plant)
        await one.connect()
        mine = await Subscriber.create(one, keep_alive=1000)
        await mine.add(ua.NodeId(I.Server_ServerStatus_State))
        await mine.publish()
        await mine.add(ua.NodeId(I.Server_ServerStatus))
        await mine.publish()
        waiting = asyncio.create_task(mine.publish())
        publisher = plant.server.iserver.sessions[0].publisher
        await wait_until(lambda: publisher.waiting == 1)
        await plant.server.stop()
        (told,) = (await waiting).NotificationMessage.NotificationData
        values = [item.Value.Value.Value for item in told.MonitoredItems]
        assert values[0] == ua.ServerState.Shutdown
        assert values[1].State is ua.ServerState.Shutdown
        assert values[1].ShutdownReason.Text
        await one.disconnect()
        plant.server.bserver = None
