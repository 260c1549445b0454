"""Which requests are answered at all, how they are read, and how many entries one may have."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.services import attributes, calls, subscriptions, views
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.wire.quick import node_ids, packed_results


@unique
class Place(Enum):
    """Where the results stand in the response."""

    RESULTS = "Results"
    PARAMETERS = "Parameters.Results"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListService:
    """A service that takes a list and answers entry by entry."""

    parameters: type
    entries: str
    answer: Callable[[SecureSession, Any], Any]
    response: type
    place: Place = Place.RESULTS
    limit: Callable[[SecureServerLimits], int] = lambda limits: limits.max_nodes_per_request
    deferred: bool = False
    """Whether it may take long and so is answered from a task of its own."""
    pack: Callable[[Any], bytes] | None = None
    """Makes the rest of the response out of the results, where they are encoded by hand."""
    response_id: int = 0
    """The encoding of the response; for ``pack`` only."""
    entries_at: int | None = 0
    """Where in the parameters the number of entries stands; None where that is not always so."""


def _calls(limits: SecureServerLimits) -> int:
    return limits.max_methods_per_request


def _histories(limits: SecureServerLimits) -> int:
    return limits.max_history_nodes_per_request


LIST_SERVICES: Final[dict[int, ListService]] = {
    ua.ObjectIds.ReadRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.ReadParameters,
        entries="NodesToRead",
        answer=attributes.read,
        response=ua.ReadResponse,
        pack=packed_results,
        response_id=ua.ObjectIds.ReadResponse_Encoding_DefaultBinary,
        entries_at=12,
    ),
    ua.ObjectIds.WriteRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.WriteParameters,
        entries="NodesToWrite",
        answer=attributes.write,
        response=ua.WriteResponse,
    ),
    ua.ObjectIds.BrowseRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.BrowseParameters,
        entries="NodesToBrowse",
        answer=views.browse,
        response=ua.BrowseResponse,
        pack=packed_results,
        response_id=ua.ObjectIds.BrowseResponse_Encoding_DefaultBinary,
        entries_at=None,
    ),
    ua.ObjectIds.BrowseNextRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.BrowseNextParameters,
        entries="ContinuationPoints",
        answer=views.browse_next,
        response=ua.BrowseNextResponse,
        pack=packed_results,
        response_id=ua.ObjectIds.BrowseNextResponse_Encoding_DefaultBinary,
        entries_at=1,
    ),
    ua.ObjectIds.RegisterNodesRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.RegisterNodesParameters,
        entries="NodesToRegister",
        answer=views.register,
        response=ua.RegisterNodesResponse,
        pack=node_ids,
        response_id=ua.ObjectIds.RegisterNodesResponse_Encoding_DefaultBinary,
    ),
    ua.ObjectIds.UnregisterNodesRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.UnregisterNodesParameters,
        entries="NodesToUnregister",
        answer=views.unregister,
        response=ua.UnregisterNodesResponse,
        pack=b"".join,
        response_id=ua.ObjectIds.UnregisterNodesResponse_Encoding_DefaultBinary,
    ),
    ua.ObjectIds.TranslateBrowsePathsToNodeIdsRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.TranslateBrowsePathsToNodeIdsParameters,
        entries="BrowsePaths",
        answer=views.translate,
        response=ua.TranslateBrowsePathsToNodeIdsResponse,
    ),
    ua.ObjectIds.CallRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.CallParameters,
        entries="MethodsToCall",
        answer=calls.call,
        response=ua.CallResponse,
        limit=_calls,
        deferred=True,
    ),
    ua.ObjectIds.HistoryReadRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.HistoryReadParameters,
        entries="NodesToRead",
        answer=attributes.history_read,
        response=ua.HistoryReadResponse,
        limit=_histories,
        deferred=True,
        entries_at=None,
    ),
    ua.ObjectIds.CreateMonitoredItemsRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.CreateMonitoredItemsParameters,
        entries="ItemsToCreate",
        answer=subscriptions.create_monitored_items,
        response=ua.CreateMonitoredItemsResponse,
        entries_at=8,
    ),
    ua.ObjectIds.ModifyMonitoredItemsRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.ModifyMonitoredItemsParameters,
        entries="ItemsToModify",
        answer=subscriptions.modify_monitored_items,
        response=ua.ModifyMonitoredItemsResponse,
        entries_at=8,
    ),
    ua.ObjectIds.DeleteMonitoredItemsRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.DeleteMonitoredItemsParameters,
        entries="MonitoredItemIds",
        answer=subscriptions.delete_monitored_items,
        response=ua.DeleteMonitoredItemsResponse,
        entries_at=4,
    ),
    ua.ObjectIds.SetMonitoringModeRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.SetMonitoringModeParameters,
        entries="MonitoredItemIds",
        answer=subscriptions.set_monitoring_mode,
        response=ua.SetMonitoringModeResponse,
        place=Place.PARAMETERS,
        entries_at=8,
    ),
    ua.ObjectIds.DeleteSubscriptionsRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.DeleteSubscriptionsParameters,
        entries="SubscriptionIds",
        answer=subscriptions.delete_subscriptions,
        response=ua.DeleteSubscriptionsResponse,
    ),
    ua.ObjectIds.SetPublishingModeRequest_Encoding_DefaultBinary: ListService(
        parameters=ua.SetPublishingModeParameters,
        entries="SubscriptionIds",
        answer=subscriptions.set_publishing_mode,
        response=ua.SetPublishingModeResponse,
        place=Place.PARAMETERS,
        entries_at=1,
    ),
}

DISCOVERY: Final = frozenset(
    {
        ua.ObjectIds.GetEndpointsRequest_Encoding_DefaultBinary,
        ua.ObjectIds.FindServersRequest_Encoding_DefaultBinary,
    }
)
"""Answered to anybody, on any channel: a client needs them to find out how to come in."""

FORBIDDEN: Final = frozenset(
    {
        ua.ObjectIds.AddNodesRequest_Encoding_DefaultBinary,
        ua.ObjectIds.DeleteNodesRequest_Encoding_DefaultBinary,
        ua.ObjectIds.AddReferencesRequest_Encoding_DefaultBinary,
        ua.ObjectIds.DeleteReferencesRequest_Encoding_DefaultBinary,
        ua.ObjectIds.HistoryUpdateRequest_Encoding_DefaultBinary,
    }
)
"""Known services that no client may use here, whoever it is.

Everything that stands in none of these lists is not supported: RegisterServer and RegisterServer2
(this is no discovery server), the Query services.
"""
