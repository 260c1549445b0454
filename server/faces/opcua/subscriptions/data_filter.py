"""Data change filters: which samples are worth a notification (OPC 10000-4, 7.22.2)."""

from collections.abc import Callable
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.uaprotocol_auto import DataChangeFilter  # what arrives; ua.* has a subclass

from server.faces.opcua.wire.failure import service_failure
from server.faces.opcua.wire.node_ids import standard
from server.faces.opcua.wire.type_tree import HAS_PROPERTY, is_subtype, targets

Test = Callable[[ua.DataValue, ua.DataValue], bool]
"""Takes the last value that was queued and the new one; tells whether the new one is queued."""

_NUMBER: Final = standard(ua.ObjectIds.Number)
_EU_RANGE: Final = ua.QualifiedName("EURange", 0)
_MAX_PERCENT: Final = 100.0


def is_null_filter(wanted: Any) -> bool:
    """Tell whether a client has sent no filter at all."""
    return wanted is None or (
        isinstance(wanted, ua.ExtensionObject) and wanted.TypeId == standard(0)
    )


def data_change_test(space: AddressSpace, item: ua.ReadValueId, wanted: Any) -> Test:
    """Return the test for a filter; ServiceError with the item's status code where it is wrong."""
    if is_null_filter(wanted):
        return status_or_value_changed
    if not isinstance(wanted, DataChangeFilter):
        raise service_failure(
            ua.StatusCodes.BadFilterNotAllowed
            if isinstance(wanted, ua.EventFilter)
            else ua.StatusCodes.BadMonitoredItemFilterUnsupported
        )
    if item.AttributeId != ua.AttributeIds.Value:
        raise service_failure(ua.StatusCodes.BadFilterNotAllowed)
    limit = _deadband(space, item.NodeId, wanted)
    if wanted.Trigger == ua.DataChangeTrigger.Status:
        return status_changed
    with_time = wanted.Trigger == ua.DataChangeTrigger.StatusValueTimestamp
    if limit is None:
        return status_value_or_time_changed if with_time else status_or_value_changed
    return _deadband_test(limit, with_time=with_time)


def status_changed(last: ua.DataValue, new: ua.DataValue) -> bool:
    """Tell whether the status is another one."""
    return _status(last) != _status(new)


def status_or_value_changed(last: ua.DataValue, new: ua.DataValue) -> bool:
    """Tell whether status or value is another one; a NaN equals a NaN."""
    before, after = last.Value, new.Value
    if before is not after:
        if before is None or after is None or before.VariantType is not after.VariantType:
            return True
        old, now = before.Value, after.Value
        if old != now and (old == old or now == now):  # noqa: PLR0124 - only NaN is not itself
            return True
    return last is not new and status_changed(last, new)


def status_value_or_time_changed(last: ua.DataValue, new: ua.DataValue) -> bool:
    """Tell whether status, value or the time of the source is another one."""
    return last.SourceTimestamp != new.SourceTimestamp or status_or_value_changed(last, new)


def _deadband_test(limit: Callable[[], float], *, with_time: bool) -> Test:
    def test(last: ua.DataValue, new: ua.DataValue) -> bool:
        if status_changed(last, new):
            return True
        if with_time and last.SourceTimestamp != new.SourceTimestamp:
            return True
        before = last.Value.Value if last.Value is not None else None
        after = new.Value.Value if new.Value is not None else None
        return _exceeds(before, after, limit())

    return test


def _exceeds(before: Any, after: Any, limit: float) -> bool:
    """Tell whether two numbers, or any two elements of two arrays, are further apart."""
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        return len(before) != len(after) or any(
            _exceeds(old, new, limit) for old, new in zip(before, after, strict=True)
        )
    if not isinstance(before, (int, float)) or not isinstance(after, (int, float)):
        return bool(before != after)
    if _is_nan(before) or _is_nan(after):
        return _is_nan(before) != _is_nan(after)
    if before == after:  # also two infinities, whose difference is none
        return False
    return not abs(after - before) <= limit


def _deadband(
    space: AddressSpace, node_id: ua.NodeId, wanted: DataChangeFilter
) -> Callable[[], float] | None:
    """Return what gives the deadband in the unit of the value, or None without one."""
    kind, size = wanted.DeadbandType, float(wanted.DeadbandValue)
    if kind == ua.DeadbandType.None_:
        return None
    if kind not in {ua.DeadbandType.Absolute, ua.DeadbandType.Percent}:
        raise service_failure(ua.StatusCodes.BadDeadbandFilterInvalid)
    if not _is_numeric(space, node_id):
        raise service_failure(ua.StatusCodes.BadFilterNotAllowed)
    if kind == ua.DeadbandType.Absolute:
        if not 0 <= size < float("inf"):
            raise service_failure(ua.StatusCodes.BadDeadbandFilterInvalid)
        return lambda: size
    span = _span_of(space, node_id)
    if span is None:  # OPC 10000-8, 6.2: only with an EURange
        raise service_failure(ua.StatusCodes.BadMonitoredItemFilterUnsupported)
    if not 0 <= size <= _MAX_PERCENT:
        raise service_failure(ua.StatusCodes.BadDeadbandFilterInvalid)
    return lambda: span() * size / _MAX_PERCENT


def _is_numeric(space: AddressSpace, node_id: ua.NodeId) -> bool:
    data_type = space.read_attribute_value(node_id, ua.AttributeIds.DataType).Value
    return (
        data_type is not None
        and isinstance(data_type.Value, ua.NodeId)
        and is_subtype(space, data_type.Value, _NUMBER)
    )


def _span_of(space: AddressSpace, node_id: ua.NodeId) -> Callable[[], float] | None:
    """Return what gives the span of the EURange as it is then, or None if there is none."""
    for property_id in targets(space, node_id, (HAS_PROPERTY,), forward=True):
        name = space.read_attribute_value(property_id, ua.AttributeIds.BrowseName).Value
        if name is None or name.Value != _EU_RANGE:
            continue

        def span(found: ua.NodeId = property_id) -> float:
            held = space.read_attribute_value(found, ua.AttributeIds.Value).Value
            wide = held.Value if held is not None else None
            return abs(wide.High - wide.Low) if isinstance(wide, ua.Range) else 0.0

        return span
    return None


def _status(value: ua.DataValue) -> int:
    return value.StatusCode.value if value.StatusCode is not None else 0


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN differs from itself
