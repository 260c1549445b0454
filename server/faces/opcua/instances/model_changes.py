"""What changed in the address space, in batches (OPC 10000-3, 9.32; OPC 10000-5, 6.4.31).

A subtree is told by its top node: what stands below came or went with it. A change of a node's
references is told with its NodeVersion, where it has one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asyncua import ua

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.instances.plant_nodes import NODE_VERSION, below
from server.faces.opcua.nodes import Node, data_value

BATCH_S: Final = 0.25
"""How long changes are gathered before they are told together, in seconds."""

MAX_CHANGES: Final = 500
"""Changes that one event names; when there are more, clients are told to browse again."""

NODE_ADDED: Final = 1
NODE_DELETED: Final = 2
REFERENCE_ADDED: Final = 4
REFERENCE_DELETED: Final = 8

_MEANING: Final = frozenset(
    {"EngineeringUnits", "EURange", "InstrumentRange", "Definition", "ValuePrecision"}
)
"""Properties without which a value can't be read right (OPC 10000-8, 5.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedNode:
    """One change: the node, its type, and what happened as the bits of the verb."""

    affected: ua.NodeId
    affected_type: ua.NodeId
    verb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBatch:
    """The changes that are told together; without any that are named, everything may differ."""

    changes: tuple[ChangedNode, ...]
    semantics: tuple[ChangedNode, ...]
    is_complete: bool


Tell = Callable[[ChangeBatch], Awaitable[None]]
WriteVersion = Callable[[ua.NodeId, ua.DataValue], Awaitable[None]]


class ModelChanges:
    """Gathers what changes from ``begin`` on; ``run`` tells it until cancelled."""

    def __init__(
        self, tree: AddressTree, write: WriteVersion, clock: Callable[[], datetime]
    ) -> None:
        self._tree = tree
        self._write = write
        self._clock = clock
        self._begun = False
        self._verbs: dict[ua.NodeId, int] = {}
        self._types: dict[ua.NodeId, ua.NodeId] = {}
        self._meanings: dict[ua.NodeId, None] = {}
        self._versioned: set[ua.NodeId] = set()
        self._is_complete = True
        self._news = asyncio.Event()

    def version(self) -> str:
        """Return a NodeVersion that no earlier state had: the present time."""
        return self._clock().isoformat(timespec="microseconds")

    def begin(self) -> None:
        """From now on clients may have seen the address space, so changes are told."""
        self._begun = True

    def inserted(self, node: Node, together: Container[ua.NodeId]) -> None:
        """Note a new node; ``together`` are those that came with it."""
        if node.parent not in together:
            self._note(node.node_id, NODE_ADDED, node.type_definition)
            self._note(node.parent, REFERENCE_ADDED)

    def removed(self, node: Node, together: Container[ua.NodeId]) -> None:
        """Note a node that goes; ``together`` are those that go with it."""
        if node.parent not in together:
            self._note(node.node_id, NODE_DELETED, node.type_definition)
            self._note(node.parent, REFERENCE_DELETED)

    def moved(self, was: Node, node: Node) -> None:
        """Note a node that may hang on another parent than before."""
        if was.parent != node.parent or was.reference != node.reference:
            self._note(was.parent, REFERENCE_DELETED)
            self._note(node.parent, REFERENCE_ADDED)

    def referenced(self, source: ua.NodeId) -> None:
        """Note a new reference between nodes that were there."""
        self._note(source, REFERENCE_ADDED)

    def unreferenced(self, source: ua.NodeId) -> None:
        """Note a reference that is gone."""
        self._note(source, REFERENCE_DELETED)

    def valued(self, node: Node) -> None:
        """Note a new value of a property; some of them change what other values mean."""
        if self._begun and node.name.NamespaceIndex == 0 and str(node.name.Name) in _MEANING:
            self._meanings[node.parent] = None
            self._news.set()

    def _note(self, node_id: ua.NodeId, verb: int, kind: ua.NodeId | None = None) -> None:
        if not self._begun:
            return
        self._news.set()
        if len(self._verbs) >= MAX_CHANGES and node_id not in self._verbs:
            self._is_complete = False
            if self._tree.stands(below(node_id, NODE_VERSION)):
                self._versioned.add(node_id)  # there are as many as folders, so this is bounded
            return
        self._verbs[node_id] = self._verbs.get(node_id, 0) | verb
        if kind is not None:
            self._types[node_id] = kind

    async def run(self, tell: Tell) -> None:
        """Tell what was gathered, again and again, until cancelled."""
        while True:
            await self._news.wait()
            await asyncio.sleep(BATCH_S)
            await self.flush(tell)

    async def flush(self, tell: Tell) -> None:
        """Tell what was gathered, if anything was."""
        self._news.clear()
        verbs, self._verbs = self._verbs, {}
        types, self._types = self._types, {}
        meanings, self._meanings = self._meanings, {}
        is_complete, self._is_complete = self._is_complete, True
        version = data_value(self.version(), ua.VariantType.String)
        versioned, self._versioned = self._versioned, set()
        for node_id in versioned | verbs.keys():
            version_id = below(node_id, NODE_VERSION)
            if self._tree.stands(version_id):
                await self._write(version_id, version)
        if verbs or meanings:
            await tell(
                ChangeBatch(
                    changes=tuple(
                        ChangedNode(
                            affected=node_id,
                            affected_type=types.get(node_id) or self._type_of(node_id),
                            verb=verb,
                        )
                        for node_id, verb in verbs.items()
                    ),
                    semantics=tuple(
                        ChangedNode(affected=node_id, affected_type=self._type_of(node_id), verb=0)
                        for node_id in meanings
                    ),
                    is_complete=is_complete,
                )
            )

    def _type_of(self, node_id: ua.NodeId) -> ua.NodeId:
        return self._tree.type_of(node_id)
