"""The table of readers and the roles of commands, as answers about one node and one caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import AUTHENTICATED, ENCRYPTED, EVERYBODY, Caller
from server.faces.opcua.access.permissions import STANDARD_PERMISSIONS, AccessKind
from server.faces.opcua.access.readers import (
    BRANCHES,
    PRODUCTION,
    ROOTS,
    SECURITY,
    STANDARD,
    Branch,
)
from server.faces.opcua.access.role_table import ROLE_OF, ROLE_SET, ROLES
from server.faces.opcua.namespaces import (
    ISA95,
    JOB_CONTROL,
    PACKML,
    PLANT,
    TYPES,
    plant,
    standard,
)
from server.faces.opcua.wire.type_tree import HAS_SUBTYPE, subtypes, targets

MAX_REMEMBERED: Final = 500_000
"""Nodes whose branch is remembered; one more, and all are found anew."""

_CALL: Final = AccessKind.CALL
_BROWSE: Final = int(AccessKind.BROWSE)
_SEES: Final = AccessKind.BROWSE | AccessKind.READ | AccessKind.SUBSCRIBE
_PLACES: Final = {branch.name: place for place, branch in enumerate(BRANCHES)}
_BY_NODE: Final = {path: _PLACES[one.name] for one in BRANCHES for path in one.nodes}
_BY_PATH: Final = {path: _PLACES[one.name] for one in BRANCHES for path in one.paths}
_MODELS: Final = frozenset({0, ISA95, TYPES, JOB_CONTROL, PACKML})
"""The namespaces of which all nodes but the declared ones are types."""

_READS_ROLES: Final = SECURITY.readers
_ALONE: Final = {row.key: frozenset({row.key, ENCRYPTED}) for row in ROLES} | {
    AUTHENTICATED: frozenset({EVERYBODY, AUTHENTICATED, ENCRYPTED})
}
"""What is granted by one role; whoever is logged in is everybody, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule:
    """Whose a method is: the roles of its command, at which station, and whether it is signed.

    A signed method takes a password as an argument, so its channel has to be encrypted.
    """

    roles: frozenset[str]
    station: str = ""
    is_signed: bool = False


_EVERY_ACCOUNT: Final = frozenset({AUTHENTICATED})
_ANY_ACCOUNT: Final = CallRule(roles=frozenset({AUTHENTICATED}))


class FacePermissions:
    """Who may do what with the nodes of the product; nobody writes.

    What a method does is not decided here but in the command path, so that an attempt goes on
    record whoever makes it: this says what the path will say, and tests hold both together.
    """

    def __init__(self) -> None:
        self._place_of: dict[ua.NodeId, int] = {}
        self._declared: dict[ua.NodeId, int] = {}
        self._masks: dict[frozenset[str], tuple[int, ...]] = {}
        self._rules: dict[ua.NodeId, CallRule] = {}

    def watch(self, space: AddressSpace) -> None:
        """Find the standard nodes that are not everybody's; called once, after the types stand."""
        self._place_of.clear()
        for branch, number in ROOTS:
            for node_id in _below(space, standard(number)):
                self._declared[node_id] = _PLACES[branch.name]
        for role in targets(space, ROLE_SET, _owning(space), forward=True):
            for node_id in targets(space, role, _owning(space), forward=True):
                self._declared[node_id] = _PLACES[SECURITY.name]

    def declare(self, node_id: ua.NodeId, branch: Branch) -> None:
        """Put one node into a branch, wherever it stands."""
        self._declared[node_id] = _PLACES[branch.name]
        self._place_of.pop(node_id, None)

    def declare_method(self, method_id: ua.NodeId, rule: CallRule) -> None:
        """Say whose a method is; one that is not declared may be called by every account."""
        self._rules[method_id] = rule

    # -- the question ---------------------------------------------------------------------------

    def may(self, caller: Caller, access: AccessKind, node_id: ua.NodeId) -> bool:
        """Return whether the caller may do this."""
        # As in mask(), written out: this is asked for every node that a client touches.
        masks = self._masks.get(caller.granted) or self._grant(caller.granted)
        place = self._place_of.get(node_id)
        mask = masks[self._find(node_id) if place is None else place]
        if access is _CALL:
            return mask & _BROWSE != 0 and self._may_call(caller, node_id)
        return mask & access != 0

    def mask(self, caller: Caller, node_id: ua.NodeId) -> int:
        """Return everything but calls that the caller may do with the node, as bits."""
        masks = self._masks.get(caller.granted) or self._grant(caller.granted)
        place = self._place_of.get(node_id)
        return masks[self._find(node_id) if place is None else place]

    def told_as(self, node_id: ua.NodeId) -> ua.NodeId:
        """Return as whose event a change of the node is told, so that only who may hears of it.

        That is the Server object, unless not every account may know of the node.
        """
        branch = BRANCHES[self._find(node_id)]
        if branch.listeners >= _EVERY_ACCOUNT:
            return standard(ua.ObjectIds.Server)
        return plant(branch.paths[0]) if branch.paths else node_id

    def _may_call(self, caller: Caller, method_id: ua.NodeId) -> bool:
        rule = self._rules.get(method_id, _ANY_ACCOUNT)
        return (
            not rule.roles.isdisjoint(caller.granted)
            and (not rule.station or rule.station in caller.account.stations)
            and (not rule.is_signed or ENCRYPTED in caller.granted)
        )

    def _grant(self, granted: frozenset[str]) -> tuple[int, ...]:
        made = tuple(_mask(branch, granted) for branch in BRANCHES)
        if len(self._masks) > len(ROLES) ** 2:  # there are only so many accounts; but be sure
            self._masks.clear()
        self._masks[granted] = made
        return made

    def _find(self, node_id: ua.NodeId) -> int:
        place = self._declared.get(node_id)
        if place is None:
            place = _place(node_id)
        if len(self._place_of) >= MAX_REMEMBERED:
            self._place_of.clear()
        self._place_of[node_id] = place
        return place

    # -- the attributes -------------------------------------------------------------------------

    def of_roles(self, node_id: ua.NodeId) -> Iterator[tuple[ua.NodeId, int]]:
        """Yield each role that may do anything with the node, and what."""
        branch = BRANCHES[self._find(node_id)]
        rule = self._rules.get(node_id)
        for row in ROLES:
            mask = _mask(branch, _ALONE[row.key]) & STANDARD_PERMISSIONS
            # A call takes this bit at the object, too (OPC 10000-3, 8.55): who is logged in has it.
            callers = rule.roles if rule is not None else _ANY_ACCOUNT.roles
            if row.key in callers and (rule is not None or mask & AccessKind.BROWSE):
                mask |= AccessKind.CALL
            if mask:
                yield row.node_id, mask

    def of_caller(self, caller: Caller, node_id: ua.NodeId) -> Iterator[tuple[ua.NodeId, int]]:
        """Yield the same for the roles of this caller."""
        own = {ROLE_OF[key].node_id for key in caller.granted if key in ROLE_OF}
        denied = 0 if self._may_call(caller, node_id) else int(AccessKind.CALL)
        for role, mask in self.of_roles(node_id):
            if role in own and mask & ~denied:
                yield role, mask & ~denied

    def restrictions(self, node_id: ua.NodeId) -> int:
        """Return that a session is needed, and encryption where the table asks for it."""
        found = ua.AccessRestrictionType.SessionRequired
        if self._is_encrypted(node_id):
            found |= ua.AccessRestrictionType.EncryptionRequired
        return int(found)

    def needs_encryption(self, caller: Caller, node_id: ua.NodeId) -> bool:
        """Return whether the caller would get more of the node on an encrypted channel."""
        return ENCRYPTED not in caller.granted and self._is_encrypted(node_id)

    def _is_encrypted(self, node_id: ua.NodeId) -> bool:
        rule = self._rules.get(node_id)
        return BRANCHES[self._find(node_id)].is_encrypted or (rule is not None and rule.is_signed)


@cache
def _mask(branch: Branch, granted: frozenset[str]) -> int:
    """Return what somebody with these roles may do with nodes of the branch."""
    found = 0
    if branch.readers & granted:
        found |= _SEES | (AccessKind.READ_HISTORY if branch.historians & granted else 0)
    if branch.listeners & granted:
        found |= AccessKind.RECEIVE_EVENTS
    if branch.is_encrypted and ENCRYPTED not in granted:
        found &= AccessKind.BROWSE
    if _READS_ROLES & granted:
        found |= AccessKind.READ_ROLE_PERMISSIONS
    return found


def _place(node_id: ua.NodeId) -> int:
    """Return the branch of a node that nobody has declared, from its NodeId alone."""
    if isinstance(node_id.Identifier, bytes):
        return _PLACES[SECURITY.name]  # the nodes of sessions: nothing else has such NodeIds
    if node_id.NamespaceIndex != PLANT:
        ours = node_id.NamespaceIndex in _MODELS
        return _PLACES[(STANDARD if ours else PRODUCTION).name]
    path = str(node_id.Identifier)
    if path in _BY_NODE:
        return _BY_NODE[path]
    while path:
        place = _BY_PATH.get(path)
        if place is not None:
            return place
        path = path.rpartition("/")[0]
    return _PLACES[PRODUCTION.name]


def _owning(space: AddressSpace) -> frozenset[ua.NodeId]:
    """Return the types of references from a whole to its parts."""
    return subtypes(space, standard(ua.ObjectIds.Aggregates))


def _below(space: AddressSpace, root: ua.NodeId) -> Iterator[ua.NodeId]:
    """Yield a node, its parts and its subtypes; only the root where there is no more."""
    down = _owning(space) | {HAS_SUBTYPE}
    seen = {root}
    waiting = [root]
    while waiting:
        node_id = waiting.pop()
        yield node_id
        found = [one for one in targets(space, node_id, down, forward=True) if one not in seen]
        seen.update(found)
        waiting += found
