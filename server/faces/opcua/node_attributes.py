"""The attributes of a node as its row says them (OPC 10000-3, 5), made when asked for."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.nodes import READ, READ_HISTORY, Node

LISTENED: Final = 1 << ua.EventNotifier.SubscribeToEvents
NOTIFIER: Final = LISTENED | (1 << ua.EventNotifier.HistoryRead)
"""Events can be listened to, and read later from the log."""

_A: Final = ua.AttributeIds
_V: Final = ua.VariantType
_VALUED: Final = (ua.NodeClass.Variable, ua.NodeClass.VariableType)
_TYPES: Final = (
    ua.NodeClass.ObjectType,
    ua.NodeClass.VariableType,
    ua.NodeClass.DataType,
    ua.NodeClass.ReferenceType,
)
_SHARED: Final = frozenset({_V.Int32, _V.UInt32, _V.Byte, _V.Boolean, _V.Double})


def attribute(node: Node, which: int) -> ua.DataValue | None:
    """Return an attribute of a node, or None if nodes of its class have none; not its value."""
    for one, value, kind in attributes(node):
        if one == which:
            if kind in _SHARED and not isinstance(value, list):
                return _shared(value, kind)
            return ua.DataValue(ua.Variant(value, kind, is_array=isinstance(value, list)))
    return None


@lru_cache(maxsize=1_024)
def _shared(value: float, kind: ua.VariantType) -> ua.DataValue:
    """Return one value for all nodes that have this number; it is never changed."""
    return ua.DataValue(ua.Variant(value, kind))


def attributes(node: Node) -> Iterator[tuple[ua.AttributeIds, Any, ua.VariantType]]:
    """Yield the attributes of a node but for its value, those asked for most often first."""
    yield _A.NodeClass, node.node_class, _V.Int32
    if node.node_class is ua.NodeClass.Variable:
        yield _A.AccessLevel, node.access_level, _V.Byte
        yield _A.UserAccessLevel, node.access_level & (READ | READ_HISTORY), _V.Byte
    elif node.node_class is ua.NodeClass.Method:
        yield _A.Executable, True, _V.Boolean
        yield _A.UserExecutable, True, _V.Boolean
    yield _A.BrowseName, node.name, _V.QualifiedName
    yield _A.DisplayName, node.display_name, _V.LocalizedText
    yield _A.NodeId, node.node_id, _V.NodeId
    yield _A.Description, ua.LocalizedText(node.description), _V.LocalizedText
    yield _A.WriteMask, 0, _V.UInt32
    yield _A.UserWriteMask, 0, _V.UInt32
    if node.node_class in _VALUED:
        yield _A.DataType, node.data_type, _V.NodeId
        yield _A.ValueRank, node.value_rank, _V.Int32
        dimensions = node.array_dimensions
        if dimensions is None:
            dimensions = (0,) * max(node.value_rank, 0)
        if dimensions:
            yield _A.ArrayDimensions, list(dimensions), _V.UInt32
    if node.node_class in _TYPES:
        yield _A.IsAbstract, node.is_abstract, _V.Boolean
    yield from _of_class(node)


def _of_class(node: Node) -> Iterator[tuple[ua.AttributeIds, Any, ua.VariantType]]:
    match node.node_class:
        case ua.NodeClass.Variable:
            yield _A.Historizing, node.historizing, _V.Boolean
            yield _A.MinimumSamplingInterval, node.minimum_sampling_ms, _V.Double
        case ua.NodeClass.Object:
            yield _A.EventNotifier, _event_notifier(node), _V.Byte
        case ua.NodeClass.ReferenceType:
            yield _A.Symmetric, node.is_symmetric, _V.Boolean
            yield _A.InverseName, ua.LocalizedText(node.inverse_name), _V.LocalizedText
        case ua.NodeClass.DataType if node.definition is not None:
            yield _A.DataTypeDefinition, node.definition, _V.ExtensionObject
        case _:
            pass


def _event_notifier(node: Node) -> int:
    if not node.is_notifier:
        return 0
    return NOTIFIER if node.keeps_events else LISTENED
