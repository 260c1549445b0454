"""What a session may see and do: the permission hook applied to every node it touches."""

import logging
from collections.abc import Callable
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeData

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import (
    AccessKind,
    OnDeniedWrite,
    Permissions,
    RolePermissions,
)
from server.faces.opcua.access.user_attributes import UserAttributes
from server.faces.opcua.wire.failure import status
from server.faces.opcua.wire.index_range import cut

_log = logging.getLogger(__name__)

_READ_BIT: Final = 1 << ua.AccessLevel.CurrentRead
_HISTORY_BIT: Final = 1 << ua.AccessLevel.HistoryRead
_HISTORY_ATTRIBUTES: Final = (ua.AttributeIds.AccessLevel, ua.AttributeIds.EventNotifier)


OfCaller = Callable[[Caller], ua.DataValue]
"""Computes a value for the one who reads it."""


class NodeAccess:
    """The rules of one server, asked with a caller."""

    def __init__(
        self,
        space: AddressSpace,
        permissions: Permissions,
        on_denied_write: OnDeniedWrite | None,
    ) -> None:
        self._space = space
        self._permissions = permissions
        self._roles = permissions if isinstance(permissions, RolePermissions) else None
        self._on_denied_write = on_denied_write
        self._writable: set[ua.NodeId] = set()
        self._computed: dict[ua.NodeId, OfCaller] = {}
        self.of_user: Final = UserAttributes(space, permissions, self._writable)

    def declare_writable(self, node_id: ua.NodeId) -> None:
        """Let clients write the value, as far as the permission hook lets them."""
        self._writable.add(node_id)

    def compute(self, node_id: ua.NodeId, value: OfCaller) -> None:
        """Compute the value of a variable whenever somebody reads it, for this reader."""
        self._computed[node_id] = value
        self._space.set_attribute_value_callback(node_id, ua.AttributeIds.Value, _for_nobody)

    def forget(self, node_id: ua.NodeId) -> None:
        """Compute nothing any more: the node goes."""
        self._computed.pop(node_id, None)

    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        """Ask the permission hook."""
        return self._permissions.may(caller, access, node_id)

    def may_receive(self, caller: Caller, event_type: ua.NodeId, source: ua.NodeId) -> bool:
        """Return whether the caller gets an event: both its type and its source decide.

        OPC 10000-3, 8.55: ReceiveEvents of the nodes in EventType and SourceNode.
        """
        may = self._permissions.may
        return may(caller, AccessKind.RECEIVE_EVENTS, event_type) and may(
            caller, AccessKind.RECEIVE_EVENTS, source
        )

    def denial(self, caller: Caller, node_id: ua.NodeId) -> ua.StatusCode:
        """Return how to say no; what a caller may not browse does not exist for it."""
        roles = self._roles
        if not self._permissions.may(caller, AccessKind.BROWSE, node_id):
            return status(ua.StatusCodes.BadNodeIdUnknown)
        if roles is not None and roles.needs_encryption(caller, node_id):
            return status(ua.StatusCodes.BadSecurityModeInsufficient)
        return status(ua.StatusCodes.BadUserAccessDenied)

    def read(self, caller: Caller, wanted: ua.ReadValueId) -> ua.DataValue:
        """Return one attribute as this caller may see it."""
        node_id, attribute = wanted.NodeId, wanted.AttributeId
        if attribute != ua.AttributeIds.Value:
            if not self._permissions.may(caller, AccessKind.BROWSE, node_id):
                return _bad(ua.StatusCodes.BadNodeIdUnknown)
            if attribute in self.of_user:
                return self.of_user.read(caller, node_id, attribute)
            return self._space.read_attribute_value(node_id, attribute)
        if not self._permissions.may(caller, AccessKind.READ, node_id):
            return ua.DataValue(StatusCode=self.denial(caller, node_id))
        node = self._space.get(node_id)
        if node is None:
            return _bad(ua.StatusCodes.BadNodeIdUnknown)
        if not _is_readable(node):
            return _bad(ua.StatusCodes.BadNotReadable)
        held = node.attributes.get(ua.AttributeIds.Value)
        if held is None:
            return _bad(ua.StatusCodes.BadAttributeIdInvalid)
        value = held.value or self._compute(caller, node_id)
        return cut(value, wanted.IndexRange) if wanted.IndexRange else value

    def _compute(self, caller: Caller, node_id: ua.NodeId) -> ua.DataValue:
        """Return a value that is held nowhere."""
        computed = self._computed.get(node_id)
        if computed is not None:
            return computed(caller)
        return self._space.read_attribute_value(node_id, ua.AttributeIds.Value)

    def is_readable(self, node_id: ua.NodeId) -> bool:
        """Return whether the access level lets anybody read the value at all."""
        node = self._space.get(node_id)
        return node is None or _is_readable(node)

    def has_history(self, node_id: ua.NodeId) -> bool:
        """Return whether the node says that its history can be read, of values or of events.

        OPC 10000-3, 8.57 and 8.60: HistoryRead is the same bit of AccessLevel and EventNotifier.
        """
        node = self._space.get(node_id)
        return node is not None and any(
            _bits(node, attribute) & _HISTORY_BIT for attribute in _HISTORY_ATTRIBUTES
        )

    async def refuse_write(self, caller: Caller, wanted: ua.WriteValue) -> ua.StatusCode | None:
        """Return why the caller may not write this, or None if it may; denials are recorded."""
        code, denied = self._write_refusal(caller, wanted)
        if code is None:
            return None
        if denied and self._on_denied_write is not None:
            try:
                await self._on_denied_write(caller, wanted.NodeId, wanted.Value)
            except Exception:  # noqa: BLE001 - the write is denied in any case
                _log.exception("a denied write to %s was not recorded", wanted.NodeId)
        return status(code)

    def _write_refusal(self, caller: Caller, wanted: ua.WriteValue) -> tuple[int | None, bool]:
        """Return the status code of the refusal, and whether it is for want of permission."""
        if wanted.NodeId not in self._space or not self._permissions.may(
            caller, AccessKind.BROWSE, wanted.NodeId
        ):
            return ua.StatusCodes.BadNodeIdUnknown, False
        if caller.read_only or wanted.AttributeId != ua.AttributeIds.Value:
            return ua.StatusCodes.BadUserAccessDenied, True
        if wanted.NodeId not in self._writable:
            return ua.StatusCodes.BadNotWritable, True
        if not self._permissions.may(caller, AccessKind.WRITE, wanted.NodeId):
            return ua.StatusCodes.BadUserAccessDenied, True
        return None, False


def _for_nobody(*_: object) -> ua.DataValue:
    """Answer whoever asks the address space itself, without a caller."""
    return _bad(ua.StatusCodes.BadUserAccessDenied)


def _bits(node: NodeData, attribute: ua.AttributeIds) -> int:
    held = node.attributes.get(attribute)
    if held is None or held.value is None or held.value.Value is None:
        return 0
    bits = held.value.Value.Value
    return bits if isinstance(bits, int) else 0


def _is_readable(node: NodeData) -> bool:
    bits = getattr(node, "access_level", None)
    if bits is not None:  # a compact node says it without an attribute around it
        return bool(bits & _READ_BIT)
    level = node.attributes.get(ua.AttributeIds.AccessLevel)
    if level is None or level.value is None or level.value.Value is None:
        return True
    bits = level.value.Value.Value
    return not isinstance(bits, int) or bool(bits & _READ_BIT)


def _bad(code: int) -> ua.DataValue:
    return ua.DataValue(StatusCode=status(code))
