"""References as they are looked through: the same for our nodes and for asyncua's."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final, NamedTuple

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.compact_node import CompactNode
from server.faces.opcua.wire import encode

_ALL: Final = 0x3F
_TYPE, _FORWARD, _CLASS, _NAME, _DISPLAY, _DEFINITION = (1 << bit for bit in range(6))
_NO_NODE: Final = b"\x00\x00"
_NO_NAME: Final = b"\x00\x00" + encode.NULL
_NO_TEXT: Final = b"\x00"
_NO_CLASS: Final = bytes(4)
_FLAG: Final = Struct("<?").pack


class Seen(NamedTuple):
    """One reference and the node at its other end."""

    reference_type: ua.NodeId
    is_forward: bool
    node_id: ua.NodeId
    other: Any
    """The CompactNode there, or asyncua's ReferenceDescription of it."""

    @property
    def node_class(self) -> int:
        """The class of the other node."""
        if isinstance(self.other, CompactNode):
            return int(self.other.row.node_class)
        return int(self.other.NodeClass or 0)

    @property
    def name(self) -> ua.QualifiedName:
        """The browse name of the other node."""
        name: ua.QualifiedName
        name = self.other.row.name if isinstance(self.other, CompactNode) else self.other.BrowseName
        return name

    def packed(self, result_mask: int) -> bytes:
        """Return the ReferenceDescription (OPC 10000-4, 7.30) with the fields asked for."""
        if result_mask & _ALL == _ALL:
            head = _packed_type(self.reference_type) + _FLAG(self.is_forward)
            if isinstance(self.other, CompactNode):
                return head + self.other.packed
        return b"".join(self._parts(result_mask))

    def _parts(self, mask: int) -> Iterator[bytes]:
        other = self.other
        if isinstance(other, CompactNode):
            other = other.described(self.reference_type, is_forward=self.is_forward)
        yield _packed_type(self.reference_type) if mask & _TYPE else _NO_NODE
        yield _FLAG(bool(mask & _FORWARD and self.is_forward))
        yield encode.node_id(self.node_id)
        yield encode.qualified_name(other.BrowseName) if mask & _NAME else _NO_NAME
        yield encode.localized_text(other.DisplayName) if mask & _DISPLAY else _NO_TEXT
        yield encode.int32(int(other.NodeClass or 0)) if mask & _CLASS else _NO_CLASS
        yield encode.node_id(other.TypeDefinition) if mask & _DEFINITION else _NO_NODE


_types: Final[dict[ua.NodeId, bytes]] = {}


def _packed_type(type_id: ua.NodeId) -> bytes:
    packed = _types.get(type_id)
    if packed is None:  # there are as many as there are reference types
        packed = _types[type_id] = encode.node_id(type_id)
    return packed


def references(
    space: AddressSpace,
    node_id: ua.NodeId,
    types: frozenset[ua.NodeId] | None,
    *,
    forward: bool,
    inverse: bool,
) -> Iterator[Seen]:
    """Yield the references of a node as they are at the first one, whatever changes meanwhile."""
    node: Any = space.get(node_id)
    if not isinstance(node, CompactNode):
        for one in list(node.references if node is not None else ()):
            wanted = forward if one.IsForward else inverse
            if wanted and (types is None or one.ReferenceTypeId in types):
                yield Seen(one.ReferenceTypeId, one.IsForward, one.NodeId, one)
        return
    kinds = [
        (reference_type, is_forward, list(others))
        for reference_type, is_forward, others in node.kinds()
        if (forward if is_forward else inverse) and (types is None or reference_type in types)
    ]
    get = space.get
    for reference_type, is_forward, others in kinds:
        for other_id in others:
            other: Any = get(other_id)
            if other is None:
                continue
            if not isinstance(other, CompactNode):
                other = node.describe((reference_type, is_forward, other_id))
            yield Seen(reference_type, is_forward, other_id, other)
