"""Method nodes with their arguments, on types and on instances."""

from collections.abc import Iterator, Sequence
from typing import Final

from asyncua import ua

from server.faces.opcua.methods.arguments import OUTPUTS, ArgumentRow
from server.faces.opcua.methods.methods_table import MethodRow
from server.faces.opcua.namespaces import TYPES, standard
from server.faces.opcua.nodes import ARRAY, HAS_COMPONENT, HAS_PROPERTY, PROPERTY, Node, variant

_ARGUMENT: Final = standard(ua.ObjectIds.Argument)


def method_nodes(
    row: MethodRow,
    owner: ua.NodeId,
    node_ids: tuple[ua.NodeId, ua.NodeId, ua.NodeId],
    *,
    rule: ua.NodeId | None = None,
) -> Iterator[Node]:
    """Yield the method and the two properties that describe its arguments."""
    method, inputs, outputs = node_ids
    yield Node(
        node_id=method,
        node_class=ua.NodeClass.Method,
        name=ua.QualifiedName(row.name, TYPES),
        description=row.description,
        parent=owner,
        reference=HAS_COMPONENT,
        modelling_rule=rule,
    )
    yield _arguments(inputs, method, "InputArguments", row.inputs, rule)
    yield _arguments(outputs, method, "OutputArguments", OUTPUTS, rule)


def _arguments(
    node_id: ua.NodeId,
    method: ua.NodeId,
    name: str,
    rows: Sequence[ArgumentRow],
    rule: ua.NodeId | None,
) -> Node:
    described = variant([row.argument for row in rows], ua.VariantType.ExtensionObject)
    return Node(
        node_id=node_id,
        node_class=ua.NodeClass.Variable,
        name=ua.QualifiedName(name, 0),
        description=f"What the method {'takes' if name.startswith('In') else 'gives'}, in order.",
        parent=method,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        modelling_rule=rule,
        value=ua.DataValue(described),
        data_type=_ARGUMENT,
        value_rank=ARRAY,
    )
