"""The roles below Server/ServerCapabilities/RoleSet (OPC 10000-18, 4.3): ours beside the others."""

from collections.abc import Iterator
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.access.caller import AUTHENTICATED, EVERYBODY
from server.faces.opcua.access.role_table import ROLE_SET, ROLES, RoleRow
from server.faces.opcua.namespaces import TYPES, standard, types
from server.faces.opcua.nodes import ARRAY, HAS_COMPONENT, HAS_PROPERTY, PROPERTY, Node
from server.faces.opcua.wire.type_tree import browse_name, targets

_C: Final = ua.NodeClass
_IDENTITIES: Final = ua.QualifiedName("Identities", 0)
_RULE: Final = standard(ua.ObjectIds.IdentityMappingRuleType)
_OFFSET: Final = 20
"""The number of a role's Identities follows that of the role by this."""


def role_nodes() -> Iterator[Node]:
    """Yield the roles that OPC UA does not know, each with its one mandatory property."""
    for row in ROLES:
        if row.is_well_known:
            continue
        yield Node(
            node_id=row.node_id,
            node_class=_C.Object,
            name=ua.QualifiedName(row.name, TYPES),
            description=row.about,
            parent=ROLE_SET,
            reference=HAS_COMPONENT,
            type_definition=standard(ua.ObjectIds.RoleType),
        )
        yield Node(
            node_id=types(int(row.node_id.Identifier) + _OFFSET),
            node_class=_C.Variable,
            name=_IDENTITIES,
            description="Which accounts have the role: those to which the plant's file gives it.",
            parent=row.node_id,
            reference=HAS_PROPERTY,
            type_definition=PROPERTY,
            data_type=_RULE,
            value_rank=ARRAY,
            value=_identities(row),
        )


def describe_well_known(space: AddressSpace) -> None:
    """Say at the roles of OPC UA which accounts have them, and what they stand for here."""
    for row in ROLES:
        if not row.is_well_known:
            continue
        described = ua.DataValue(ua.Variant(ua.LocalizedText(row.about)))
        space[row.node_id].attributes[ua.AttributeIds.Description].value = described
        for node_id in targets(space, row.node_id, (HAS_PROPERTY,), forward=True):
            if browse_name(space, node_id) == _IDENTITIES:
                space[node_id].attributes[ua.AttributeIds.Value].value = _identities(row)


def _identities(row: RoleRow) -> ua.DataValue:
    kind = {
        EVERYBODY: ua.IdentityCriteriaType.Anonymous,
        AUTHENTICATED: ua.IdentityCriteriaType.AuthenticatedUser,
    }.get(row.key, ua.IdentityCriteriaType.GroupId)
    named = row.key if kind is ua.IdentityCriteriaType.GroupId else ""
    rule = ua.IdentityMappingRuleType(CriteriaType=kind, Criteria=named)
    return ua.DataValue(ua.Variant([rule], ua.VariantType.ExtensionObject, is_array=True))
