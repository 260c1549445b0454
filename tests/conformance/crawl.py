"""A crawl: everything that a server serves, as one client sees it, and what is wrong with it."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from asyncua import Client, ua

_A: Final = ua.AttributeIds
_C: Final = ua.NodeClass
ROOT: Final = ua.NodeId(ua.ObjectIds.RootFolder)
HAS_TYPE_DEFINITION: Final = ua.NodeId(ua.ObjectIds.HasTypeDefinition)
HAS_MODELLING_RULE: Final = ua.NodeId(ua.ObjectIds.HasModellingRule)
HAS_SUBTYPE: Final = ua.NodeId(ua.ObjectIds.HasSubtype)
HIERARCHICAL: Final = ua.NodeId(ua.ObjectIds.HierarchicalReferences)

MODELLING_RULE: Final = ua.NodeId(ua.ObjectIds.ModellingRuleType)

ONE_WAY: Final = frozenset({HAS_TYPE_DEFINITION, HAS_MODELLING_RULE})
"""References that servers need not show at their target: nearly every node points there."""

_BASE: Final = (_A.NodeId, _A.NodeClass, _A.BrowseName, _A.DisplayName)
MANDATORY: Final[Mapping[ua.NodeClass, tuple[ua.AttributeIds, ...]]] = {
    _C.Object: (*_BASE, _A.EventNotifier),
    _C.Variable: (
        *_BASE,
        _A.Value,
        _A.DataType,
        _A.ValueRank,
        _A.AccessLevel,
        _A.UserAccessLevel,
        _A.Historizing,
    ),
    _C.Method: (*_BASE, _A.Executable, _A.UserExecutable),
    _C.ObjectType: (*_BASE, _A.IsAbstract),
    _C.VariableType: (*_BASE, _A.DataType, _A.ValueRank, _A.IsAbstract),
    _C.ReferenceType: (*_BASE, _A.IsAbstract, _A.Symmetric),
    _C.DataType: (*_BASE, _A.IsAbstract),
    _C.View: (*_BASE, _A.ContainsNoLoops, _A.EventNotifier),
}
"""What OPC 10000-3, 5.2 to 5.8 asks of each class of nodes."""

OPTIONAL: Final[Mapping[ua.NodeClass, tuple[ua.AttributeIds, ...]]] = {
    _C.Object: (_A.Description,),
    _C.Variable: (_A.Description, _A.ArrayDimensions, _A.MinimumSamplingInterval),
    _C.Method: (_A.Description,),
    _C.ObjectType: (_A.Description,),
    _C.VariableType: (_A.Description, _A.ArrayDimensions),
    _C.ReferenceType: (_A.Description, _A.InverseName),
    _C.DataType: (_A.Description, _A.DataTypeDefinition),
    _C.View: (_A.Description,),
}
NO_VALUE: Final = frozenset({"BadStateNotActive", "BadWaitingForInitialData"})
"""What a variable says that has no value at present; that is an answer."""

_BATCH: Final = 150
"""Nodes in one request; an answer that takes the client long to decode breaks its keep-alive."""
_T = TypeVar("_T")


class Reference(NamedTuple):
    """One end of a reference as a node shows it."""

    reference: ua.NodeId
    is_forward: bool
    target: ua.NodeId


@dataclass
class Crawled:
    """One node with all that was read of it."""

    node_id: ua.NodeId
    node_class: ua.NodeClass
    attributes: dict[ua.AttributeIds, Any] = field(default_factory=dict)
    bad: dict[ua.AttributeIds, str] = field(default_factory=dict)
    """Attributes that could not be read, with their status."""
    references: dict[Reference, ua.ReferenceDescription] = field(default_factory=dict)
    times_shown: int = 0
    """How many references were shown, counting one that is shown twice twice."""

    @property
    def type_definitions(self) -> list[ua.NodeId]:
        """What kinds of object or variable it says to be."""
        return [
            one.target
            for one in self.references
            if one.reference == HAS_TYPE_DEFINITION and one.is_forward
        ]


Space = Mapping[ua.NodeId, Crawled]


async def crawl(client: Client) -> Space:
    """Return all that is reached from Root through references of any kind, in any direction."""
    space: dict[ua.NodeId, Crawled] = {}
    front: list[ua.NodeId] = [ROOT]
    classes: dict[ua.NodeId, ua.NodeClass] = {ROOT: _C.Object}
    while front:
        found: list[ua.NodeId] = []
        async for node_id, references in browse(client, front):
            node = Crawled(node_id, classes[node_id], times_shown=len(references))
            space[node_id] = node
            for one in references:
                target = plain(one.NodeId)
                node.references[Reference(one.ReferenceTypeId, one.IsForward, target)] = one
                if target not in classes:
                    classes[target] = one.NodeClass
                    found.append(target)
        front = found
    await _read(client, space)
    return space


async def browse(
    client: Client, node_ids: Sequence[ua.NodeId]
) -> AsyncIterator[tuple[ua.NodeId, list[ua.ReferenceDescription]]]:
    """Yield all references of each node, to the last continuation."""
    for batch in batched(node_ids, _BATCH):
        parameters = ua.BrowseParameters()
        parameters.RequestedMaxReferencesPerNode = ua.UInt32(0)
        parameters.NodesToBrowse = [
            ua.BrowseDescription(
                NodeId=node_id,
                BrowseDirection=ua.BrowseDirection.Both,
                ReferenceTypeId=ua.NodeId(),
                IncludeSubtypes=True,
                NodeClassMask=ua.UInt32(0),
                ResultMask=ua.UInt32(63),
            )
            for node_id in batch
        ]
        results = await client.uaclient.browse(parameters)
        for node_id, result in zip(batch, results, strict=True):
            references = list(result.References or ())
            point = result.ContinuationPoint
            while point:
                more = ua.BrowseNextParameters()
                more.ContinuationPoints = [point]
                page = (await client.uaclient.browse_next(more))[0]
                references += page.References or ()
                point = page.ContinuationPoint
            yield node_id, references


async def _read(client: Client, space: Space) -> None:
    wanted = [
        (node, attribute)
        for node in space.values()
        for attribute in (*MANDATORY[node.node_class], *OPTIONAL[node.node_class])
    ]
    for batch in batched(wanted, 3 * _BATCH):
        parameters = ua.ReadParameters()
        parameters.NodesToRead = [
            ua.ReadValueId(NodeId=node.node_id, AttributeId=attribute) for node, attribute in batch
        ]
        values = await client.uaclient.read(parameters)
        for (node, attribute), value in zip(batch, values, strict=True):
            if value.StatusCode is not None and not value.StatusCode.is_good():
                node.bad[attribute] = value.StatusCode.name
            else:
                node.attributes[attribute] = value.Value


def batched(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Yield the items in portions."""
    return (items[start : start + size] for start in range(0, len(items), size))


def plain(node_id: ua.NodeId) -> ua.NodeId:
    """Return a NodeId that equals others, whether or not it came as an expanded one."""
    return ua.NodeId(node_id.Identifier, node_id.NamespaceIndex)


def inconsistencies(space: Space) -> list[str]:
    """Return, in sentences, what contradicts OPC 10000-3 in what is served."""
    return [said for node in space.values() for said in _wrong_with(node, space)]


def _wrong_with(node: Crawled, space: Space) -> Iterator[str]:
    name = node.node_id.to_string()
    if node.times_shown != len(node.references):
        yield f"{name} shows a reference twice"
    for attribute in MANDATORY[node.node_class]:
        is_no_value = attribute is _A.Value and node.bad.get(attribute) in NO_VALUE
        if attribute in node.bad and not is_no_value:
            yield f"{name} lacks {attribute.name}: {node.bad[attribute]}"
    for reference, description in node.references.items():
        yield from _wrong_reference(node, reference, description, space)
    yield from _wrong_type(node, space)
    if node.node_id != ROOT and not _hangs(node, space):
        yield f"{name} hangs on nothing"


def _wrong_reference(
    node: Crawled, reference: Reference, description: ua.ReferenceDescription, space: Space
) -> Iterator[str]:
    arrow = "->" if reference.is_forward else "<-"
    what = (
        f"{node.node_id.to_string()} {arrow} {reference.target.to_string()}"
        f" ({reference.reference.to_string()})"
    )
    target = space.get(reference.target)
    if target is None or _A.NodeClass in target.bad:
        yield f"{what}: the target does not exist"
        return
    back = Reference(reference.reference, not reference.is_forward, node.node_id)
    if back not in target.references and reference.reference not in ONE_WAY:
        yield f"{what}: the target does not show it"
    kind = space.get(reference.reference)
    if kind is None or kind.node_class is not _C.ReferenceType:
        yield f"{what}: that is no reference type"
    elif kind.attributes[_A.IsAbstract].Value:
        yield f"{what}: that reference type is abstract"
    shown = (description.BrowseName, description.DisplayName, description.NodeClass)
    real = tuple(
        target.attributes[one].Value for one in (_A.BrowseName, _A.DisplayName, _A.NodeClass)
    )
    if shown != real:
        yield f"{what}: it shows {shown} for {real}"
    kinds = target.type_definitions or [ua.NodeId()]
    if plain(description.TypeDefinition) not in kinds:
        yield f"{what}: it shows the wrong type definition"


def _wrong_type(node: Crawled, space: Space) -> Iterator[str]:
    kinds = {_C.Object: _C.ObjectType, _C.Variable: _C.VariableType}
    wanted = kinds.get(node.node_class)
    name = node.node_id.to_string()
    if wanted is None:
        if node.type_definitions:
            yield f"{name} has a type definition and should have none"
        return
    if len(node.type_definitions) != 1:
        yield f"{name} has {len(node.type_definitions)} type definitions"
        return
    kind = space.get(node.type_definitions[0])
    if kind is None or kind.node_class is not wanted:
        yield f"{name} has a type definition that is no {wanted.name}"


def _hangs(node: Crawled, space: Space) -> bool:
    if MODELLING_RULE in node.type_definitions:
        return True  # its only references are from those it rules
    if any(is_hierarchical(one.reference, space) and not one.is_forward for one in node.references):
        return True
    across = (one for one in node.references if one.reference not in ONE_WAY)
    return node.node_class in (_C.Object, _C.Variable) and any(not one.is_forward for one in across)


def is_hierarchical(reference: ua.NodeId, space: Space) -> bool:
    """Tell whether a reference type is one of the hierarchical ones."""
    return HIERARCHICAL in supertypes(reference, space)


def supertypes(node_id: ua.NodeId, space: Space) -> Iterable[ua.NodeId]:
    """Yield a type and all it derives from."""
    current: ua.NodeId | None = node_id
    while current is not None and current in space:
        yield current
        current = next(
            (
                one.target
                for one in space[current].references
                if one.reference == HAS_SUBTYPE and not one.is_forward
            ),
            None,
        )
