"""Questions about types, answered from the references in the address space."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.wire.node_ids import standard

HAS_SUBTYPE: Final = standard(ua.ObjectIds.HasSubtype)
HAS_COMPONENT: Final = standard(ua.ObjectIds.HasComponent)
HAS_PROPERTY: Final = standard(ua.ObjectIds.HasProperty)
HAS_TYPE_DEFINITION: Final = standard(ua.ObjectIds.HasTypeDefinition)
_MAX_DEPTH: Final = 64  # a loop of HasSubtype in a foreign nodeset must not hang the server


def supertypes(space: AddressSpace, type_id: ua.NodeId) -> Iterator[ua.NodeId]:
    """Yield the type itself, then its supertypes up to the root."""
    current: ua.NodeId | None = type_id
    for _ in range(_MAX_DEPTH):
        if current is None:
            return
        yield current
        current = next(targets(space, current, (HAS_SUBTYPE,), forward=False), None)


def is_subtype(space: AddressSpace, type_id: ua.NodeId, of: ua.NodeId) -> bool:
    """Return whether a type is the other type or one of its subtypes."""
    return any(ancestor == of for ancestor in supertypes(space, type_id))


def targets(
    space: AddressSpace,
    node_id: ua.NodeId,
    reference_types: Collection[ua.NodeId],
    *,
    forward: bool,
) -> Iterator[ua.NodeId]:
    """Yield the other ends of a node's references of exactly these types."""
    node: Any = space.get(node_id)
    if node is None:
        return
    if hasattr(node, "link_targets"):  # a compact node need not describe them first
        yield from node.link_targets(reference_types, forward=forward)
        return
    for reference in node.references:
        if reference.IsForward == forward and reference.ReferenceTypeId in reference_types:
            yield reference.NodeId


def subtypes(space: AddressSpace, type_id: ua.NodeId) -> frozenset[ua.NodeId]:
    """Return a type and all its subtypes."""
    found = [type_id]
    for one in found:  # grows while it is walked
        found += [
            sub for sub in targets(space, one, (HAS_SUBTYPE,), forward=True) if sub not in found
        ]
    return frozenset(found)


def browse_name(space: AddressSpace, node_id: ua.NodeId) -> ua.QualifiedName | None:
    """Return the browse name of a node, if there is such a node."""
    name = space.read_attribute_value(node_id, ua.AttributeIds.BrowseName).Value
    return name.Value if name is not None and isinstance(name.Value, ua.QualifiedName) else None
