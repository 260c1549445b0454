"""Whose a method is: what the command path will say, known before anything is called."""

from collections.abc import Iterator

from asyncua import ua

from server.command_path.authorize import COMMAND_ROLES
from server.faces.opcua.access.node_permissions import CallRule
from server.faces.opcua.methods.methods_table import FACEPLATE_METHODS, FOLDERS, MethodRow
from server.faces.opcua.namespaces import types


def call_rule(method: MethodRow, station: str = "") -> CallRule | None:
    """Return the rule of a method, at a station or not; None for Check, which changes nothing."""
    if method.command is None:
        return None
    roles = frozenset(role.value for role in COMMAND_ROLES[method.command])
    return CallRule(roles=roles, station=station, is_signed=method.signs)


def rules_of_types() -> Iterator[tuple[ua.NodeId, CallRule]]:
    """Yield the rules of the methods on the types, where no station is known yet."""
    for method in (*FACEPLATE_METHODS, *(one for row in FOLDERS for one in row.methods)):
        rule = call_rule(method)
        if rule is not None:
            yield types(method.number), rule
