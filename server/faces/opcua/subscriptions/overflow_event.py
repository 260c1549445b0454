"""The event that tells a client that its queue was too short (OPC 10000-4, 7.22.3)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from asyncua import ua

from server.faces.opcua.wire.node_ids import standard

_TYPE: Final = standard(ua.ObjectIds.EventQueueOverflowEventType)
_SERVER: Final = standard(ua.ObjectIds.Server)
_SEVERITY: Final = 500


@dataclass(frozen=True, slots=True)
class OverflowEvent:
    """An event of EventQueueOverflowEventType."""

    time: datetime
    event_type: ua.NodeId = _TYPE
    source_node: ua.NodeId = _SERVER
    source_name: str = "Server"
    message: str = "Events were discarded because they were not fetched in time"
    severity: int = _SEVERITY
    receive_time: datetime | None = None
    event_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    fields: Mapping[str, ua.Variant] = field(default_factory=dict)
