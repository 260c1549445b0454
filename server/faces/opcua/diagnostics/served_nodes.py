"""What the standard's address space offers and this server does not serve is taken away.

A node that is there and says nothing is worse than none: a client takes a null for a value and a
method without anything behind it for a function. What is mandatory stays and says the truth.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.nodes import HAS_PROPERTY, Link
from server.faces.opcua.wire.node_ids import standard
from server.faces.opcua.wire.type_tree import HAS_TYPE_DEFINITION, browse_name, subtypes, targets

_I: Final = ua.ObjectIds
_A: Final = ua.AttributeIds
_HIERARCHICAL: Final = standard(_I.HierarchicalReferences)
_AGGREGATES: Final = standard(_I.Aggregates)
_ROLE_SET: Final = standard(_I.Server_ServerCapabilities_RoleSet)

NOT_SERVED: Final = (
    _I.Server_UrisVersion,
    _I.Server_EstimatedReturnTime,
    _I.Server_LocalTime,
    _I.Server_SetSubscriptionDurable,
    _I.Server_RequestServerStateChange,
    _I.Server_ServerCapabilities_ConformanceUnits,
    _I.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryUpdateData,
    _I.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryUpdateEvents,
    _I.Server_ServerCapabilities_OperationLimits_MaxNodesPerNodeManagement,
    _I.Server_ServerDiagnostics_SamplingIntervalDiagnosticsArray,
    _I.Server_ServerRedundancy_RedundantServerArray,
    _I.Server_ServerRedundancy_CurrentServerId,
    _I.Server_ServerRedundancy_ServerNetworkGroups,
    _I.DefaultHAConfiguration,
    _I.DefaultHEConfiguration,
    _I.ServerConfiguration,
    _I.PublishSubscribe,
    _I.Resources,
    _I.ServerLog,
    _I.Aliases,
)
"""Optional nodes, each with everything below it: none of them has anything behind it here.

Sampling is event-driven, so there are no sampling intervals to diagnose; certificates and users
are administered in the plant's files and with the commands of the product, not over OPC UA.
"""

_OF_ROLES: Final = frozenset(
    {
        "ApplicationsExclude",
        "Applications",
        "EndpointsExclude",
        "Endpoints",
        "CustomConfiguration",
        "AddIdentity",
        "RemoveIdentity",
        "AddApplication",
        "RemoveApplication",
        "AddEndpoint",
        "RemoveEndpoint",
    }
)
_PATTERN: Final = "StaticStringNodeIdPattern"
_OF_METADATA: Final = frozenset(
    {"DefaultRolePermissions", "DefaultUserRolePermissions", "DefaultAccessRestrictions"}
)


def take_away_unserved(space: AddressSpace) -> None:
    """Remove what is optional and not served; called once, before our own nodes come."""
    parts = subtypes(space, _HIERARCHICAL)
    doomed: set[ua.NodeId] = set()
    for number in NOT_SERVED:
        doomed.update(_below(space, standard(number), parts))
    for role in targets(space, _ROLE_SET, parts, forward=True):
        doomed.update(_named(space, role, _OF_ROLES, parts))
    for metadata in targets(space, standard(_I.Server_Namespaces), parts, forward=True):
        doomed.update(_named(space, metadata, _OF_METADATA, parts))
    _remove(space, doomed)


def show_redundancy(space: AddressSpace, *, is_redundant: bool) -> None:
    """Let the redundant set be seen, if there is one (OPC 10000-5, 6.3.13)."""
    uris = standard(_I.Server_ServerRedundancy_ServerUriArray)
    if not is_redundant:
        _remove(space, {uris})
        return
    redundancy = standard(_I.Server_ServerRedundancy)
    for one in space[redundancy].references:
        if one.ReferenceTypeId == HAS_TYPE_DEFINITION:
            one.NodeId = standard(_I.NonTransparentRedundancyType)
            one.BrowseName = ua.QualifiedName("NonTransparentRedundancyType", 0)
            one.DisplayName = ua.LocalizedText("NonTransparentRedundancyType")
    AddressTree(space).link(Link(source=redundancy, reference=HAS_PROPERTY, target=uris))


def say_what_cannot_be_called(space: AddressSpace, methods: Methods) -> None:
    """Set Executable to false where nothing runs behind a method of the Server object."""
    for node_id in _below(space, standard(_I.Server), subtypes(space, _AGGREGATES)):
        held = space[node_id].attributes.get(_A.Executable)
        if held is not None and not methods.is_linked(node_id):
            held.value = ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))


def empty_what_is_empty(space: AddressSpace) -> None:
    """Give the mandatory properties a value that have none: nothing of that kind is there."""
    nothing = ua.Variant([], ua.VariantType.ExtensionObject, is_array=True)
    _set_where_null(space, standard(_I.Server_ServerCapabilities_SoftwareCertificates), nothing)
    parts = subtypes(space, _AGGREGATES)
    _without_history(space)
    for role in targets(space, _ROLE_SET, parts, forward=True):
        for node_id in _named(space, role, {"Identities"}, parts):
            _set_where_null(space, node_id, nothing)
    # Those of other namespaces are what their nodesets say, null included.
    for node_id in _named(space, standard(_I.OPCUANamespaceMetadata), {_PATTERN}, parts):
        _set_where_null(space, node_id, ua.Variant("", ua.VariantType.String))


def _without_history(space: AddressSpace) -> None:
    """Say of the history what is so as long as nobody serves one."""
    parts = subtypes(space, _AGGREGATES)
    for node_id in targets(space, standard(_I.HistoryServerCapabilities), parts, forward=True):
        data_type = space.read_attribute_value(node_id, _A.DataType).Value
        for kind, none in ((ua.VariantType.Boolean, False), (ua.VariantType.UInt32, 0)):
            if data_type is not None and data_type.Value == standard(kind.value):
                _set_where_null(space, node_id, ua.Variant(none, kind))


def _set_where_null(space: AddressSpace, node_id: ua.NodeId, value: ua.Variant) -> None:
    held = space[node_id].attributes[_A.Value]
    known = held.value.Value if held.value is not None else None
    if held.value_callback is None and (known is None or known.Value is None):
        held.value = ua.DataValue(value)


def _named(
    space: AddressSpace, owner: ua.NodeId, names: Iterable[str], parts: Iterable[ua.NodeId]
) -> Iterator[ua.NodeId]:
    kinds = frozenset(parts)
    for node_id in targets(space, owner, kinds, forward=True):
        name = browse_name(space, node_id)
        if name is not None and name.NamespaceIndex == 0 and name.Name in names:
            yield from _below(space, node_id, kinds)


def _below(space: AddressSpace, root: ua.NodeId, parts: Iterable[ua.NodeId]) -> Iterator[ua.NodeId]:
    kinds = frozenset(parts)
    seen, waiting = {root}, [root]
    while waiting:
        node_id = waiting.pop()
        if node_id not in space:
            continue
        yield node_id
        found = [one for one in targets(space, node_id, kinds, forward=True) if one not in seen]
        seen.update(found)
        waiting += found


def _remove(space: AddressSpace, doomed: set[ua.NodeId]) -> None:
    around: dict[ua.NodeId, Any] = {}
    for node_id in doomed:
        for one in space[node_id].references:
            if one.NodeId not in doomed and one.ReferenceTypeId != HAS_TYPE_DEFINITION:
                around[one.NodeId] = space.get(one.NodeId)
    for node in around.values():
        if node is not None:
            node.references = [one for one in node.references if one.NodeId not in doomed]
    for node_id in doomed:
        del space[node_id]
