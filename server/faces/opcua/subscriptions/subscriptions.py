"""Subscriptions with revised parameters inside the limits, each owned by one session."""

import asyncio
from collections.abc import Callable
from typing import Any

from asyncua import ua
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_subscription import InternalSubscription
from asyncua.server.subscription_service import SubscriptionService
from typing_extensions import override

from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions.monitored_items import CheckedMonitoredItems
from server.faces.opcua.wire.failure import service_failure


class OwnedSubscriptions(SubscriptionService):
    """All subscriptions of a server; the callers check whose they are with ``owned``."""

    def __init__(self, server: InternalServer, limits: SecureServerLimits) -> None:
        super().__init__(server.aspace, iserver=server)
        self._limits = limits

    def owned(self, session_id: ua.NodeId) -> list[InternalSubscription]:
        """Return the subscriptions of one session."""
        return [one for one in self.subscriptions.values() if one.session_id == session_id]

    def of_session(self, subscription_id: int, session_id: ua.NodeId) -> InternalSubscription:
        """Return a subscription of this session; somebody else's does not exist for it."""
        subscription = self.subscriptions.get(subscription_id)
        if subscription is None or subscription.session_id != session_id:
            raise service_failure(ua.StatusCodes.BadSubscriptionIdInvalid)
        return subscription

    def item_count(self, session_id: ua.NodeId) -> int:
        """Return how many monitored items a session has."""
        return sum(
            one.monitored_item_srv.count
            for one in self.owned(session_id)
            if isinstance(one.monitored_item_srv, CheckedMonitoredItems)
        )

    @override
    async def create_subscription(
        self,
        params: ua.CreateSubscriptionParameters,
        callback: Callable[..., Any],
        session_id: ua.NodeId,
        request_callback: Callable[..., Any] | None = None,
    ) -> ua.CreateSubscriptionResult:
        if request_callback is not None:  # a client's, not the server's own
            if len(self.owned(session_id)) >= self._limits.max_subscriptions_per_session:
                raise service_failure(ua.StatusCodes.BadTooManySubscriptions)
            params.RequestedPublishingInterval = ua.Duration(
                self._interval_ms(params.RequestedPublishingInterval)
            )
            params.RequestedLifetimeCount = ua.Counter(
                _lifetime(params.RequestedLifetimeCount, params.RequestedMaxKeepAliveCount)
            )
        result = await super().create_subscription(params, callback, session_id, request_callback)
        # Its publishing task has been made but not run yet: no item can be there to be lost.
        subscription = self.subscriptions[result.SubscriptionId]
        subscription.monitored_item_srv = CheckedMonitoredItems(
            subscription, self._limits.max_monitored_item_queue
        )
        return result

    @override
    def modify_subscription(
        self, params: ua.ModifySubscriptionParameters
    ) -> ua.ModifySubscriptionResult:
        subscription = self.subscriptions[params.SubscriptionId]
        revised = subscription.data
        interval = self._interval_ms(params.RequestedPublishingInterval)
        revised.RevisedMaxKeepAliveCount = ua.Counter(
            self._clamp_keep_alive_count(params.RequestedMaxKeepAliveCount)
        )
        revised.RevisedLifetimeCount = ua.Counter(
            self._clamp_lifetime_count(
                _lifetime(params.RequestedLifetimeCount, params.RequestedMaxKeepAliveCount)
            )
        )
        if interval != revised.RevisedPublishingInterval and subscription._task is not None:  # noqa: SLF001 - the publishing loop reads its interval once, so it has to be started anew
            revised.RevisedPublishingInterval = ua.Duration(interval)
            subscription._task.cancel()  # noqa: SLF001 - as above
            subscription._task = asyncio.create_task(subscription._subscription_loop())  # noqa: SLF001 - as above
        return ua.ModifySubscriptionResult(
            RevisedPublishingInterval=revised.RevisedPublishingInterval,
            RevisedLifetimeCount=revised.RevisedLifetimeCount,
            RevisedMaxKeepAliveCount=revised.RevisedMaxKeepAliveCount,
        )

    def _interval_ms(self, requested: float) -> float:
        # max() with the limit first also turns a NaN into the limit.
        at_least = max(self._limits.min_publishing_interval_s * 1000, requested)
        return min(self._limits.max_publishing_interval_s * 1000, at_least)


def _lifetime(lifetime_count: int, keep_alive_count: int) -> int:
    """Return a lifetime of at least three keep-alives (OPC 10000-4, 5.14.2)."""
    return max(lifetime_count, 3 * keep_alive_count) if lifetime_count else 0
