"""Changes of the address space as events at the Server object (OPC 10000-5, 6.4.31 to 6.4.34)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from asyncua import ua

from server.faces.opcua.events.event_notification import SERVER, EventNotification
from server.faces.opcua.instances.model_changes import ChangeBatch, ChangedNode
from server.faces.opcua.wire.node_ids import standard

_SEVERITY: Final = 100
_GENERAL: Final = standard(ua.ObjectIds.GeneralModelChangeEventType)
_BASE: Final = standard(ua.ObjectIds.BaseModelChangeEventType)
_SEMANTIC: Final = standard(ua.ObjectIds.SemanticChangeEventType)


SourceOf = Callable[[ua.NodeId], ua.NodeId]
"""Gives the node as whose events the changes of another one are told."""


def model_change_events(
    batch: ChangeBatch,
    time: datetime,
    new_id: Callable[[], str],
    source_of: SourceOf = lambda _: SERVER,
) -> Iterator[EventNotification]:
    """Yield the events of a batch.

    A batch that is not complete is told without details: clients browse again. Who may not know
    of a node does not hear of it here: its changes come from another source, in another event.
    """
    if not batch.is_complete:
        text = "More of the address space changed than is told one by one: browse it again."
        yield _event(_BASE, text, time, new_id, None)
    else:
        for source, changed in _by_source(batch.changes, source_of):
            text = f"{len(changed)} nodes of the address space changed."
            details = [_changed(one) for one in changed]
            yield _event(_GENERAL, text, time, new_id, details, source)
    for source, changed in _by_source(batch.semantics, source_of):
        text = f"The units or ranges of {len(changed)} variables changed."
        changes = [
            ua.SemanticChangeStructureDataType(
                Affected=one.affected, AffectedType=one.affected_type
            )
            for one in changed
        ]
        yield _event(_SEMANTIC, text, time, new_id, changes, source)


def _by_source(
    changes: Iterable[ChangedNode], source_of: SourceOf
) -> Iterable[tuple[ua.NodeId, list[ChangedNode]]]:
    found: dict[ua.NodeId, list[ChangedNode]] = {}
    for one in changes:
        found.setdefault(source_of(one.affected), []).append(one)
    return found.items()


def _changed(one: ChangedNode) -> ua.ModelChangeStructureDataType:
    return ua.ModelChangeStructureDataType(
        Affected=one.affected, AffectedType=one.affected_type, Verb=ua.Byte(one.verb)
    )


def _event(
    event_type: ua.NodeId,
    message: str,
    time: datetime,
    new_id: Callable[[], str],
    changes: list[ua.ModelChangeStructureDataType]
    | list[ua.SemanticChangeStructureDataType]
    | None,
    source: ua.NodeId = SERVER,
) -> EventNotification:
    fields = {}
    if changes is not None:
        fields["Changes"] = ua.Variant(changes, ua.VariantType.ExtensionObject, is_array=True)
    return EventNotification(
        event_type=event_type,
        source_node=source,
        source_name="Server",
        message=message,
        severity=_SEVERITY,
        time=time,
        event_id=new_id().encode(),
        fields=fields,
    )
