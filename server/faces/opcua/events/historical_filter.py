"""HistoricalEventFilter: what of an event is kept, at the nodes where most will ask (10000-11)."""

from collections.abc import Iterator
from typing import Final

from asyncua import ua

from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.instances.work_nodes import INTERLOCK, JOB_ORDERS, STATIONS
from server.faces.opcua.namespaces import TYPES, plant, standard
from server.faces.opcua.nodes import HAS_PROPERTY, PROPERTY, Node, variant
from server.faces.opcua.types.execution_table import EVENT_FIELDS, EXECUTION_EVENT_TYPE

_NAME: Final = "HistoricalEventFilter"
_BASE_EVENT_TYPE: Final = standard(ua.ObjectIds.BaseEventType)
_BASE_FIELDS: Final = (
    *("EventId", "EventType", "SourceNode", "SourceName"),
    *("Time", "ReceiveTime", "Message", "Severity"),
)


def historical_filters() -> Iterator[Node]:
    """Yield the property of the folders; it names every field that the history has."""
    for owner in (INTERLOCK, STATIONS, JOB_ORDERS, isa95_id()):
        yield Node(
            node_id=plant(str(owner.Identifier), _NAME),
            node_class=ua.NodeClass.Variable,
            name=ua.QualifiedName(_NAME, 0),
            description="The fields that the history of events has.",
            parent=owner,
            reference=HAS_PROPERTY,
            type_definition=PROPERTY,
            data_type=standard(ua.ObjectIds.EventFilter),
            value=ua.DataValue(variant(_filter(), ua.VariantType.ExtensionObject)),
        )


def _filter() -> ua.EventFilter:
    own = (_clause(EXECUTION_EVENT_TYPE, TYPES, row.name) for row in EVENT_FIELDS)
    base = (_clause(_BASE_EVENT_TYPE, 0, name) for name in _BASE_FIELDS)
    return ua.EventFilter(SelectClauses=[*base, *own])


def _clause(type_id: ua.NodeId, namespace: int, name: str) -> ua.SimpleAttributeOperand:
    return ua.SimpleAttributeOperand(
        TypeDefinitionId=type_id,
        BrowsePath=[ua.QualifiedName(name, namespace)],
        AttributeId=ua.IntegerId(ua.AttributeIds.Value),
    )
