"""Properties that say how to read a value: range, definition, precision (OPC 10000-8, 5.3)."""

from typing import Any, Final

from asyncua import ua

from server.faces.opcua.namespaces import plant, standard
from server.faces.opcua.nodes import HAS_PROPERTY, PROPERTY, Node, built_in, data_value

_RANGE: Final = standard(ua.ObjectIds.Range)


def value_property(
    owner: ua.NodeId,
    name: str,
    value: Any,
    variant_type: ua.VariantType,
    description: str,
    data_type: ua.NodeId | None = None,
) -> Node:
    """Return a property of OPC UA itself."""
    return Node(
        node_id=plant(str(owner.Identifier), name),
        node_class=ua.NodeClass.Variable,
        name=ua.QualifiedName(name, 0),
        description=description,
        parent=owner,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        data_type=data_type or built_in(variant_type),
        value=data_value(value, variant_type),
    )


def range_property(
    owner: ua.NodeId, name: str, ends: tuple[float, float], description: str
) -> Node:
    """Return a range: EURange is what percent deadbands go by (OPC 10000-4, 7.22.2)."""
    low, high = (ua.Double(end) for end in ends)
    held = ua.Range(Low=low, High=high)
    return value_property(owner, name, held, ua.VariantType.ExtensionObject, description, _RANGE)
