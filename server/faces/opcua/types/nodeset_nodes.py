"""The elements of a NodeSet2 file as nodes and links, in an order in which they can be inserted."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from asyncua import ua
from lxml import etree

from server.faces.opcua.namespaces import standard
from server.faces.opcua.nodes import (
    HAS_MODELLING_RULE,
    HAS_SUBTYPE,
    HAS_TYPE_DEFINITION,
    Link,
    Node,
)
from server.faces.opcua.types.nodeset_definitions import Definition, definition_of, sizes
from server.faces.opcua.types.nodeset_file import NODESET, Mistake, NodesetFile, line_of
from server.faces.opcua.types.nodeset_values import UnknownStructureError, value_of

MAX_MISTAKES: Final = 50
"""Of one file; who corrects fifty sees the rest at the next start."""

_CLASSES: Final = {
    f"{NODESET}UA{one.name}": one
    for one in ua.NodeClass
    if one not in (ua.NodeClass.Unspecified, ua.NodeClass.View)
}
_ANY: Final = "i=24"
_HAS_ENCODING: Final = standard(ua.ObjectIds.HasEncoding)
_NO_PARENTS: Final = frozenset(
    standard(one)
    for one in (
        ua.ObjectIds.HasTypeDefinition,
        ua.ObjectIds.HasModellingRule,
        ua.ObjectIds.HasDescription,
        ua.ObjectIds.GeneratesEvent,
        ua.ObjectIds.HasInterface,
        ua.ObjectIds.FromState,
        ua.ObjectIds.ToState,
        ua.ObjectIds.HasCause,
        ua.ObjectIds.HasEffect,
        ua.ObjectIds.HasSubStateMachine,
    )
)
"""References that lead to a node and are not what it hangs on."""

_Reference = tuple[ua.NodeId, ua.NodeId, ua.NodeId]


class NodesetNodes:
    """What one file brings; ``mistakes`` say what is wrong with it, ``remarks`` what is left out.

    ``stands`` tells whether the server has a node already, ``defined`` gives the definition of a
    data type that it has.
    """

    def __init__(
        self,
        file: NodesetFile,
        stands: Callable[[ua.NodeId], bool],
        defined: Callable[[ua.NodeId], Definition | None],
    ) -> None:
        self.mistakes: list[Mistake] = []
        self.remarks: list[str] = []
        self.nodes: list[Node] = []
        self.links: list[Link] = []
        self._file = file
        self._stands = stands
        self._defined = defined
        self._elements: dict[ua.NodeId, etree._Element] = {}
        self._hidden: set[ua.NodeId] = set()
        self._references: dict[_Reference, None] = {}
        self._to: dict[ua.NodeId, list[_Reference]] = {}
        self._from: dict[ua.NodeId, list[_Reference]] = {}
        self._definitions: dict[ua.NodeId, Definition | None] = {}
        self._read()

    @property
    def node_ids(self) -> set[ua.NodeId]:
        """The nodes that this file brings."""
        return set(self._elements)

    def _read(self) -> None:
        self._read_elements()
        self._read_references()
        if self.mistakes:
            return
        parents = {node_id: self._parent(node_id) for node_id in self._elements}
        if self.mistakes:
            return
        used: set[_Reference] = set()
        for node_id in self._in_order({one: found[0] for one, found in parents.items() if found}):
            found = parents[node_id]
            assert found is not None, "a node without a parent is a mistake"
            made = self._try(self._elements[node_id], lambda: self._node(node_id, *found))  # noqa: B023 - called at once
            if made is not None:
                self.nodes.append(made)
                used |= _references_of(made)
        self.links = [
            Link(source=source, reference=reference, target=target)
            for source, reference, target in self._references
            if (source, reference, target) not in used
        ]

    def _say(self, line: int | None, reason: str, remedy: str) -> None:
        if len(self.mistakes) < MAX_MISTAKES:
            self.mistakes.append(self._file.mistake(line, reason, remedy))

    def _try(self, element: etree._Element, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (ValueError, TypeError, ua.UaError) as error:
            self._say(line_of(element), str(error), "correct it, or ask its maker")
            return None

    def _read_elements(self) -> None:
        own = {self._file.indexes[self._file.uris.index(one.uri) + 1] for one in self._file.models}
        for element in self._file.root:
            written = element.get("NodeId")
            if written is None:
                continue
            line = line_of(element)
            node_id = self._try(element, lambda: self._file.node_id(written))  # noqa: B023 - called at once
            if node_id is None:
                continue
            if element.get("DesignToolOnly") == "true":
                self._hidden.add(node_id)
            elif element.tag not in _CLASSES:
                kind = etree.QName(element).localname
                self._say(line, f"{kind} {written} is not served", "remove it")
            elif node_id.NamespaceIndex not in own:
                self._say(
                    line, f"the node {written} is in a namespace that this file does not define",
                    "a nodeset may only bring nodes of its own models",
                )  # fmt: skip
            elif node_id in self._elements or self._stands(node_id):
                self._say(line, f"there already is a node {written}", "give it another NodeId")
            else:
                self._elements[node_id] = element

    def _read_references(self) -> None:
        for node_id, element in self._elements.items():
            for one in element.iterfind(f"{NODESET}References/{NODESET}Reference"):
                found = self._try(one, lambda: self._ends(one))  # noqa: B023 - called at once
                if found is None:
                    continue
                reference, other = found
                for end in (reference, other):
                    if not self._is_known(end):
                        self._say(
                            line_of(one),
                            f"the node {element.get('NodeId')} refers to {end.to_string()}"
                            " (as the server counts namespaces), and there is no such node",
                            "add the nodeset that has it to opcua_nodesets, before this one",
                        )
                if other in self._hidden or reference in self._hidden:
                    continue
                forward = one.get("IsForward", "true") == "true"
                ends = (node_id, other) if forward else (other, node_id)
                self._references[(ends[0], reference, ends[1])] = None
        for each in self._references:
            self._from.setdefault(each[0], []).append(each)
            self._to.setdefault(each[2], []).append(each)

    def _ends(self, one: etree._Element) -> tuple[ua.NodeId, ua.NodeId]:
        kind = one.get("ReferenceType", "")
        if kind and kind not in self._file.aliases and "=" not in kind:
            raise ValueError(f"the alias {kind!r} is not declared")
        return self._file.node_id(kind), self._file.node_id(one.text)

    def _is_known(self, node_id: ua.NodeId) -> bool:
        return node_id in self._elements or node_id in self._hidden or self._stands(node_id)

    def _parent(self, node_id: ua.NodeId) -> tuple[ua.NodeId, ua.NodeId] | None:
        """Return the node that this one hangs on, and the reference that leads to it."""
        found = [
            (source, reference)
            for source, reference, _ in self._to.get(node_id, ())
            if reference not in _NO_PARENTS and source != node_id
        ]
        if not found:
            element = self._elements[node_id]
            self._say(
                line_of(element),
                f"no reference leads to the node {element.get('NodeId')}, so that nobody finds it",
                "add one, or mark the node as DesignToolOnly",
            )
            return None
        return min(found, key=lambda one: one[1] != HAS_SUBTYPE)

    def _in_order(self, parents: dict[ua.NodeId, ua.NodeId]) -> Iterator[ua.NodeId]:
        """Yield each node after its parent and after its type."""
        kinds = {
            source: target
            for source, reference, target in self._references
            if reference == HAS_TYPE_DEFINITION
        }
        waiting = dict.fromkeys(self._elements)
        while waiting:
            ready = [
                one
                for one in waiting
                if parents[one] not in waiting and kinds.get(one) not in waiting
            ]
            if not ready:
                first = self._elements[next(iter(waiting))]
                self._say(
                    line_of(first),
                    f"{len(waiting)} nodes hang on each other in a circle, {first.get('NodeId')}"
                    " among them",
                    "correct their references",
                )
                return
            for one in ready:
                del waiting[one]
                yield one

    def _only(self, node_id: ua.NodeId, reference: ua.NodeId) -> ua.NodeId | None:
        found = [c for a, b, c in self._from.get(node_id, ()) if b == reference]
        if len(found) > 1:
            raise ValueError(f"the node has {len(found)} references {reference.to_string()}")
        return found[0] if found else None

    def _node(self, node_id: ua.NodeId, parent: ua.NodeId, reference: ua.NodeId) -> Node:
        element = self._elements[node_id]
        node_class = _CLASSES[str(element.tag)]
        type_definition = self._only(node_id, HAS_TYPE_DEFINITION)
        if node_class in (ua.NodeClass.Object, ua.NodeClass.Variable) and type_definition is None:
            raise ValueError(f"the node {element.get('NodeId')} has no type definition")
        has_value = node_class in (ua.NodeClass.Variable, ua.NodeClass.VariableType)
        is_data_type = node_class is ua.NodeClass.DataType
        name = self._file.qualified_name(element.get("BrowseName"))
        return Node(
            node_id=node_id,
            node_class=node_class,
            name=name,
            display=element.findtext(f"{NODESET}DisplayName") or str(name.Name),
            description=element.findtext(f"{NODESET}Description") or "",
            parent=parent,
            reference=reference,
            type_definition=type_definition,
            modelling_rule=self._only(node_id, HAS_MODELLING_RULE),
            value=self._value(element) if node_class is ua.NodeClass.Variable else None,
            data_type=self._file.node_id(element.get("DataType", _ANY)) if has_value else None,
            value_rank=int(element.get("ValueRank", "-1")),
            array_dimensions=sizes(element.get("ArrayDimensions")),
            is_abstract=element.get("IsAbstract") == "true",
            is_symmetric=element.get("Symmetric") == "true",
            inverse_name=element.findtext(f"{NODESET}InverseName") or "",
            is_notifier=bool(int(element.get("EventNotifier", "0")) & 1),
            keeps_events=False,
            definition=self._definition(node_id) if is_data_type else None,
        )

    def _value(self, element: etree._Element) -> ua.DataValue:
        held = element.find(f"{NODESET}Value")
        if held is None:
            return ua.DataValue(ua.Variant())
        try:
            return ua.DataValue(value_of(self._file, held))
        except UnknownStructureError as unknown:
            where = element.get("NodeId")
            self.remarks.append(f"{where}: a value of the structure {unknown} is served as null")
            return ua.DataValue(ua.Variant())

    def _definition(self, node_id: ua.NodeId) -> Definition | None:
        if node_id not in self._elements:
            return self._defined(node_id)
        if node_id not in self._definitions:
            element = self._elements[node_id]
            held = element.find(f"{NODESET}Definition")
            above = [a for a, b, _ in self._to.get(node_id, ()) if b == HAS_SUBTYPE]
            self._definitions[node_id] = None  # a circle of supertypes ends here
            if held is not None and above:
                self._definitions[node_id] = definition_of(
                    self._file, held, above[0], self._encoding(node_id), self._definition
                )
        return self._definitions[node_id]

    def _encoding(self, node_id: ua.NodeId) -> ua.NodeId | None:
        for _, reference, target in self._from.get(node_id, ()):
            element = self._elements.get(target)
            if reference != _HAS_ENCODING or element is None:
                continue
            if element.get("BrowseName") == "Default Binary":
                return target
        return None


def _references_of(node: Node) -> set[_Reference]:
    held = {(node.parent, node.reference, node.node_id)}
    if node.type_definition is not None:
        held.add((node.node_id, HAS_TYPE_DEFINITION, node.type_definition))
    if node.modelling_rule is not None:
        held.add((node.node_id, HAS_MODELLING_RULE, node.modelling_rule))
    return held
