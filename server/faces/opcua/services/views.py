"""The View services (OPC 10000-4, 5.9)."""

from collections.abc import Iterator, Sequence

from asyncua import ua

from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import service_failure
from server.faces.opcua.wire.turns import Room, Turn


async def browse(session: SecureSession, params: ua.BrowseParameters) -> list[bytes]:
    """Answer Browse with encoded results."""
    most = int(params.RequestedMaxReferencesPerNode)
    return await browse_in_turns(session, params.View.ViewId, most, params.NodesToBrowse)


async def browse_in_turns(
    session: SecureSession, view: ua.NodeId, most: int, wanted: Sequence[ua.BrowseDescription]
) -> list[bytes]:
    """Browse one node after the other, and let others be served in between."""
    turn = Turn()
    results = []
    for one in browse_one_by_one(session, view, most, wanted):
        results.append(one)
        await turn.pass_on()
    return results


def browse_all(
    session: SecureSession, view: ua.NodeId, most: int, wanted: Sequence[ua.BrowseDescription]
) -> list[bytes]:
    """Browse one node after the other."""
    return list(browse_one_by_one(session, view, most, wanted))


def browse_one_by_one(
    session: SecureSession, view: ua.NodeId, most: int, wanted: Sequence[ua.BrowseDescription]
) -> Iterator[bytes]:
    """Yield the encoded results; ServiceError when the request or its answer cannot be."""
    if not view.is_null():  # there are no views but the whole
        raise service_failure(ua.StatusCodes.BadViewIdUnknown)
    take = Room(session.rules.limits.max_message_bytes).take
    caller, points, browser = session.active_caller, session.browse_points, session.rules.browser
    for one in wanted:
        yield take(browser.browse(caller, one, most, points))


async def browse_next(session: SecureSession, params: ua.BrowseNextParameters) -> list[bytes]:
    """Answer BrowseNext with encoded results."""
    browser, points = session.rules.browser, session.browse_points
    follow = browser.release if params.ReleaseContinuationPoints else browser.browse_next
    take = Room(session.rules.limits.max_message_bytes).take
    return [take(follow(one, points)) for one in params.ContinuationPoints]


async def translate(
    session: SecureSession, params: ua.TranslateBrowsePathsToNodeIdsParameters
) -> list[ua.BrowsePathResult]:
    """Answer TranslateBrowsePathsToNodeIds."""
    caller, paths = session.active_caller, session.rules.paths
    turn = Turn()
    results = []
    for one in params.BrowsePaths:
        results.append(paths.follow(caller, one))
        await turn.pass_on()
    return results


async def register(session: SecureSession, params: ua.RegisterNodesParameters) -> list[ua.NodeId]:
    """Answer RegisterNodes: the ids themselves are the quickest there are."""
    del session
    return list(params.NodesToRegister)


async def unregister(session: SecureSession, params: ua.UnregisterNodesParameters) -> list[bytes]:
    """Answer UnregisterNodes: nothing was kept."""
    del session, params
    return []
