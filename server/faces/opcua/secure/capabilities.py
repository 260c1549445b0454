"""ServerCapabilities and redundancy: what is served there is what is enforced."""

from collections.abc import Iterator
from typing import Final

from asyncua import ua

from server.faces.opcua.history.continuations import MAX_CONTINUATION_POINTS
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions.event_filter import MAX_SELECT_CLAUSES
from server.faces.opcua.subscriptions.where_clause import MAX_OPERANDS
from server.faces.opcua.wire.node_ids import standard

_PREFIX: Final = "Server_ServerCapabilities_"
_PROFILES: Final = (
    "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary",
    "http://opcfoundation.org/UA-Profile/SecurityPolicy/Basic256Sha256",
    "http://opcfoundation.org/UA-Profile/SecurityPolicy/Aes128-Sha256-RsaOaep",
    "http://opcfoundation.org/UA-Profile/SecurityPolicy/Aes256-Sha256-RsaPss",
    "http://opcfoundation.org/UA-Profile/Security/UserToken/Server/UserNamePassword",
    "http://opcfoundation.org/UA-Profile/ISA-95/Server/JobOrderReceiverV2",
    "http://opcfoundation.org/UA-Profile/ISA-95/Server/JobResponseProviderV2",
    "http://opcfoundation.org/UA-Profile/ISA-95/Server/JobOrderStatusEvents",
    "http://opcfoundation.org/UA-Profile/Server/ISA95/BaseServer",
    "http://opcfoundation.org/UA-Profile/Security/UserToken/Server/X509Certificate",
)
_PER_REQUEST: Final = (
    "MaxNodesPerRead",
    "MaxNodesPerWrite",
    "MaxNodesPerBrowse",
    "MaxNodesPerTranslateBrowsePathsToNodeIds",
    "MaxNodesPerRegisterNodes",
    "MaxMonitoredItemsPerCall",
)


async def fill_capabilities(
    server: SecureInternalServer, own_uri: str, redundant_servers: tuple[str, ...] = ()
) -> None:
    """Write the values that asyncua leaves null; called once, before the server listens."""
    for name, value in (*_values(server.limits), *_redundancy(redundant_servers, own_uri)):
        node_id = standard(getattr(ua.ObjectIds, name))
        if node_id in server.aspace:
            await server.aspace.write_attribute_value(
                node_id, ua.AttributeIds.Value, ua.DataValue(value)
            )


def _values(limits: SecureServerLimits) -> Iterator[tuple[str, ua.Variant]]:
    yield f"{_PREFIX}ServerProfileArray", _strings(*_PROFILES)
    yield f"{_PREFIX}LocaleIdArray", _strings("en")
    yield f"{_PREFIX}MinSupportedSampleRate", ua.Variant(0.0, ua.VariantType.Double)
    history = ua.Variant(MAX_CONTINUATION_POINTS, ua.VariantType.UInt16)
    yield f"{_PREFIX}MaxHistoryContinuationPoints", history
    points = ua.Variant(limits.max_browse_continuation_points, ua.VariantType.UInt16)
    yield f"{_PREFIX}MaxBrowseContinuationPoints", points
    none = ua.Variant(0, ua.VariantType.UInt16)
    yield f"{_PREFIX}MaxQueryContinuationPoints", none
    # Nothing longer than a message comes through, whatever it is.
    for name in ("MaxArrayLength", "MaxStringLength", "MaxByteStringLength"):
        yield f"{_PREFIX}{name}", _count(limits.max_message_bytes)
    yield f"{_PREFIX}MaxSessions", _count(limits.max_sessions)
    yield f"{_PREFIX}MaxSubscriptions", _count(limits.max_subscriptions)
    yield f"{_PREFIX}MaxSubscriptionsPerSession", _count(limits.max_subscriptions_per_session)
    items = limits.max_monitored_items_per_session
    yield f"{_PREFIX}MaxMonitoredItems", _count(limits.max_monitored_items)
    yield f"{_PREFIX}MaxMonitoredItemsPerSubscription", _count(items)
    yield f"{_PREFIX}MaxMonitoredItemsQueueSize", _count(limits.max_monitored_item_queue)
    yield f"{_PREFIX}MaxSelectClauseParameters", _count(MAX_SELECT_CLAUSES)
    yield f"{_PREFIX}MaxWhereClauseParameters", _count(MAX_OPERANDS)
    for name in _PER_REQUEST:
        yield f"{_PREFIX}OperationLimits_{name}", _count(limits.max_nodes_per_request)
    for name in ("MaxNodesPerHistoryReadData", "MaxNodesPerHistoryReadEvents"):
        histories = _count(limits.max_history_nodes_per_request)
        yield f"{_PREFIX}OperationLimits_{name}", histories
    methods = _count(limits.max_methods_per_request)
    yield f"{_PREFIX}OperationLimits_MaxNodesPerMethodCall", methods
    yield "Server_ServerDiagnostics_EnabledFlag", ua.Variant(True, ua.VariantType.Boolean)
    yield "Server_Auditing", ua.Variant(True, ua.VariantType.Boolean)


def _redundancy(redundant: tuple[str, ...], own_uri: str) -> Iterator[tuple[str, ua.Variant]]:
    support = ua.RedundancySupport.Hot if redundant else ua.RedundancySupport.None_
    yield "Server_ServerRedundancy_RedundancySupport", ua.Variant(support, ua.VariantType.Int32)
    yield "Server_ServerRedundancy_ServerUriArray", _strings(*redundant)
    if redundant:
        others = (uri for uri in redundant if uri != own_uri)
        yield "Server_ServerArray", _strings(own_uri, *others)


def _count(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.UInt32)


def _strings(*values: str) -> ua.Variant:
    return ua.Variant(list(values), ua.VariantType.String)
