"""The records of OPC 10000-5, 12.9 to 12.16, made from what is there in the moment of a read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.diagnostics.security_record import SessionSecurityDiagnosticsDataType
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.subscriptions.subscription import Subscription

_SERVICE_COUNTS: Final = tuple(
    (name, getattr(ua.ObjectIds, f"{name.removesuffix('Count')}Request_Encoding_DefaultBinary"))
    for name in (
        "ReadCount",
        "HistoryReadCount",
        "WriteCount",
        "HistoryUpdateCount",
        "CallCount",
        "CreateMonitoredItemsCount",
        "ModifyMonitoredItemsCount",
        "SetMonitoringModeCount",
        "SetTriggeringCount",
        "DeleteMonitoredItemsCount",
        "CreateSubscriptionCount",
        "ModifySubscriptionCount",
        "SetPublishingModeCount",
        "PublishCount",
        "RepublishCount",
        "TransferSubscriptionsCount",
        "DeleteSubscriptionsCount",
        "AddNodesCount",
        "AddReferencesCount",
        "DeleteNodesCount",
        "DeleteReferencesCount",
        "BrowseCount",
        "BrowseNextCount",
        "TranslateBrowsePathsToNodeIdsCount",
        "QueryFirstCount",
        "QueryNextCount",
        "RegisterNodesCount",
        "UnregisterNodesCount",
    )
)
"""Each counter of a session with the encoding id of the requests that it counts."""
_PUBLISH: Final = ua.ObjectIds.PublishRequest_Encoding_DefaultBinary
_MAX_COUNT: Final = 2**32


def server_summary(server: SecureInternalServer) -> ua.ServerDiagnosticsSummaryDataType:
    """Return the counters of the server; views there are none."""
    counted, engine = server.counters, server.subscriptions
    intervals = {one.revised.interval_s for one in engine.all.values()}
    return ua.ServerDiagnosticsSummaryDataType(
        ServerViewCount=_count(0),
        CurrentSessionCount=_count(server.session_count),
        CumulatedSessionCount=_count(counted.sessions),
        SecurityRejectedSessionCount=_count(counted.security_rejected_sessions),
        RejectedSessionCount=_count(counted.rejected_sessions),
        SessionTimeoutCount=_count(counted.session_timeouts),
        SessionAbortCount=_count(counted.session_aborts),
        CurrentSubscriptionCount=_count(len(engine.all)),
        CumulatedSubscriptionCount=_count(engine.cumulated),
        PublishingIntervalCount=_count(len(intervals)),
        SecurityRejectedRequestsCount=_count(counted.security_rejected_requests),
        RejectedRequestsCount=_count(counted.rejected_requests),
    )


def session_record(session: SecureSession) -> ua.SessionDiagnosticsDataType:
    """Return what there is to tell about a session and its requests."""
    client, publisher, now = session.client, session.publisher, session.rules.clock()
    subscriptions = publisher.subscriptions.values()
    return ua.SessionDiagnosticsDataType(
        SessionId=session.session_id,
        SessionName=ua.String(session.session_name),
        ClientDescription=client.description,
        ServerUri=ua.String(client.server_uri),
        EndpointUrl=ua.String(client.endpoint_url),
        LocaleIds=[ua.LocaleId(one) for one in client.locale_ids],
        ActualSessionTimeout=ua.Duration((session.session_timeout or 0.0) * 1000),
        MaxResponseMessageSize=_count(client.max_response_bytes),
        ClientConnectionTime=_time(session.connected_at),
        ClientLastContactTime=_time(now - timedelta(seconds=session.idle_s)),
        CurrentSubscriptionsCount=_count(len(subscriptions)),
        CurrentMonitoredItemsCount=_count(sum(len(one.items) for one in subscriptions)),
        CurrentPublishRequestsInQueue=_count(publisher.waiting),
        **dict(_service_counts(session)),
    )


def _service_counts(session: SecureSession) -> Iterator[tuple[str, Any]]:
    requests = session.requests
    errors = dict(requests.errors)
    # Those that waited and were refused; what is refused at once is counted like the others.
    errors[_PUBLISH] = errors.get(_PUBLISH, 0) + session.publisher.refused
    total = sum(requests.totals.values())
    yield "TotalRequestCount", _service(total, sum(errors.values()))
    yield "UnauthorizedRequestCount", _count(requests.unauthorized)
    for name, request in _SERVICE_COUNTS:
        yield name, _service(requests.totals.get(request, 0), errors.get(request, 0))


def security_record(session: SecureSession) -> SessionSecurityDiagnosticsDataType:
    """Return who uses a session, and how its channel is secured; no secrets."""
    channel, caller = session.channel, session.caller
    name = caller.account.name if caller is not None else ""
    return SessionSecurityDiagnosticsDataType(
        SessionId=session.session_id,
        ClientUserIdOfSession=name,
        ClientUserIdHistory=[name] if name else [],
        AuthenticationMechanism=session.client.token_kind,
        Encoding_="UA Binary",
        TransportProtocol="opc.tcp",
        SecurityMode=channel.mode if channel else ua.MessageSecurityMode.Invalid,
        SecurityPolicyUri=channel.policy_uri if channel else "",
        ClientCertificate=channel.client_certificate if channel else b"",
    )


def subscription_record(subscription: Subscription) -> ua.SubscriptionDiagnosticsDataType:
    """Return what there is to tell about a subscription; it may have no session at present."""
    revised, counted = subscription.revised, subscription.counted
    has_session = subscription.publisher is not None
    items = subscription.items.values()
    disabled = sum(one.mode is ua.MonitoringMode.Disabled for one in items)
    return ua.SubscriptionDiagnosticsDataType(
        SessionId=subscription.caller.session_id if has_session else ua.NodeId(),
        SubscriptionId=_count(subscription.subscription_id),
        Priority=ua.Byte(subscription.priority),
        PublishingInterval=ua.Duration(revised.interval_s * 1000),
        MaxKeepAliveCount=_count(revised.keep_alive_count),
        MaxLifetimeCount=_count(revised.lifetime_count),
        MaxNotificationsPerPublish=_count(revised.max_notifications),
        PublishingEnabled=subscription.is_enabled,
        ModifyCount=_count(counted.modified),
        EnableCount=_count(counted.enabled),
        DisableCount=_count(counted.disabled),
        RepublishRequestCount=_count(counted.republish_requests),
        RepublishMessageRequestCount=_count(counted.republish_requests),
        RepublishMessageCount=_count(counted.republished),
        TransferRequestCount=_count(counted.transfer_requests),
        TransferredToAltClientCount=_count(counted.transferred_to_other_clients),
        TransferredToSameClientCount=_count(counted.transferred_to_same_client),
        PublishRequestCount=_count(counted.published),
        DataChangeNotificationsCount=_count(counted.data_changes),
        EventNotificationsCount=_count(counted.events),
        NotificationsCount=_count(counted.data_changes + counted.events),
        LatePublishRequestCount=_count(counted.late),
        CurrentKeepAliveCount=_count(subscription.silent_cycles),
        CurrentLifetimeCount=_count(subscription.unserved_cycles),
        UnacknowledgedMessageCount=_count(len(subscription.available)),
        DiscardedMessageCount=_count(counted.discarded_messages),
        MonitoredItemCount=_count(len(items)),
        DisabledMonitoredItemCount=_count(disabled),
        MonitoringQueueOverflowCount=_count(counted.data_overflows),
        NextSequenceNumber=_count(subscription.next_sequence),
        EventQueueOverflowCount=_count(counted.event_overflows),
    )


def _service(total: int, errors: int) -> ua.ServiceCounterDataType:
    return ua.ServiceCounterDataType(TotalCount=_count(total), ErrorCount=_count(errors))


def _count(value: int) -> ua.UInt32:
    """Return a counter as it goes out: 32 bits, begun anew when they are full."""
    return ua.UInt32(value % _MAX_COUNT)


def _time(moment: Any) -> ua.UtcTime:
    return moment  # type: ignore[no-any-return]  # asyncua names a type that is nowhere made
