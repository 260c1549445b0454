"""Attributes of a node that are another value for another caller (OPC 10000-3, 5.2, 5.6, 5.7)."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeData

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import AccessKind, Permissions, RolePermissions
from server.faces.opcua.wire.failure import status

_A: Final = ua.AttributeIds
_V: Final = ua.VariantType

WRITE_BITS: Final = (
    (1 << ua.AccessLevel.CurrentWrite)
    | (1 << ua.AccessLevel.HistoryWrite)
    | (1 << ua.AccessLevel.StatusWrite)
    | (1 << ua.AccessLevel.TimestampWrite)
)
_READ_BIT: Final = 1 << ua.AccessLevel.CurrentRead
_HISTORY_BIT: Final = 1 << ua.AccessLevel.HistoryRead


class UserAttributes:
    """Computes them when they are read; they are stored nowhere."""

    def __init__(
        self, space: AddressSpace, permissions: Permissions, writable: AbstractSet[ua.NodeId]
    ) -> None:
        self._space = space
        self._permissions = permissions
        self._roles = permissions if isinstance(permissions, RolePermissions) else None
        self._writable = writable
        self.is_linked: Callable[[ua.NodeId], bool] = lambda _: True
        """Whether anything runs behind a method; the methods of the server put theirs here."""
        self._read: Final = {
            _A.WriteMask: self._no_mask,
            _A.UserWriteMask: self._no_mask,
            _A.AccessLevel: self._access_level,
            _A.UserAccessLevel: self._user_access_level,
            _A.AccessLevelEx: self._access_level_ex,
            _A.UserExecutable: self._user_executable,
            _A.RolePermissions: self._role_permissions,
            _A.UserRolePermissions: self._user_role_permissions,
            _A.AccessRestrictions: self._access_restrictions,
        }

    def __contains__(self, attribute: object) -> bool:
        """Tell whether an attribute is one of these."""
        return attribute in self._read

    def read(self, caller: Caller, node_id: ua.NodeId, attribute: ua.AttributeIds) -> ua.DataValue:
        """Return the attribute as this caller may see it; whether it may browse is not asked."""
        node = self._space.get(node_id)
        if node is None:
            return _bad(ua.StatusCodes.BadNodeIdUnknown)
        return self._read[attribute](caller, node_id, node)

    def _no_mask(self, _: Caller, __: ua.NodeId, ___: NodeData) -> ua.DataValue:
        return ua.DataValue(ua.Variant(0, _V.UInt32))  # no attribute but values is ever written

    def _access_level(self, _: Caller, node_id: ua.NodeId, node: NodeData) -> ua.DataValue:
        held = _held(node, _A.AccessLevel)
        return _level(held, None if node_id in self._writable else WRITE_BITS)

    def _user_access_level(
        self, caller: Caller, node_id: ua.NodeId, node: NodeData
    ) -> ua.DataValue:
        may = self._permissions.may
        writes = (
            node_id in self._writable
            and not caller.read_only
            and may(caller, AccessKind.WRITE, node_id)
        )
        denied = 0 if writes else WRITE_BITS
        denied |= 0 if may(caller, AccessKind.READ, node_id) else _READ_BIT
        denied |= 0 if may(caller, AccessKind.READ_HISTORY, node_id) else _HISTORY_BIT
        return _level(_held(node, _A.AccessLevel), denied)

    def _access_level_ex(self, caller: Caller, node_id: ua.NodeId, node: NodeData) -> ua.DataValue:
        level = self._access_level(caller, node_id, node)
        if level.Value is None or level.Value.Value is None:
            return level
        return ua.DataValue(ua.Variant(int(level.Value.Value), _V.UInt32))

    def _user_executable(self, caller: Caller, node_id: ua.NodeId, node: NodeData) -> ua.DataValue:
        held = _held(node, _A.Executable)
        if held is None or held.Value is None:
            return _bad(ua.StatusCodes.BadAttributeIdInvalid)
        executable = (
            held.Value.Value is not False
            and not caller.read_only
            and self.is_linked(node_id)
            and self._permissions.may(caller, AccessKind.CALL, node_id)
        )
        return ua.DataValue(ua.Variant(executable, _V.Boolean))

    def _role_permissions(self, caller: Caller, node_id: ua.NodeId, _: NodeData) -> ua.DataValue:
        if self._roles is None:
            return _bad(ua.StatusCodes.BadAttributeIdInvalid)
        if not self._permissions.may(caller, AccessKind.READ_ROLE_PERMISSIONS, node_id):
            return _bad(ua.StatusCodes.BadUserAccessDenied)
        return _permissions(self._roles.of_roles(node_id))

    def _user_role_permissions(
        self, caller: Caller, node_id: ua.NodeId, _: NodeData
    ) -> ua.DataValue:
        if self._roles is None:
            return _bad(ua.StatusCodes.BadAttributeIdInvalid)
        return _permissions(self._roles.of_caller(caller, node_id))

    def _access_restrictions(self, _: Caller, node_id: ua.NodeId, __: NodeData) -> ua.DataValue:
        if self._roles is None:
            return _bad(ua.StatusCodes.BadAttributeIdInvalid)
        return ua.DataValue(ua.Variant(self._roles.restrictions(node_id), _V.UInt16))


def _held(node: NodeData, attribute: ua.AttributeIds) -> ua.DataValue | None:
    found = node.attributes.get(attribute)
    return found.value if found is not None else None


def _level(held: ua.DataValue | None, denied: int | None) -> ua.DataValue:
    if held is None:
        return _bad(ua.StatusCodes.BadAttributeIdInvalid)
    if not denied or held.Value is None or not isinstance(held.Value.Value, int):
        return held
    return replace(held, Value=ua.Variant(held.Value.Value & ~denied, _V.Byte))


def _permissions(rows: Iterable[tuple[ua.NodeId, int]]) -> ua.DataValue:
    found = [
        ua.RolePermissionType(RoleId=role, Permissions=ua.PermissionType(mask))
        for role, mask in rows
    ]
    return ua.DataValue(ua.Variant(found, _V.ExtensionObject, is_array=True))


def _bad(code: int) -> ua.DataValue:
    return ua.DataValue(StatusCode=status(code))
