"""The Subscription and MonitoredItem services (OPC 10000-4, 5.13 and 5.14) of one session."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from asyncua import ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions.messages import REPUBLISH
from server.faces.opcua.subscriptions.publisher import AnswerChannel, PublishRequest
from server.faces.opcua.wire.failure import code_of, service_failure, status
from server.faces.opcua.wire.unreadable import check_count, parameters_from

_MAX_BYTES: Final = 64 * 1024
"""Parameters of these services: they hold numbers only, eight bytes or less for each."""


@dataclass(frozen=True, slots=True)
class SingleService:
    """A service whose answer is not a list of results, entry by entry."""

    parameters: type
    answer: Callable[[SecureSession, Any], Any]
    """Gives the response."""
    entries_at: int | None = None
    """Where in the parameters the number of entries stands, if there are any."""


@dataclass(frozen=True, slots=True)
class PackedService:
    """A service that sends its answer itself, now or later."""

    parameters: type
    take: Callable[[SecureSession, PublishRequest, Any], None]
    entries_at: int | None = None


def _create(session: SecureSession, params: ua.CreateSubscriptionParameters) -> Any:
    created = session.rules.subscriptions.create(session.publisher, params)
    response = ua.CreateSubscriptionResponse()
    response.Parameters = ua.CreateSubscriptionResult(
        SubscriptionId=ua.UInt32(created.subscription_id),
        RevisedPublishingInterval=ua.Duration(created.revised.interval_s * 1000),
        RevisedLifetimeCount=ua.Counter(created.revised.lifetime_count),
        RevisedMaxKeepAliveCount=ua.Counter(created.revised.keep_alive_count),
    )
    return response


def _modify(session: SecureSession, params: ua.ModifySubscriptionParameters) -> Any:
    engine = session.rules.subscriptions
    subscription = engine.owned(session.publisher, params.SubscriptionId)
    revised = engine.revised(params)
    subscription.revise(revised, int(params.Priority))
    subscription.counted.modified += 1
    response = ua.ModifySubscriptionResponse()
    response.Parameters = ua.ModifySubscriptionResult(
        RevisedPublishingInterval=ua.Duration(revised.interval_s * 1000),
        RevisedLifetimeCount=ua.Counter(revised.lifetime_count),
        RevisedMaxKeepAliveCount=ua.Counter(revised.keep_alive_count),
    )
    return response


def _set_triggering(session: SecureSession, params: ua.SetTriggeringParameters) -> Any:
    _check_number(session.rules.limits, [*params.LinksToAdd, *params.LinksToRemove])
    response = ua.SetTriggeringResponse()
    response.Parameters = session.rules.items.set_triggering(session.publisher, params)
    return response


def _transfer(session: SecureSession, params: ua.TransferSubscriptionsParameters) -> Any:
    _check_number(session.rules.limits, params.SubscriptionIds)
    initial = bool(params.SendInitialValues)
    response = ua.TransferSubscriptionsResponse()
    response.Parameters.Results = [
        _transfer_one(session, one, send_initial_values=initial) for one in params.SubscriptionIds
    ]
    return response


def _transfer_one(
    session: SecureSession, subscription_id: int, *, send_initial_values: bool
) -> ua.TransferResult:
    engine = session.rules.subscriptions
    try:
        subscription = engine.transferable(session.publisher, subscription_id)
    except Exception as failure:
        code = code_of(failure)
        if code is None:
            raise
        return ua.TransferResult(StatusCode=status(code))
    available = [ua.Counter(one) for one in subscription.available]
    engine.transfer(subscription, session.publisher, send_initial_values=send_initial_values)
    return ua.TransferResult(AvailableSequenceNumbers=available)


def _publish(session: SecureSession, request: PublishRequest, params: ua.PublishParameters) -> None:
    request.results = session.publisher.acknowledge(
        [
            (one.SubscriptionId, one.SequenceNumber)
            for one in params.SubscriptionAcknowledgements or ()
        ]
    )
    session.publisher.publish(request)


def _republish(
    session: SecureSession, request: PublishRequest, params: ua.RepublishParameters
) -> None:
    engine = session.rules.subscriptions
    subscription = engine.owned(session.publisher, params.SubscriptionId)
    message = subscription.sent_message(params.RetransmitSequenceNumber)
    if message is None:
        raise service_failure(ua.StatusCodes.BadMessageNotAvailable)
    request.answer(REPUBLISH, engine.now(), message)


SINGLE_SERVICES: Final[dict[int, SingleService]] = {
    ua.ObjectIds.CreateSubscriptionRequest_Encoding_DefaultBinary: SingleService(
        ua.CreateSubscriptionParameters, _create
    ),
    ua.ObjectIds.ModifySubscriptionRequest_Encoding_DefaultBinary: SingleService(
        ua.ModifySubscriptionParameters, _modify
    ),
    ua.ObjectIds.SetTriggeringRequest_Encoding_DefaultBinary: SingleService(
        ua.SetTriggeringParameters, _set_triggering, entries_at=8
    ),
    ua.ObjectIds.TransferSubscriptionsRequest_Encoding_DefaultBinary: SingleService(
        ua.TransferSubscriptionsParameters, _transfer, entries_at=0
    ),
}

PACKED_SERVICES: Final[dict[int, PackedService]] = {
    ua.ObjectIds.PublishRequest_Encoding_DefaultBinary: PackedService(
        ua.PublishParameters, _publish, entries_at=0
    ),
    ua.ObjectIds.RepublishRequest_Encoding_DefaultBinary: PackedService(
        ua.RepublishParameters, _republish
    ),
}


class ResponseChannel(AnswerChannel, Protocol):
    """A channel that also sends responses which are not packed yet."""

    def send_response(self, requesthandle: Any, seqhdr: Any, response: Any) -> None:
        """Send a response under the handle and the id of its request."""


def take_subscription_request(
    session: SecureSession,
    channel: ResponseChannel,
    service: int,
    requesthdr: Any,
    seqhdr: Any,
    body: Any,
) -> bool:
    """Answer a request about subscriptions as a whole, now or later; False if it is another."""
    single = SINGLE_SERVICES.get(service)
    if single is not None:
        _check_size(session, single.entries_at, body)
        response = single.answer(session, parameters_from(single.parameters, body))
        channel.send_response(requesthdr.RequestHandle, seqhdr, response)
        return True
    packed = PACKED_SERVICES.get(service)
    if packed is None:
        return False
    _check_size(session, packed.entries_at, body)
    hint = requesthdr.TimeoutHint
    request = PublishRequest(
        channel=channel,
        request_id=seqhdr.RequestId,
        request_handle=requesthdr.RequestHandle,
        deadline=time.monotonic() + hint / 1000 if hint else None,
        results=[],
    )
    packed.take(session, request, parameters_from(packed.parameters, body))
    return True


def _check_size(session: SecureSession, entries_at: int | None, body: Any) -> None:
    """Refuse what is too large before it is read."""
    limits = session.rules.limits
    if len(body) > _MAX_BYTES:
        raise service_failure(ua.StatusCodes.BadTooManyOperations)
    if entries_at is not None:
        acknowledged = limits.max_unacknowledged_messages * limits.max_subscriptions_per_session
        check_count(body, entries_at, max(limits.max_nodes_per_request, acknowledged))


async def create_monitored_items(
    session: SecureSession, params: ua.CreateMonitoredItemsParameters
) -> list[ua.MonitoredItemCreateResult]:
    """Answer CreateMonitoredItems for what this caller may know of and monitor."""
    return session.rules.items.create(
        session.publisher, params, lambda wanted: _refusal(session, wanted)
    )


def _refusal(session: SecureSession, wanted: ua.ReadValueId) -> int | None:
    access, caller, node_id = session.rules.access, session.active_caller, wanted.NodeId
    if node_id not in session.aspace or not access.may(caller, AccessKind.BROWSE, node_id):
        return ua.StatusCodes.BadNodeIdUnknown
    if not access.may(caller, AccessKind.SUBSCRIBE, node_id):
        return int(access.denial(caller, node_id).value)
    if wanted.AttributeId != ua.AttributeIds.Value:
        return None
    if not access.may(caller, AccessKind.READ, node_id):
        return int(access.denial(caller, node_id).value)
    return None if access.is_readable(node_id) else ua.StatusCodes.BadNotReadable


async def modify_monitored_items(
    session: SecureSession, params: ua.ModifyMonitoredItemsParameters
) -> list[ua.MonitoredItemModifyResult]:
    """Answer ModifyMonitoredItems."""
    return session.rules.items.modify(session.publisher, params)


async def delete_monitored_items(
    session: SecureSession, params: ua.DeleteMonitoredItemsParameters
) -> list[ua.StatusCode]:
    """Answer DeleteMonitoredItems."""
    return session.rules.items.delete(session.publisher, params)


async def set_monitoring_mode(
    session: SecureSession, params: ua.SetMonitoringModeParameters
) -> list[ua.StatusCode]:
    """Answer SetMonitoringMode."""
    return session.rules.items.set_mode(session.publisher, params)


async def delete_subscriptions(
    session: SecureSession, params: ua.DeleteSubscriptionsParameters
) -> list[ua.StatusCode]:
    """Answer DeleteSubscriptions."""
    engine = session.rules.subscriptions
    results = []
    for one in params.SubscriptionIds:
        subscription = session.publisher.subscriptions.get(one)
        if subscription is None:
            results.append(status(ua.StatusCodes.BadSubscriptionIdInvalid))
        else:
            engine.delete(subscription)
            results.append(ua.StatusCode())
    return results


async def set_publishing_mode(
    session: SecureSession, params: ua.SetPublishingModeParameters
) -> list[ua.StatusCode]:
    """Answer SetPublishingMode."""
    results = []
    for one in params.SubscriptionIds:
        subscription = session.publisher.subscriptions.get(one)
        if subscription is None:
            results.append(status(ua.StatusCodes.BadSubscriptionIdInvalid))
        else:
            subscription.enable(enabled=bool(params.PublishingEnabled))
            subscription.counted.enabled += bool(params.PublishingEnabled)
            subscription.counted.disabled += not params.PublishingEnabled
            results.append(ua.StatusCode())
    return results


def _check_number(limits: SecureServerLimits, entries: list[int]) -> None:
    if not entries:
        raise service_failure(ua.StatusCodes.BadNothingToDo)
    if len(entries) > limits.max_nodes_per_request:
        raise service_failure(ua.StatusCodes.BadTooManyOperations)
