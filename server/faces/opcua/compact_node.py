"""A node that holds its row, its value and its references, and makes the rest when asked.

For asyncua it is a NodeData: it has ``attributes``, which are a mapping, and ``references``, which
are a list. For a variable that saves eleven attribute objects with a DataValue and a Variant each,
and in a folder the search through all children for one of them.
"""

from collections.abc import Collection, Iterable, Iterator, MutableMapping, MutableSequence
from typing import Any, Final, SupportsIndex, cast, overload

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData
from typing_extensions import override

from server.faces.opcua.node_attributes import attribute, attributes
from server.faces.opcua.nodes import HAS_MODELLING_RULE, HAS_TYPE_DEFINITION, Node
from server.faces.opcua.wire import encode

Reference = tuple[ua.NodeId, bool, ua.NodeId]
"""Type of the reference, whether it is forward, and the other end."""

_VALUE: Final = ua.AttributeIds.Value
_ACCESS_LEVEL: Final = ua.AttributeIds.AccessLevel
_NO_LINKS: Final[dict[tuple[ua.NodeId, bool], dict[ua.NodeId, None]]] = {}
_NO_TYPE: Final = encode.node_id(ua.NodeId())


class CompactNode(MutableMapping[int, AttributeValue]):
    """One node of ours. It is also the mapping of its attributes, and the attribute Value."""

    __slots__ = (
        "_callbacks", "_changed", "_is_held", "_links", "_packed", "_space",
        "call", "nodeid", "row", "value", "value_callback", "value_setter",
    )  # fmt: skip

    def __init__(self, space: AddressSpace, row: Node) -> None:
        self._space = space
        self.nodeid = row.node_id
        self.row = row
        self.value = row.value
        self.value_callback: Any = None
        self.value_setter: Any = None
        self.call: Any = None
        self._callbacks: dict[int, Any] | None = None
        self._changed: dict[int, AttributeValue] | None = None
        self._links = _NO_LINKS
        self._packed: bytes | None = None
        self._is_held = True  # the reference to the parent stands

    # -- the attributes -------------------------------------------------------------------------

    @property
    def attributes(self) -> "CompactNode":
        """The attributes: this node."""
        return self

    @property
    def datachange_callbacks(self) -> dict[int, Any]:
        """Who is told when the value changes."""
        if self._callbacks is None:
            self._callbacks = {}
        return self._callbacks

    @property
    def watchers(self) -> dict[int, Any] | None:
        """Who is told when the value changes, if ever anybody was."""
        return self._callbacks

    @override
    def __getitem__(self, which: int) -> AttributeValue:
        if which == _VALUE:
            if self.row.value is None and self.value is None and self.value_callback is None:
                raise KeyError(which)
            return cast(AttributeValue, self)
        if self._changed is not None and which in self._changed:
            return self._changed[which]
        value = attribute(self.row, which)
        if value is None:
            raise KeyError(which)
        return cast(AttributeValue, _Computed(self, which, value))

    @override
    def __contains__(self, which: object) -> bool:
        return isinstance(which, int) and self.get(which) is not None

    @override
    def get(self, which: int, default: Any = None) -> Any:
        if which == _VALUE and self.value is not None:
            return self
        try:
            return self[which]
        except KeyError:
            return default

    @property
    def access_level(self) -> int:
        """The bits of AccessLevel, without a value around them: every Read asks for them."""
        held = None if self._changed is None else self._changed.get(_ACCESS_LEVEL)
        if held is None or held.value is None or held.value.Value is None:
            return self.row.access_level
        return int(held.value.Value.Value)

    @override
    def __setitem__(self, which: int, held: AttributeValue) -> None:
        if which == _VALUE:
            self.value, self.value_callback = held.value, held.value_callback
            self.value_setter = held.value_setter
            self._callbacks = held.datachange_callbacks or None
        else:
            self._changed = {**(self._changed or {}), which: held}
            self._packed = None

    @override
    def __delitem__(self, which: int) -> None:
        raise TypeError("the attributes of a node are those of its class")

    @override
    def __iter__(self) -> Iterator[int]:
        yield from {one: None for one, _, _ in attributes(self.row)} | (self._changed or {})
        if _VALUE in self:
            yield _VALUE

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)

    @override
    def __hash__(self) -> int:
        return id(self)

    @override
    def __eq__(self, other: object) -> bool:
        return self is other

    def changed(self, which: int, default: ua.DataValue) -> ua.DataValue | None:
        """Return what an attribute beside Value was changed to, or else the default."""
        held = None if self._changed is None else self._changed.get(which)
        return default if held is None else held.value

    def keep(self, which: int) -> AttributeValue:
        """Return an attribute beside Value as an object of its own, to be changed."""
        held = (self._changed or {}).get(which)
        if held is None:
            value = attribute(self.row, which)
            held = AttributeValue(cast(ua.DataValue, value))
        self[which] = held
        return held

    def become(self, row: Node) -> None:
        """Take another row of the same node; the value stays, the other attributes follow."""
        self.row = row
        self._packed = None
        for which, held in (self._changed or {}).items():
            held.value = attribute(row, which) or held.value

    # -- the references -------------------------------------------------------------------------

    @property
    def references(self) -> "References":
        """The references as asyncua knows them."""
        return References(self)

    @references.setter
    def references(self, wanted: Iterable[ua.ReferenceDescription]) -> None:
        kept = {(one.ReferenceTypeId, one.IsForward, one.NodeId) for one in wanted}
        for one in list(self.all_references()):
            if one not in kept:
                self.disconnect(*one)
        for one in kept:
            self.connect(*one)

    def all_references(self) -> Iterator[Reference]:
        """Yield every reference of the node, always in the same order."""
        for reference, is_forward, others in self.kinds():
            for other in others:
                yield reference, is_forward, other

    def kinds(self) -> Iterator[tuple[ua.NodeId, bool, Collection[ua.NodeId]]]:
        """Yield type, direction and other ends, kind by kind."""
        row = self.row
        if row.type_definition is not None:
            yield HAS_TYPE_DEFINITION, True, (row.type_definition,)
        if row.modelling_rule is not None:
            yield HAS_MODELLING_RULE, True, (row.modelling_rule,)
        if self._is_held:
            yield row.reference, False, (row.parent,)
        for (reference, is_forward), others in self._links.items():
            yield reference, is_forward, others

    def link_targets(
        self, reference_types: Collection[ua.NodeId], *, forward: bool
    ) -> Iterator[ua.NodeId]:
        """Yield the other ends of the references of exactly these types."""
        for reference, is_forward, others in self.kinds():
            if is_forward == forward and reference in reference_types:
                yield from others

    def links_to(self, reference: ua.NodeId, other: ua.NodeId, *, is_forward: bool) -> bool:
        """Tell whether there is such a reference."""
        return other in self.link_targets((reference,), forward=is_forward)

    def connect(self, reference: ua.NodeId, is_forward: bool, other: ua.NodeId) -> None:  # noqa: FBT001 - the order of a reference
        """Add a reference, if it is not there."""
        row = self.row
        if not is_forward and (reference, other) == (row.reference, row.parent):
            self._is_held = True
            return
        if is_forward and (reference, other) in (
            (HAS_TYPE_DEFINITION, row.type_definition),
            (HAS_MODELLING_RULE, row.modelling_rule),
        ):
            return
        if self._links is _NO_LINKS:
            self._links = {}
        self._links.setdefault((reference, is_forward), {})[other] = None

    def disconnect(self, reference: ua.NodeId, is_forward: bool, other: ua.NodeId) -> None:  # noqa: FBT001 - as above
        """Remove a reference, if it is there; what a node is of stays."""
        row = self.row
        if not is_forward and (reference, other) == (row.reference, row.parent):
            self._is_held = False
            return
        others = self._links.get((reference, is_forward))
        if others is not None and others.pop(other, self) is None and not others:
            del self._links[reference, is_forward]

    # -- as others show it ----------------------------------------------------------------------

    @property
    def packed(self) -> bytes:
        """NodeId, BrowseName, DisplayName, NodeClass and TypeDefinition, as Browse sends them."""
        if self._packed is None:
            row = self.row
            self._packed = b"".join(
                (
                    encode.node_id(self.nodeid),
                    encode.qualified_name(row.name),
                    encode.localized_text(self.display_name),
                    encode.int32(row.node_class),
                    _NO_TYPE
                    if row.type_definition is None
                    else encode.node_id(row.type_definition),
                )
            )
        return self._packed

    @property
    def display_name(self) -> ua.LocalizedText:
        """What a person reads in a browser."""
        held = (self._changed or {}).get(ua.AttributeIds.DisplayName)
        if held is None or held.value is None or held.value.Value is None:
            return self.row.display_name
        name: ua.LocalizedText = held.value.Value.Value
        return name

    def described(self, reference: ua.NodeId, *, is_forward: bool) -> ua.ReferenceDescription:
        """Return a reference to this node as asyncua describes it."""
        return ua.ReferenceDescription(
            ReferenceTypeId=reference,
            IsForward=is_forward,
            NodeId=cast(ua.ExpandedNodeId, self.nodeid),
            BrowseName=self.row.name,
            DisplayName=self.display_name,
            NodeClass=self.row.node_class,
            TypeDefinition=cast(ua.ExpandedNodeId, self.row.type_definition or ua.NodeId()),
        )

    def describe(self, one: Reference) -> ua.ReferenceDescription:
        """Return one of this node's references as asyncua describes it."""
        reference, is_forward, other_id = one
        other: Any = self._space.get(other_id)
        if isinstance(other, CompactNode):
            return other.described(reference, is_forward=is_forward)
        if other is None:
            return ua.ReferenceDescription(
                ReferenceTypeId=reference,
                IsForward=is_forward,
                NodeId=cast(ua.ExpandedNodeId, other_id),
            )
        return describe_stock(other, reference, is_forward=is_forward)


class _Computed:
    """An attribute beside Value that nobody has changed yet."""

    __slots__ = ("_node", "_value", "_which")

    def __init__(self, node: CompactNode, which: int, value: ua.DataValue) -> None:
        self._node = node
        self._which = which
        self._value = value

    @property
    def value(self) -> ua.DataValue | None:
        return self._node.changed(self._which, self._value)

    @value.setter
    def value(self, value: ua.DataValue) -> None:
        self._node.keep(self._which).value = value

    @property
    def value_callback(self) -> Any:
        return (self._node._changed or {}).get(self._which) and self._kept.value_callback  # noqa: SLF001 - part of the node

    @value_callback.setter
    def value_callback(self, callback: Any) -> None:
        if callback is not None or self.value_callback is not None:
            self._kept.value_callback = callback

    @property
    def value_setter(self) -> Any:
        return (self._node._changed or {}).get(self._which) and self._kept.value_setter  # noqa: SLF001 - part of the node

    @value_setter.setter
    def value_setter(self, setter: Any) -> None:
        self._kept.value_setter = setter

    @property
    def datachange_callbacks(self) -> dict[int, Any]:
        return self._kept.datachange_callbacks

    @property
    def _kept(self) -> AttributeValue:
        return self._node.keep(self._which)


class References(MutableSequence[ua.ReferenceDescription]):
    """The references of a node as the list that asyncua works with."""

    def __init__(self, node: CompactNode) -> None:
        self._node = node

    @override
    def __iter__(self) -> Iterator[ua.ReferenceDescription]:
        return (self._node.describe(one) for one in list(self._node.all_references()))

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self._node.all_references())

    @overload
    def __getitem__(self, at: SupportsIndex) -> ua.ReferenceDescription: ...
    @overload
    def __getitem__(self, at: slice) -> MutableSequence[ua.ReferenceDescription]: ...
    @override
    def __getitem__(self, at: Any) -> Any:
        return list(self)[at]

    @override
    def __setitem__(self, at: Any, value: Any) -> None:
        raise TypeError("references have no places: remove the one and append the other")

    @override
    def __delitem__(self, at: Any) -> None:
        found = list(self._node.all_references())[at]
        for one in found if isinstance(at, slice) else (found,):
            self._node.disconnect(*cast(Reference, one))

    @override
    def insert(self, index: int, value: ua.ReferenceDescription) -> None:
        self._node.connect(value.ReferenceTypeId, value.IsForward, value.NodeId)


def describe_stock(
    node: NodeData, reference: ua.NodeId, *, is_forward: bool
) -> ua.ReferenceDescription:
    """Return a reference to a node of asyncua's as asyncua describes it."""
    return ua.ReferenceDescription(
        ReferenceTypeId=reference,
        IsForward=is_forward,
        NodeId=cast(ua.ExpandedNodeId, node.nodeid),
        BrowseName=_read(node, ua.AttributeIds.BrowseName),
        DisplayName=_read(node, ua.AttributeIds.DisplayName),
        NodeClass=_read(node, ua.AttributeIds.NodeClass),
        TypeDefinition=_type_of(node),
    )


def _read(data: NodeData, which: ua.AttributeIds) -> Any:
    held = data.attributes[which].value
    return None if held is None or held.Value is None else held.Value.Value


def _type_of(data: NodeData) -> Any:
    for one in data.references:
        if one.IsForward and one.ReferenceTypeId == HAS_TYPE_DEFINITION:
            return ua.NodeId(one.NodeId.Identifier, one.NodeId.NamespaceIndex)
    return ua.NodeId()
