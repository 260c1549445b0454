"""The question that is asked for every node a client touches."""

from collections.abc import Awaitable, Callable, Iterable
from enum import IntEnum, unique
from typing import Protocol, runtime_checkable

from asyncua import ua

from server.faces.opcua.access.caller import Caller


@unique
class AccessKind(IntEnum):
    """What a client wants to do with a node; the bits of PermissionType (OPC 10000-3, 8.55)."""

    BROWSE = 1 << 0
    READ_ROLE_PERMISSIONS = 1 << 1
    READ = 1 << 5
    WRITE = 1 << 6
    READ_HISTORY = 1 << 7
    RECEIVE_EVENTS = 1 << 11
    CALL = 1 << 12
    SUBSCRIBE = 1 << 30
    """Of our own: whether a monitored item may be made, of the value or of the events."""


STANDARD_PERMISSIONS = AccessKind.SUBSCRIBE - 1
"""The bits that OPC UA knows."""


class Permissions(Protocol):
    """Decides who may do what; asked once per node and request, so it must be quick."""

    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        """Return whether the caller may do this with the node."""
        ...


@runtime_checkable
class RolePermissions(Protocol):
    """What permissions by roles can say beyond yes and no: the attributes of OPC 10000-3, 5.2."""

    def of_roles(self, node_id: ua.NodeId) -> Iterable[tuple[ua.NodeId, int]]:
        """Yield each role that may do anything with the node, and what, as PermissionType."""
        ...

    def of_caller(self, caller: Caller, node_id: ua.NodeId) -> Iterable[tuple[ua.NodeId, int]]:
        """Yield the same for the roles of this caller only."""
        ...

    def restrictions(self, node_id: ua.NodeId) -> int:
        """Return what a channel must be to touch the node, as AccessRestrictionType."""
        ...

    def needs_encryption(self, caller: Caller, node_id: ua.NodeId) -> bool:
        """Return whether it is only the missing encryption that is in the caller's way."""
        ...


OnDeniedWrite = Callable[[Caller, ua.NodeId, ua.DataValue], Awaitable[None]]
"""Is told of every write that was refused for want of permission, before it is answered."""
