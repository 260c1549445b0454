"""An event on its way to the clients: its fields, and whom it reaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.namespaces import isa95
from server.faces.opcua.wire.node_ids import standard
from server.faces.opcua.wire.type_tree import subtypes, targets

SERVER: Final = standard(ua.ObjectIds.Server)
_ASSEMBLED_FROM: Final = 4925
"""The reference of OPC 10030 from a product to what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNotification:
    """One event, with the fields of BaseEventType and those of its own type."""

    event_type: ua.NodeId
    source_node: ua.NodeId
    source_name: str
    message: str
    severity: int
    """1 (least) to 1000 (most), OPC 10000-5, 6.4.2."""
    time: datetime
    """When it happened, UTC."""
    event_id: bytes
    """Unique on this server."""
    fields: Mapping[str, ua.Variant] = field(default_factory=dict)
    """By browse name without namespace; ``Parent/Child`` for what lies deeper.

    ``NodeId`` is the condition that it tells of: what a clause without a path selects.
    """
    receive_time: datetime | None = None
    also: tuple[ua.NodeId, ...] = ()
    """What else it concerns: whoever listens there, or above it, is told as well, once."""


class NotifierTree:
    """Which nodes pass on an event: its source, what lies above it, and the Server object."""

    def __init__(self, space: AddressSpace) -> None:
        self._space = space
        self._event_sources = subtypes(space, standard(ua.ObjectIds.HasEventSource))
        hierarchy = subtypes(space, standard(ua.ObjectIds.HierarchicalReferences))
        # What goes into a product is no place in the plant: its events are not the product's.
        self._hierarchy = hierarchy - subtypes(space, isa95(_ASSEMBLED_FROM))

    def passing_on(self, source: ua.NodeId, *also: ua.NodeId) -> Iterator[ua.NodeId]:
        """Yield every node whose event subscribers get an event of this source, each once.

        ``also`` are further nodes that the event concerns.

        The way up is HasNotifier and HasEventSource; a node without them hands its events to its
        hierarchical parents, of which only those with the SubscribeToEvents bit are yielded.
        """
        seen = {source, SERVER}
        yield source
        waiting = [source]
        for one in also:
            if one not in seen and one in self._space:
                seen.add(one)
                waiting.append(one)
                yield one
        while waiting:
            for parent in self._parents(waiting.pop()):
                if parent in seen:
                    continue
                seen.add(parent)
                waiting.append(parent)
                if self.is_notifier(parent):
                    yield parent
        if source != SERVER:
            yield SERVER

    def _parents(self, node_id: ua.NodeId) -> tuple[ua.NodeId, ...]:
        notifiers = tuple(targets(self._space, node_id, self._event_sources, forward=False))
        return notifiers or tuple(targets(self._space, node_id, self._hierarchy, forward=False))

    def is_notifier(self, node_id: ua.NodeId) -> bool:
        """Return whether clients can listen to events of the node."""
        value = self._space.read_attribute_value(node_id, ua.AttributeIds.EventNotifier).Value
        bits = value.Value if value is not None else None
        return isinstance(bits, int) and bool(bits & (1 << ua.EventNotifier.SubscribeToEvents))
