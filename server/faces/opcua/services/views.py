"""The View services (OPC 10000-4, 5.9)."""

from collections.abc import Sequence

from asyncua import ua

from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import service_failure


async def browse(session: SecureSession, params: ua.BrowseParameters) -> list[bytes]:
    """Answer Browse with encoded results."""
    most = int(params.RequestedMaxReferencesPerNode)
    return browse_all(session, params.View.ViewId, most, params.NodesToBrowse)


def browse_all(
    session: SecureSession, view: ua.NodeId, most: int, wanted: Sequence[ua.BrowseDescription]
) -> list[bytes]:
    """Browse one node after the other."""
    if not view.is_null():  # there are no views but the whole
        raise service_failure(ua.StatusCodes.BadViewIdUnknown)
    caller, points, browser = session.active_caller, session.browse_points, session.rules.browser
    return [browser.browse(caller, one, most, points) for one in wanted]


async def browse_next(session: SecureSession, params: ua.BrowseNextParameters) -> list[bytes]:
    """Answer BrowseNext with encoded results."""
    browser, points = session.rules.browser, session.browse_points
    follow = browser.release if params.ReleaseContinuationPoints else browser.browse_next
    return [follow(one, points) for one in params.ContinuationPoints]


async def translate(
    session: SecureSession, params: ua.TranslateBrowsePathsToNodeIdsParameters
) -> list[ua.BrowsePathResult]:
    """Answer TranslateBrowsePathsToNodeIds."""
    caller, paths = session.active_caller, session.rules.paths
    return [paths.follow(caller, one) for one in params.BrowsePaths]


async def register(session: SecureSession, params: ua.RegisterNodesParameters) -> list[ua.NodeId]:
    """Answer RegisterNodes: the ids themselves are the quickest there are."""
    del session
    return list(params.NodesToRegister)


async def unregister(session: SecureSession, params: ua.UnregisterNodesParameters) -> list[bytes]:
    """Answer UnregisterNodes: nothing was kept."""
    del session, params
    return []
