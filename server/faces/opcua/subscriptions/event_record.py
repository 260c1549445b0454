"""An event as filters see it: typed, with fields by qualified browse path."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.wire.node_ids import standard
from server.faces.opcua.wire.type_tree import (
    HAS_COMPONENT,
    HAS_PROPERTY,
    browse_name,
    is_subtype,
    subtypes,
    supertypes,
    targets,
)

BASE_EVENT_TYPE: Final = standard(ua.ObjectIds.BaseEventType)
NOTHING: Final = ua.Variant()
_MAX_DEPTH: Final = 4
"""Levels of a browse path; a loop of references in a foreign nodeset must not hang the server."""

Path = tuple[tuple[int, str], ...]
"""Namespace index and name, from the event down to the field."""


class Event(Protocol):
    """What an event brings with it; all is read only."""

    @property
    def event_type(self) -> ua.NodeId:
        """The type of the event."""

    @property
    def source_node(self) -> ua.NodeId:
        """The node it comes from."""

    @property
    def source_name(self) -> str:
        """The name of that node."""

    @property
    def message(self) -> str:
        """The words for a person."""

    @property
    def severity(self) -> int:
        """1 (least) to 1000 (most)."""

    @property
    def time(self) -> datetime:
        """When it happened, UTC."""

    @property
    def receive_time(self) -> datetime | None:
        """When the server heard of it, UTC."""

    @property
    def event_id(self) -> bytes:
        """Unique on this server."""

    @property
    def fields(self) -> Mapping[str, ua.Variant]:
        """By browse name without namespace; ``Parent/Child`` for what lies deeper.

        ``NodeId`` is the condition that it tells of.
        """


class EventTypes:
    """What the event types of an address space declare; a type does not change once it stands."""

    def __init__(self, space: AddressSpace) -> None:
        self._space = space
        self._size = 0
        self.is_subtype: Final = lru_cache(4096)(self._is_subtype)
        self.declared: Final = lru_cache(512)(self._declared)
        self.declared_below: Final = lru_cache(64)(self._declared_below)

    def refresh(self) -> None:
        """Forget what is known if nodes have come or gone: types may be among them."""
        size = len(self._space.keys())
        if size != self._size:
            self._size = size
            self.is_subtype.cache_clear()
            self.declared.cache_clear()
            self.declared_below.cache_clear()

    def is_event_type(self, type_id: ua.NodeId) -> bool:
        """Tell whether this is BaseEventType or a subtype."""
        return type_id in self._space and self.is_subtype(type_id, BASE_EVENT_TYPE)

    def stands(self, node_id: ua.NodeId) -> bool:
        """Tell whether there is such a node."""
        return node_id in self._space

    def declares(self, type_id: ua.NodeId, path: Path) -> bool:
        """Tell whether events of this type, or of a subtype, can have a field at this path."""
        return path in self.declared_below(type_id)

    def _is_subtype(self, type_id: ua.NodeId, of: ua.NodeId) -> bool:
        return is_subtype(self._space, type_id, of)

    def _declared(self, type_id: ua.NodeId) -> dict[str, Path]:
        """Return the paths of all fields of a type by the name they have without namespaces."""
        found: dict[str, Path] = {}
        for ancestor in supertypes(self._space, type_id):
            for path in self._paths(ancestor, (), _MAX_DEPTH):
                found.setdefault("/".join(name for _, name in path), path)
        return found

    def _declared_below(self, type_id: ua.NodeId) -> frozenset[Path]:
        return frozenset(
            path for one in subtypes(self._space, type_id) for path in self.declared(one).values()
        )

    def _paths(self, node_id: ua.NodeId, above: Path, levels: int) -> list[Path]:
        found = []
        for child in targets(self._space, node_id, (HAS_PROPERTY, HAS_COMPONENT), forward=True):
            name = browse_name(self._space, child)
            if name is None or levels == 0:
                continue
            path = (*above, (int(name.NamespaceIndex), str(name.Name)))
            found.append(path)
            found += self._paths(child, path, levels - 1)
        return found


class EventRecord:
    """One event on its way through the filters of all who subscribed."""

    __slots__ = ("_fields", "event_type", "source_node")

    def __init__(self, event: Event) -> None:
        self.event_type: Final = event.event_type
        self.source_node: Final = event.source_node
        self._fields: Final[dict[str, ua.Variant]] = {
            "EventId": ua.Variant(event.event_id, ua.VariantType.ByteString),
            "EventType": ua.Variant(event.event_type, ua.VariantType.NodeId),
            "SourceNode": ua.Variant(event.source_node, ua.VariantType.NodeId),
            "SourceName": ua.Variant(event.source_name, ua.VariantType.String),
            "Time": ua.Variant(event.time, ua.VariantType.DateTime),
            "ReceiveTime": ua.Variant(event.receive_time or event.time, ua.VariantType.DateTime),
            "Message": ua.Variant(ua.LocalizedText(event.message), ua.VariantType.LocalizedText),
            "Severity": ua.Variant(event.severity, ua.VariantType.UInt16),
            **event.fields,
        }

    def field(self, name: str) -> ua.Variant:
        """Return a field; a Null Variant if the event has none of this name."""
        return self._fields.get(name, NOTHING)
