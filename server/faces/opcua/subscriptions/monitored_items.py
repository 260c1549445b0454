"""Monitored items: what a client asks for is checked, and one item cannot spoil the others."""

import logging
from typing import Any

from asyncua import ua
from asyncua.server.internal_subscription import InternalSubscription
from asyncua.server.monitored_item_service import (
    MonitoredItemData,
    MonitoredItemService,
    MonitoredItemValues,
)
from asyncua.ua.uaprotocol_auto import DataChangeFilter  # what arrives; ua.* has a subclass
from typing_extensions import override

from server.faces.opcua.subscriptions.where_clause import BoundedWhereClause
from server.faces.opcua.wire.failure import status
from server.faces.opcua.wire.index_range import cut, parse_index_range
from server.faces.opcua.wire.node_ids import standard

_log = logging.getLogger(__name__)

_NUMERIC = (int, float)


class CheckedMonitoredItems(MonitoredItemService):
    """The monitored items of one subscription."""

    def __init__(self, subscription: InternalSubscription, max_queue: int) -> None:
        super().__init__(subscription, subscription.monitored_item_srv.aspace)
        self._max_queue = max_queue

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._monitored_items)

    @override
    async def create_monitored_items(
        self, params: ua.CreateMonitoredItemsParameters
    ) -> list[ua.MonitoredItemCreateResult]:
        return [await self._create(item) for item in params.ItemsToCreate]

    async def _create(self, item: ua.MonitoredItemCreateRequest) -> ua.MonitoredItemCreateResult:
        code = _misfit(item)
        if code is not None:
            return ua.MonitoredItemCreateResult(StatusCode=status(code))
        events = item.ItemToMonitor.AttributeId == ua.AttributeIds.EventNotifier
        wanted = item.RequestedParameters
        if _is_null(wanted.Filter):
            wanted.Filter = None
        if not events:
            # OPC 10000-4, 7.21: a queue of 0 or 1 keeps the newest value; only events want more.
            wanted.QueueSize = ua.UInt32(max(1, wanted.QueueSize))
        wanted.QueueSize = ua.UInt32(min(wanted.QueueSize or self._max_queue, self._max_queue))
        if not events:
            return await self._create_data_change_monitored_item(item)
        return self._create_events(item)

    def _create_events(self, item: ua.MonitoredItemCreateRequest) -> ua.MonitoredItemCreateResult:
        result = self._create_events_monitored_item(item)
        created = self._monitored_items.get(result.MonitoredItemId)
        if result.StatusCode.is_good() and created is not None:
            created.where_clause_evaluator = BoundedWhereClause(
                self.aspace, created.filter.WhereClause
            )
        elif not result.StatusCode.is_good():
            result.StatusCode = status(ua.StatusCodes.BadAttributeIdInvalid)
        return result

    @override
    def _modify_monitored_item(
        self, params: ua.MonitoredItemModifyRequest
    ) -> ua.MonitoredItemModifyResult:
        item = self._monitored_items.get(params.MonitoredItemId)
        if item is None or item.read_value_id is None:
            return ua.MonitoredItemModifyResult(
                StatusCode=status(ua.StatusCodes.BadMonitoredItemIdInvalid)
            )
        wanted = params.RequestedParameters
        code = _misfit_filter(item.read_value_id.AttributeId, wanted.Filter, changed=True)
        if code is not None:
            return ua.MonitoredItemModifyResult(StatusCode=status(code))
        item.client_handle = wanted.ClientHandle
        item.queue_size = max(1, min(int(wanted.QueueSize), self._max_queue))
        if not _is_null(wanted.Filter):
            item.filter = wanted.Filter
            if isinstance(wanted.Filter, ua.EventFilter):
                item.where_clause_evaluator = BoundedWhereClause(
                    self.aspace, wanted.Filter.WhereClause
                )
        return ua.MonitoredItemModifyResult(
            RevisedSamplingInterval=self.isub.data.RevisedPublishingInterval,
            RevisedQueueSize=ua.UInt32(item.queue_size),
        )

    @override
    async def datachange_callback(
        self, handle: int, value: ua.DataValue, error: ua.StatusCode | None = None
    ) -> None:
        item = self._item_of(handle)
        if item is None or item.read_value_id is None:
            return  # deleted while its value was on the way
        if item.read_value_id.IndexRange:
            value = cut(value, item.read_value_id.IndexRange)
        await super().datachange_callback(handle, value, error)

    def _item_of(self, handle: int) -> MonitoredItemData | None:
        item_id = self._monitored_datachange.get(handle)
        return None if item_id is None else self._monitored_items.get(item_id)

    @override
    def _is_deadband_exceeded(self, values: MonitoredItemValues, flt: ua.DataChangeFilter) -> bool:
        old, new = values.old_dvalue, values.current_dvalue
        if flt.DeadbandType != ua.DeadbandType.Absolute or old is None or new is None:
            return True
        before = old.Value.Value if old.Value is not None else None
        after = new.Value.Value if new.Value is not None else None
        if not isinstance(before, _NUMERIC) or not isinstance(after, _NUMERIC):
            return True
        if old.StatusCode != new.StatusCode or abs(after - before) > flt.DeadbandValue:
            return True
        # The next value is compared with the last one reported (OPC 10000-4, 7.22.2), so a value
        # that creeps is reported in the end.
        values.current_dvalue = old
        return False

    @override
    async def _trigger_event(self, event: Any, mid: int) -> None:
        try:
            await super()._trigger_event(event, mid)
        except Exception:  # noqa: BLE001 - the other subscribers must still be told
            _log.exception("an event could not be handed to monitored item %s", mid)


def _misfit(item: ua.MonitoredItemCreateRequest) -> int | None:
    what = item.ItemToMonitor
    if what.IndexRange and parse_index_range(what.IndexRange) is None:
        return ua.StatusCodes.BadIndexRangeInvalid
    return _misfit_filter(what.AttributeId, item.RequestedParameters.Filter, changed=False)


def _misfit_filter(attribute: ua.AttributeIds, wanted: Any, *, changed: bool) -> int | None:
    if attribute == ua.AttributeIds.EventNotifier:
        fits = isinstance(wanted, ua.EventFilter) or (changed and _is_null(wanted))
        return None if fits else ua.StatusCodes.BadEventFilterInvalid
    if _is_null(wanted):
        return None
    if not isinstance(wanted, DataChangeFilter):
        return ua.StatusCodes.BadMonitoredItemFilterUnsupported
    if wanted.DeadbandType == ua.DeadbandType.Percent:
        return ua.StatusCodes.BadMonitoredItemFilterUnsupported
    if attribute != ua.AttributeIds.Value:
        return ua.StatusCodes.BadFilterNotAllowed
    return None


def _is_null(wanted: Any) -> bool:
    return wanted is None or (
        isinstance(wanted, ua.ExtensionObject) and wanted.TypeId == standard(0)
    )
