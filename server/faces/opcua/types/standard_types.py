"""Where the address space that asyncua brings differs from OPC UA 1.05.07 itself, put right.

It says of every reference type that it is abstract and symmetric, of every variable type that it
is abstract, and String where the standard gives no data type, which means BaseDataType. Five
hundred references are shown at one of their ends only, and no data type has its definition.
"""

from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.namespaces import standard
from server.faces.opcua.nodes import HAS_TYPE_DEFINITION as HAS_TYPE
from server.faces.opcua.types.standard_definitions import add_standard_definitions

_A: Final = ua.AttributeIds
_V: Final = ua.VariantType

ONE_WAY: Final = frozenset({ua.ObjectIds.HasTypeDefinition, ua.ObjectIds.HasModellingRule})
"""References that nearly every node has, and that their targets therefore don't show."""

ABSTRACT_REFERENCE_TYPES: Final = frozenset({31, 32, 33, 34, 44})
SYMMETRIC_REFERENCE_TYPES: Final = frozenset({31, 32, 24137, 25257, 25258, 25259, 25260})
ABSTRACT_VARIABLE_TYPES: Final = frozenset(
    {62, 2137, 2372, 12021, 17714, 18772, 18779, 18786, 32431}
)
OF_ANY_DATA_TYPE: Final = (
    62, 63, 68, 2102, 2103, 2129, 2137, 2365, 2372, 2379, 2387, 2388, 2756, 2763, 2777, 2778,
    3720, 3724, 3746, 3750, 3754, 9002, 11487, 11562, 12021, 12029, 12047, 12057, 12068, 12502,
    14418, 14595, 15014, 15038, 15040, 15392, 15393, 15490, 16309, 17503, 17576, 17579, 17582,
    17632, 17706, 17710, 18077, 19306, 19821, 19823, 21097, 23844, 23999, 24019, 25684, 32433,
)  # fmt: skip
"""Variables and variable types for which the standard names no data type."""


def correct_standard_types(space: AddressSpace) -> None:
    """Put the attributes of the standard's own types right, before anybody reads them."""
    for node_id in tuple(space.keys()):
        if node_id.NamespaceIndex != 0:
            continue
        node_class = _held(space, node_id, _A.NodeClass)
        number = node_id.Identifier
        if node_class == ua.NodeClass.ReferenceType:
            _set(space, node_id, _A.IsAbstract, number in ABSTRACT_REFERENCE_TYPES)
            _set(space, node_id, _A.Symmetric, number in SYMMETRIC_REFERENCE_TYPES)
        elif node_class == ua.NodeClass.VariableType:
            _set(space, node_id, _A.IsAbstract, number in ABSTRACT_VARIABLE_TYPES)
    for number in OF_ANY_DATA_TYPE:
        any_type = ua.Variant(standard(ua.ObjectIds.BaseDataType), _V.NodeId)
        space[standard(number)].attributes[_A.DataType].value = ua.DataValue(any_type)
    _show_at_both_ends(space)
    add_standard_definitions(space)


def _show_at_both_ends(space: AddressSpace) -> None:
    shown = {
        (node_id.Identifier, one.ReferenceTypeId.Identifier, one.IsForward, one.NodeId.Identifier)
        for node_id in tuple(space.keys())
        for one in space[node_id].references
        if one.ReferenceTypeId.Identifier not in ONE_WAY
    }
    for source, kind, is_forward, aim in shown:
        if (aim, kind, not is_forward, source) in shown:
            continue
        node_id, reference, target = standard(source), standard(kind), standard(aim)
        if target not in space:
            continue
        kinds = (one for one in space[node_id].references if one.ReferenceTypeId == HAS_TYPE)
        space[target].references.append(
            ua.ReferenceDescription(
                ReferenceTypeId=reference,
                IsForward=not is_forward,
                NodeId=node_id,
                BrowseName=_held(space, node_id, _A.BrowseName),
                DisplayName=_held(space, node_id, _A.DisplayName),
                NodeClass=_held(space, node_id, _A.NodeClass),
                TypeDefinition=next((one.NodeId for one in kinds if one.IsForward), ua.NodeId()),
            )
        )


def _held(space: AddressSpace, node_id: ua.NodeId, attribute: ua.AttributeIds) -> Any:
    held = space[node_id].attributes[attribute].value
    return held.Value.Value if held is not None and held.Value is not None else None


def _set(space: AddressSpace, node_id: ua.NodeId, attribute: ua.AttributeIds, right: Any) -> None:
    space[node_id].attributes[attribute].value = ua.DataValue(ua.Variant(right, _V.Boolean))
