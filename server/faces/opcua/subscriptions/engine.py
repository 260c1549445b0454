"""All subscriptions of a server: who has them, how long they live, and how events reach them."""

import logging
import secrets
from collections import deque
from collections.abc import Container, Iterable
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import Account, Caller
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.settings import Clock, SecureServerLimits
from server.faces.opcua.subscriptions.event_record import Event, EventRecord, EventTypes
from server.faces.opcua.subscriptions.monitored_item import DataItem, EventItem, MonitoredItem
from server.faces.opcua.subscriptions.overflow_event import OverflowEvent
from server.faces.opcua.subscriptions.sampling_wheel import SamplingWheel
from server.faces.opcua.subscriptions.subscription import (
    Revised,
    SessionPublisher,
    Subscription,
)
from server.faces.opcua.subscriptions.watches import Watches
from server.faces.opcua.wire.encode import ticks
from server.faces.opcua.wire.failure import service_failure

_log = logging.getLogger(__name__)

_KEEP_ALIVES_PER_LIFETIME: Final = 3  # OPC 10000-4, 5.14.2
_MAX_KEEP_ALIVE_S: Final = 600.0
_MAX_LIFETIME_S: Final = 3600.0
_DEFAULT_KEEP_ALIVE: Final = 10


class Subscriptions:
    """The subscriptions of all clients."""

    def __init__(
        self,
        space: AddressSpace,
        limits: SecureServerLimits,
        access: NodeAccess,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self.space: Final = space
        self.limits: Final = limits
        self.wheel: Final = SamplingWheel()
        self.watches: Final = Watches(space, access.read, self.now)
        self.event_types: Final = EventTypes(space)
        self.all: Final[dict[int, Subscription]] = {}
        self._access = access
        self.item_count = 0
        """Monitored items of all subscriptions."""
        self.cumulated = 0
        """How many subscriptions there ever were."""
        self._next_id = secrets.randbelow(2**30) + 1
        self._last_item_id = 0
        self._event_items: dict[ua.NodeId, dict[EventItem, Subscription]] = {}

    def now(self) -> int:
        """Return the present in ticks."""
        return ticks(self._clock())

    # -- subscriptions --------------------------------------------------------------------------

    def publisher(self) -> SessionPublisher:
        """Return the part that a session has in this, for a new session."""
        return SessionPublisher(self.limits.max_publish_requests_per_session, self.now)

    def owned(self, publisher: SessionPublisher, subscription_id: int) -> Subscription:
        """Return a subscription of a session; somebody else's does not exist for it."""
        subscription = publisher.subscriptions.get(subscription_id)
        if subscription is None:
            raise service_failure(ua.StatusCodes.BadSubscriptionIdInvalid)
        subscription.keep_alive()
        return subscription

    def create(
        self, publisher: SessionPublisher, wanted: ua.CreateSubscriptionParameters
    ) -> Subscription:
        """Create a subscription; ServiceError BadTooManySubscriptions beyond the limits."""
        if (
            len(self.all) >= self.limits.max_subscriptions
            or len(publisher.subscriptions) >= self.limits.max_subscriptions_per_session
        ):
            raise service_failure(ua.StatusCodes.BadTooManySubscriptions)
        while self._next_id in self.all:
            self._next_id += 1
        subscription = Subscription(
            self._next_id, publisher, self.revised(wanted), self.limits, self.now, self._expired
        )
        self._next_id = self._next_id % (2**31) + 1
        subscription.priority = int(wanted.Priority)
        subscription.enable(enabled=bool(wanted.PublishingEnabled))
        self.cumulated += 1
        self.all[subscription.subscription_id] = subscription
        publisher.subscriptions[subscription.subscription_id] = subscription
        return subscription

    def revised(
        self, wanted: ua.CreateSubscriptionParameters | ua.ModifySubscriptionParameters
    ) -> Revised:
        """Return what is granted of what was asked for (OPC 10000-4, 5.14.2)."""
        limits = self.limits
        # max() with the limit first also turns a NaN into the limit.
        interval = min(
            limits.max_publishing_interval_s,
            max(limits.min_publishing_interval_s, wanted.RequestedPublishingInterval / 1000),
        )
        keep_alive = int(wanted.RequestedMaxKeepAliveCount) or _DEFAULT_KEEP_ALIVE
        keep_alive = max(1, min(keep_alive, int(_MAX_KEEP_ALIVE_S / interval)))
        lifetime = min(int(wanted.RequestedLifetimeCount), int(_MAX_LIFETIME_S / interval))
        return Revised(
            interval_s=interval,
            lifetime_count=max(lifetime, _KEEP_ALIVES_PER_LIFETIME * keep_alive),
            keep_alive_count=keep_alive,
            max_notifications=int(wanted.MaxNotificationsPerPublish),
        )

    def delete(self, subscription: Subscription) -> None:
        """Delete a subscription with its items; the session hears if it was its last one."""
        publisher = subscription.publisher
        subscription.triggers.clear()
        for item in tuple(subscription.items.values()):
            self.remove_item(subscription, item)
        subscription.close()
        self.all.pop(subscription.subscription_id, None)
        if publisher is not None:
            publisher.no_more_subscriptions()

    def _expired(self, subscription: Subscription) -> None:
        publisher = subscription.publisher
        _log.info("subscription %d was not fetched in time", subscription.subscription_id)
        farewell = subscription.status_change(ua.StatusCodes.BadTimeout)
        self.delete(subscription)
        if publisher is not None:
            publisher.add_farewell(subscription.subscription_id, farewell)

    def leave(self, publisher: SessionPublisher, *, delete: bool) -> None:
        """Take a session that ends from its subscriptions: they go, or wait for a transfer."""
        publisher.refuse_requests(ua.StatusCodes.BadSessionClosed)
        caller = publisher.caller
        for subscription in tuple(publisher.subscriptions.values()):
            if delete or caller is None or caller.read_only:
                self.delete(subscription)
            else:
                subscription.move_to(None)
        if caller is not None:
            self._bound_orphans(caller.account)

    def _bound_orphans(self, account: Account) -> None:
        """Keep no more of an account's subscriptions without a session than one session has."""
        orphans = deque(
            one
            for one in self.all.values()
            if one.publisher is None and one.caller.account.name == account.name
        )
        while len(orphans) > self.limits.max_subscriptions_per_session:
            self.delete(orphans.popleft())

    def transferable(self, publisher: SessionPublisher, subscription_id: int) -> Subscription:
        """Return a subscription that a session may take over (OPC 10000-4, 5.14.7).

        It has to be the same account, on a channel that is secured as well as before. Anonymous
        sessions cannot show that they are the same client.
        """
        subscription = self.all.get(subscription_id)
        caller = publisher.caller
        if subscription is None or caller is None:
            raise service_failure(ua.StatusCodes.BadSubscriptionIdInvalid)
        subscription.counted.transfer_requests += 1
        if not _is_same_user(subscription.caller, caller):
            raise service_failure(ua.StatusCodes.BadUserAccessDenied)
        if (
            subscription.publisher is not publisher
            and len(publisher.subscriptions) >= self.limits.max_subscriptions_per_session
        ):
            raise service_failure(ua.StatusCodes.BadTooManySubscriptions)
        return subscription

    def transfer(
        self, subscription: Subscription, publisher: SessionPublisher, *, send_initial_values: bool
    ) -> None:
        """Give a subscription to another session; the old one is told."""
        before = subscription.publisher
        if before is not publisher:
            _count_transfer(subscription, publisher)
            subscription.move_to(publisher)
            if before is not None:
                code = ua.StatusCodes.GoodSubscriptionTransferred
                before.add_farewell(subscription.subscription_id, subscription.status_change(code))
                before.no_more_subscriptions()
        if send_initial_values:
            self.resend(subscription)
        publisher.serve_late()

    def resend(self, subscription: Subscription) -> None:
        """Queue the present value of every reporting data item (OPC 10000-5, 9.2)."""
        for item in subscription.items.values():
            if not isinstance(item, DataItem) or item.has_notifications:
                continue  # what is queued says it already
            if item.mode is ua.MonitoringMode.Reporting:
                item.resend(self.watches.current(item, subscription.caller))

    def say_all(self) -> bool:
        """Look at everything and send at once what there is to say; tell whether there was any."""
        self.watches.look()
        return sum(subscription.say_now() for subscription in tuple(self.all.values())) > 0

    def stop(self) -> None:
        """Stop all timers; nobody is told."""
        self.wheel.stop()
        self.watches.stop()
        for subscription in tuple(self.all.values()):
            subscription.close()
        self.all.clear()

    # -- items ----------------------------------------------------------------------------------

    def new_item_id(self) -> int:
        """Return an id that no item of this server has had."""
        self._last_item_id = self._last_item_id % (2**32 - 1) + 1
        return self._last_item_id

    def add_item(self, subscription: Subscription, item: MonitoredItem) -> None:
        """Put an item into its subscription."""
        self.item_count += item.item_id not in subscription.items
        subscription.items[item.item_id] = item
        subscription.queue_sizes += item.queue_size
        if isinstance(item, EventItem):
            subscription.event_items += 1
            self._event_items.setdefault(item.node_id, {})[item] = subscription

    def remove_item(self, subscription: Subscription, item: MonitoredItem) -> None:
        """Take an item out of everything it is in."""
        item.set_mode(ua.MonitoringMode.Disabled)
        if subscription.items.pop(item.item_id, None) is not None:
            self.item_count -= 1
            subscription.queue_sizes -= item.queue_size
            subscription.event_items -= isinstance(item, EventItem)
        subscription.triggers.pop(item.item_id, None)
        for other in subscription.triggers.values():
            other.links.pop(item.item_id, None)
        if isinstance(item, DataItem):
            self.watches.detach(item)
            return
        listening = self._event_items.get(item.node_id, {})
        if isinstance(item, EventItem):
            listening.pop(item, None)
        if not listening:
            self._event_items.pop(item.node_id, None)

    # -- events ---------------------------------------------------------------------------------

    @property
    def has_event_items(self) -> bool:
        """Whether anybody listens to events at all."""
        return bool(self._event_items)

    def emit(self, event: Event, notifiers: Iterable[ua.NodeId]) -> None:
        """Hand an event to the items on all these nodes whose owners may receive it."""
        record = EventRecord(event)
        for node_id in notifiers:
            for item, subscription in self._event_items.get(node_id, {}).items():
                if not self._access.may_receive(
                    subscription.caller, record.event_type, record.source_node
                ):
                    continue
                try:
                    item.offer(record, self._overflow)
                except Exception:  # noqa: BLE001 - the other subscribers must still be told
                    _log.exception("an event could not be handed to item %d", item.item_id)

    def events_to(
        self,
        caller: Caller,
        subscription_id: int,
        item_id: int | None,
        events: Iterable[tuple[Event, Container[ua.NodeId] | None]],
    ) -> None:
        """Hand events to one subscription of the caller, or to one item of it, and nobody else.

        Each event comes with the nodes whose listeners get it; None passes by the filters too, as
        the marks of a refresh do (OPC 10000-9, 5.5.7). ServiceError BadSubscriptionIdInvalid or
        BadMonitoredItemIdInvalid when there is none of these ids.
        """
        subscription = self.all.get(subscription_id)
        if subscription is None or subscription.caller.session_id != caller.session_id:
            raise service_failure(ua.StatusCodes.BadSubscriptionIdInvalid)
        wanted = (
            [subscription.items.get(item_id)]
            if item_id is not None
            else (list(subscription.items.values()))
        )
        items = [item for item in wanted if isinstance(item, EventItem)]
        if item_id is not None and not items:
            raise service_failure(ua.StatusCodes.BadMonitoredItemIdInvalid)
        for event, notifiers in events:
            record = EventRecord(event)
            for item in items:
                if notifiers is None:
                    item.offer(record, self._overflow, filtered=False)
                elif item.node_id in notifiers and self._access.may_receive(
                    caller, record.event_type, record.source_node
                ):
                    item.offer(record, self._overflow)

    def _overflow(self) -> EventRecord:
        return EventRecord(OverflowEvent(self._clock()))


def _count_transfer(subscription: Subscription, publisher: SessionPublisher) -> None:
    before, after = subscription.caller, publisher.caller
    if after is not None and before.client_application_uri == after.client_application_uri:
        subscription.counted.transferred_to_same_client += 1
    else:
        subscription.counted.transferred_to_other_clients += 1


def _is_same_user(before: Caller, after: Caller) -> bool:
    return (
        before.account.name == after.account.name
        and not before.read_only
        and not after.read_only
        and after.security_mode >= before.security_mode
    )
