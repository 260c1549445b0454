"""The question that is asked for every node a client touches."""

from collections.abc import Awaitable, Callable
from enum import Enum, unique
from typing import Protocol

from asyncua import ua

from server.faces.opcua.access.caller import Caller


@unique
class AccessKind(Enum):
    """What a client wants to do with a node."""

    BROWSE = "browse"
    READ = "read"
    WRITE = "write"
    CALL = "call"
    READ_HISTORY = "read-history"
    SUBSCRIBE = "subscribe"


class Permissions(Protocol):
    """Decides who may do what; asked once per node and request, so it must be quick."""

    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        """Return whether the caller may do this with the node."""
        ...


OnDeniedWrite = Callable[[Caller, ua.NodeId, ua.DataValue], Awaitable[None]]
"""Is told of every write that was refused for want of permission, before it is answered."""
