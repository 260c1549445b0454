"""The MonitoredItem services (OPC 10000-4, 5.13) for the items of one subscription."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from asyncua import ua
from asyncua.common.utils import ServiceError

from server.faces.opcua.subscriptions.data_filter import data_change_test, is_null_filter
from server.faces.opcua.subscriptions.engine import Subscriptions
from server.faces.opcua.subscriptions.event_filter import EventFilterError, event_selection
from server.faces.opcua.subscriptions.monitored_item import DataItem, EventItem, MonitoredItem
from server.faces.opcua.subscriptions.subscription import SessionPublisher, Subscription
from server.faces.opcua.subscriptions.watches import POLL_S
from server.faces.opcua.wire.failure import code_of, service_failure, status
from server.faces.opcua.wire.index_range import cut, parse_index_range

DEFAULT_EVENT_QUEUE: Final = 100
"""Events that an item keeps when the client leaves it to the server by asking for 0 or 1."""
MAX_LINKS: Final = 2_000
"""Links from the items of one subscription to the items that they trigger."""
_MAX_SAMPLING_S: Final = 3600.0
_SUBSCRIBE_BIT: Final = 1 << ua.EventNotifier.SubscribeToEvents

Refuse = Callable[[ua.ReadValueId], int | None]
"""Gives the status code why the session may not monitor this, or None."""


class MonitoredItemServices:
    """Creates, changes and deletes items."""

    def __init__(self, engine: Subscriptions) -> None:
        self._engine = engine
        self._limits = engine.limits

    # -- create ---------------------------------------------------------------------------------

    def create(
        self, publisher: SessionPublisher, params: ua.CreateMonitoredItemsParameters, refuse: Refuse
    ) -> list[ua.MonitoredItemCreateResult]:
        """Answer CreateMonitoredItems."""
        subscription = self._engine.owned(publisher, params.SubscriptionId)
        limits = self._limits
        own = sum(len(one.items) for one in publisher.subscriptions.values())
        room = min(
            limits.max_monitored_items_per_session - own,
            limits.max_monitored_items - self._engine.item_count,
        )
        results = []
        for wanted in params.ItemsToCreate:
            try:
                code = refuse(wanted.ItemToMonitor)
                if code is None and room <= 0:
                    code = ua.StatusCodes.BadTooManyMonitoredItems
                if code is not None:
                    raise service_failure(code)
                results.append(self._create(subscription, wanted, params.TimestampsToReturn))
                room -= 1
            except EventFilterError as failure:
                answer = ua.MonitoredItemCreateResult(StatusCode=status(int(failure.code)))
                results.append(_with_filter(answer, failure.result))
            except ServiceError as failure:
                results.append(ua.MonitoredItemCreateResult(StatusCode=_code(failure)))
        return results

    def _create(
        self,
        subscription: Subscription,
        wanted: ua.MonitoredItemCreateRequest,
        timestamps: ua.TimestampsToReturn,
    ) -> ua.MonitoredItemCreateResult:
        if wanted.ItemToMonitor.AttributeId == ua.AttributeIds.EventNotifier:
            return self._create_event_item(subscription, wanted)
        return self._create_data_item(subscription, wanted, timestamps)

    def _create_data_item(
        self,
        subscription: Subscription,
        wanted: ua.MonitoredItemCreateRequest,
        timestamps: ua.TimestampsToReturn,
    ) -> ua.MonitoredItemCreateResult:
        what = wanted.ItemToMonitor
        if self._engine.watches.attribute(what) is None:
            raise service_failure(ua.StatusCodes.BadAttributeIdInvalid)
        if not self._engine.watches.has_room(what):
            raise service_failure(ua.StatusCodes.BadTooManyMonitoredItems)
        shape = None
        if what.IndexRange:
            if parse_index_range(what.IndexRange) is None:
                raise service_failure(ua.StatusCodes.BadIndexRangeInvalid)
            shape = partial(cut, index_range=what.IndexRange)
        _check_encoding(what)
        test = data_change_test(self._engine.space, what, wanted.RequestedParameters.Filter)
        item = DataItem(subscription, self._engine.new_item_id(), wanted, self._engine.wheel)
        item.test, item.shape, item.timestamps = test, shape, timestamps
        sampling_ms = self._apply(subscription, item, wanted.RequestedParameters)
        self._engine.add_item(subscription, item)
        self._switch(subscription, item, wanted.MonitoringMode)
        return ua.MonitoredItemCreateResult(
            MonitoredItemId=ua.UInt32(item.item_id),
            RevisedSamplingInterval=ua.Duration(sampling_ms),
            RevisedQueueSize=ua.UInt32(item.queue_size),
        )

    def _create_event_item(
        self, subscription: Subscription, wanted: ua.MonitoredItemCreateRequest
    ) -> ua.MonitoredItemCreateResult:
        held = self._engine.watches.attribute(wanted.ItemToMonitor)
        bits = held.value.Value if held is not None and held.value is not None else None
        if bits is None or not isinstance(bits.Value, int) or not bits.Value & _SUBSCRIBE_BIT:
            raise service_failure(ua.StatusCodes.BadAttributeIdInvalid)
        self._check_room_for_events(subscription)
        parameters = wanted.RequestedParameters
        selection, result = event_selection(self._engine.event_types, parameters.Filter)
        item = EventItem(subscription, self._engine.new_item_id(), wanted, selection)
        self._apply(subscription, item, parameters)
        self._engine.add_item(subscription, item)
        item.set_mode(wanted.MonitoringMode)
        answer = ua.MonitoredItemCreateResult(
            MonitoredItemId=ua.UInt32(item.item_id), RevisedQueueSize=ua.UInt32(item.queue_size)
        )
        return _with_filter(answer, result)

    def _check_room_for_events(self, subscription: Subscription) -> None:
        publisher = subscription.publisher
        own = publisher.subscriptions.values() if publisher is not None else (subscription,)
        if sum(one.event_items for one in own) >= self._limits.max_event_items_per_session:
            raise service_failure(ua.StatusCodes.BadTooManyMonitoredItems)

    def _apply(
        self,
        subscription: Subscription,
        item: MonitoredItem,
        wanted: ua.MonitoringParameters,
    ) -> float:
        """Give an item its handle, queue and sampling; return the revised interval in ms."""
        item.name(wanted.ClientHandle)
        item.discard_oldest = bool(wanted.DiscardOldest)
        default = DEFAULT_EVENT_QUEUE if isinstance(item, EventItem) else 1
        size = self._room_for(subscription, item, int(wanted.QueueSize), default)
        if item.item_id in subscription.items:
            subscription.queue_sizes += size - item.queue_size
        item.resize(size)
        if not isinstance(item, DataItem):
            return 0.0
        interval = _sampling_interval_s(subscription, wanted.SamplingInterval)
        if self._engine.watches.is_polled(item.wanted):
            item.period_s = interval if interval > POLL_S else 0.0
            return max(interval, POLL_S) * 1000
        # A queue of one keeps the newest value: sampling within the publishing interval would
        # give the client the same and cost the timer.
        newest_only = item.queue_size == 1 and interval <= subscription.revised.interval_s
        item.period_s = 0.0 if newest_only else interval
        return interval * 1000

    def _room_for(
        self, subscription: Subscription, item: MonitoredItem, asked: int, default: int
    ) -> int:
        """Return the revised queue size, within what all queues of the subscription may hold."""
        if asked <= 1:
            return default
        mine = item.queue_size if item.item_id in subscription.items else 0
        room = max(1, self._limits.max_queued_per_subscription - subscription.queue_sizes + mine)
        return min(asked, self._limits.max_monitored_item_queue, room)

    def _switch(
        self, subscription: Subscription, item: MonitoredItem, mode: ua.MonitoringMode
    ) -> None:
        """Set the mode of an item; one that begins to sample queues the present value first."""
        was, watches = item.mode, self._engine.watches
        begins = was is ua.MonitoringMode.Disabled and mode is not was
        if begins and not watches.has_room(item.wanted):
            raise service_failure(ua.StatusCodes.BadTooManyMonitoredItems)
        item.set_mode(mode)
        if not isinstance(item, DataItem) or was is mode:
            return
        if mode is ua.MonitoringMode.Disabled:
            watches.detach(item)
        elif begins:
            item.take(watches.current(item, subscription.caller))
            watches.attach(item, subscription.caller)

    # -- change ---------------------------------------------------------------------------------

    def modify(
        self, publisher: SessionPublisher, params: ua.ModifyMonitoredItemsParameters
    ) -> list[ua.MonitoredItemModifyResult]:
        """Answer ModifyMonitoredItems; what is queued stays as far as the new queue has room."""
        subscription = self._engine.owned(publisher, params.SubscriptionId)
        results = []
        for wanted in params.ItemsToModify:
            try:
                item = _item(subscription, wanted.MonitoredItemId)
                results.append(
                    self._modify(
                        subscription, item, wanted.RequestedParameters, params.TimestampsToReturn
                    )
                )
            except EventFilterError as failure:
                answer = ua.MonitoredItemModifyResult(StatusCode=status(int(failure.code)))
                results.append(_with_filter(answer, failure.result))
            except ServiceError as failure:
                results.append(ua.MonitoredItemModifyResult(StatusCode=_code(failure)))
        return results

    def _modify(
        self,
        subscription: Subscription,
        item: MonitoredItem,
        wanted: ua.MonitoringParameters,
        timestamps: ua.TimestampsToReturn,
    ) -> ua.MonitoredItemModifyResult:
        result: ua.EventFilterResult | None = None
        if isinstance(item, DataItem):
            item.test = data_change_test(self._engine.space, item.wanted, wanted.Filter)
            item.timestamps = timestamps
        elif isinstance(item, EventItem) and not is_null_filter(wanted.Filter):
            item.selection, result = event_selection(self._engine.event_types, wanted.Filter)
        sampling_ms = self._apply(subscription, item, wanted)
        answer = ua.MonitoredItemModifyResult(
            RevisedSamplingInterval=ua.Duration(sampling_ms),
            RevisedQueueSize=ua.UInt32(item.queue_size),
        )
        return _with_filter(answer, result)

    def set_mode(
        self, publisher: SessionPublisher, params: ua.SetMonitoringModeParameters
    ) -> list[ua.StatusCode]:
        """Answer SetMonitoringMode."""
        subscription = self._engine.owned(publisher, params.SubscriptionId)
        return [
            _each(subscription, item_id, partial(self._switch_to, params.MonitoringMode))
            for item_id in params.MonitoredItemIds
        ]

    def _switch_to(
        self, mode: ua.MonitoringMode, subscription: Subscription, item: MonitoredItem
    ) -> None:
        self._switch(subscription, item, mode)

    def set_triggering(
        self, publisher: SessionPublisher, params: ua.SetTriggeringParameters
    ) -> ua.SetTriggeringResult:
        """Answer SetTriggering: links are removed first, then added (OPC 10000-4, 5.13.5)."""
        subscription = self._engine.owned(publisher, params.SubscriptionId)
        trigger = _item(subscription, params.TriggeringItemId)
        room = 0

        def unlink(_: Subscription, item: MonitoredItem) -> None:
            if trigger.links.pop(item.item_id, None) is None:
                raise service_failure(ua.StatusCodes.BadMonitoredItemIdInvalid)

        def link(_: Subscription, item: MonitoredItem) -> None:
            nonlocal room
            room -= item.item_id not in trigger.links
            if room < 0:
                raise service_failure(ua.StatusCodes.BadTooManyMonitoredItems)
            trigger.links[item.item_id] = item
            subscription.triggers[trigger.item_id] = trigger

        removed = [_each(subscription, one, unlink) for one in params.LinksToRemove or ()]
        room = MAX_LINKS - sum(len(one.links) for one in subscription.triggers.values())
        added = [_each(subscription, one, link) for one in params.LinksToAdd or ()]
        return ua.SetTriggeringResult(AddResults=added, RemoveResults=removed)

    def delete(
        self, publisher: SessionPublisher, params: ua.DeleteMonitoredItemsParameters
    ) -> list[ua.StatusCode]:
        """Answer DeleteMonitoredItems."""
        subscription = self._engine.owned(publisher, params.SubscriptionId)
        return [
            _each(subscription, item_id, self._engine.remove_item)
            for item_id in params.MonitoredItemIds
        ]


def _item(subscription: Subscription, item_id: int) -> MonitoredItem:
    item = subscription.items.get(item_id)
    if item is None:
        raise service_failure(ua.StatusCodes.BadMonitoredItemIdInvalid)
    return item


def _each(
    subscription: Subscription,
    item_id: int,
    do: Callable[[Subscription, MonitoredItem], None],
) -> ua.StatusCode:
    try:
        do(subscription, _item(subscription, item_id))
    except ServiceError as failure:
        return _code(failure)
    return ua.StatusCode()


def _code(failure: ServiceError) -> ua.StatusCode:
    return status(code_of(failure) or ua.StatusCodes.BadInternalError)


_Answer = TypeVar("_Answer", ua.MonitoredItemCreateResult, ua.MonitoredItemModifyResult)


def _with_filter(answer: _Answer, result: ua.EventFilterResult | None) -> _Answer:
    if result is not None:
        answer.FilterResult = result
    return answer


def _check_encoding(what: ua.ReadValueId) -> None:
    """Only the encoding of this protocol can be asked for, and only for values."""
    name = what.DataEncoding.Name if what.DataEncoding is not None else None
    if not name:
        return
    if what.AttributeId != ua.AttributeIds.Value:
        raise service_failure(ua.StatusCodes.BadDataEncodingInvalid)
    if name != "Default Binary":
        raise service_failure(ua.StatusCodes.BadDataEncodingUnsupported)


def _sampling_interval_s(subscription: Subscription, requested_ms: float) -> float:
    """Return the revised interval: negative takes the publishing interval, 0 every change."""
    if requested_ms < 0 or requested_ms != requested_ms:  # noqa: PLR0124 - only NaN is not itself
        return subscription.revised.interval_s
    return min(requested_ms / 1000, _MAX_SAMPLING_S)
