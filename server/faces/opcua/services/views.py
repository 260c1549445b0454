"""The View services (OPC 10000-4, 5.9): Browse and TranslateBrowsePathsToNodeIds."""

from asyncua import ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import status


async def browse(session: SecureSession, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
    """Answer Browse: the references to nodes that this caller may know of."""
    return [_browse(session, wanted) for wanted in params.NodesToBrowse]


def _browse(session: SecureSession, wanted: ua.BrowseDescription) -> ua.BrowseResult:
    caller, may = session.active_caller, session.rules.access.may
    if wanted.NodeId not in session.aspace or not may(caller, AccessKind.BROWSE, wanted.NodeId):
        return ua.BrowseResult(StatusCode=status(ua.StatusCodes.BadNodeIdUnknown))
    views = session.iserver.view_service
    (result,) = views.browse(ua.BrowseParameters(NodesToBrowse=[wanted]))
    result.References = [
        one for one in result.References if may(caller, AccessKind.BROWSE, one.NodeId)
    ]
    return result


async def translate(
    session: SecureSession, params: ua.TranslateBrowsePathsToNodeIdsParameters
) -> list[ua.BrowsePathResult]:
    """Answer TranslateBrowsePathsToNodeIds."""
    return [_translate(session, path) for path in params.BrowsePaths]


def _translate(session: SecureSession, path: ua.BrowsePath) -> ua.BrowsePathResult:
    caller, may = session.active_caller, session.rules.access.may
    if not path.RelativePath.Elements:
        return ua.BrowsePathResult(StatusCode=status(ua.StatusCodes.BadNothingToDo))
    if path.StartingNode not in session.aspace:
        return ua.BrowsePathResult(StatusCode=status(ua.StatusCodes.BadNodeIdUnknown))
    (result,) = session.iserver.view_service.translate_browsepaths_to_nodeids([path])
    result.Targets = [one for one in result.Targets if may(caller, AccessKind.BROWSE, one.TargetId)]
    if result.StatusCode.is_good() and not result.Targets:
        result.StatusCode = status(ua.StatusCodes.BadNoMatch)
    return result
