"""HistoryServerCapabilities: what of the history there is, and which aggregates (10000-11, 5.7)."""

from collections.abc import Iterator
from typing import Final

from asyncua import ua

from server.faces.opcua.history.aggregates.catalogue import AGGREGATES
from server.faces.opcua.history.raw import MAX_VALUES
from server.faces.opcua.namespaces import standard
from server.faces.opcua.nodes import ORGANIZES, Link, variant

_V: Final = ua.VariantType
_PREFIX: Final = "HistoryServerCapabilities_"

_FALSE: Final = (
    "InsertDataCapability",
    "ReplaceDataCapability",
    "UpdateDataCapability",
    "DeleteRawCapability",
    "DeleteAtTimeCapability",
    "InsertEventCapability",
    "ReplaceEventCapability",
    "UpdateEventCapability",
    "DeleteEventCapability",
    "InsertAnnotationCapability",
)
"""The historian adds and never changes; HistoryUpdate is refused whoever asks."""

_FOLDERS: Final = (
    "HistoryServerCapabilities_AggregateFunctions",
    "Server_ServerCapabilities_AggregateFunctions",
)


def capability_values(*, max_events: int) -> Iterator[tuple[ua.NodeId, ua.DataValue]]:
    """Yield what the properties of HistoryServerCapabilities say.

    ``max_events`` come in one answer of event history; 0 where there is none.
    """
    yield _value("AccessHistoryDataCapability", True, _V.Boolean)
    yield _value("AccessHistoryEventsCapability", max_events > 0, _V.Boolean)
    yield _value("MaxReturnDataValues", MAX_VALUES, _V.UInt32)
    yield _value("MaxReturnEventValues", max_events, _V.UInt32)
    yield _value("ServerTimestampSupported", True, _V.Boolean)
    for name in _FALSE:
        yield _value(name, False, _V.Boolean)


def aggregate_links() -> Iterator[Link]:
    """Yield what puts every aggregate that there is into both folders, and no other."""
    for folder in _FOLDERS:
        for number in AGGREGATES:
            yield Link(
                source=standard(getattr(ua.ObjectIds, folder)),
                reference=ORGANIZES,
                target=standard(number),
            )


def _value(
    name: str,
    value: bool | int,  # noqa: FBT001 -- the value shown
    variant_type: ua.VariantType,
) -> tuple[ua.NodeId, ua.DataValue]:
    node_id = standard(getattr(ua.ObjectIds, f"{_PREFIX}{name}"))
    return node_id, ua.DataValue(variant(value, variant_type))
