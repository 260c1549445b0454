"""The Attribute services (OPC 10000-4, 5.11): Read, Write and HistoryRead."""

from asyncua import ua

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import status


async def read(session: SecureSession, params: ua.ReadParameters) -> list[ua.DataValue]:
    """Answer Read: every attribute as this caller may see it."""
    caller = session.active_caller
    one = session.rules.access.read
    return [one(caller, wanted) for wanted in params.NodesToRead]


async def write(session: SecureSession, params: ua.WriteParameters) -> list[ua.StatusCode]:
    """Answer Write; whatever is denied is put on record."""
    results = []
    for wanted in params.NodesToWrite:
        refusal = await session.rules.access.refuse_write(session.active_caller, wanted)
        if refusal is None:
            one = ua.WriteParameters(NodesToWrite=[wanted])
            (refusal,) = await session.iserver.attribute_service.write(one)
        results.append(refusal)
    return results


async def history_read(
    session: SecureSession, params: ua.HistoryReadParameters
) -> list[ua.HistoryReadResult]:
    """Answer HistoryRead for the nodes whose history this caller may read."""
    caller, may = session.active_caller, session.rules.access.may
    wanted = params.NodesToRead
    allowed = [one for one in wanted if may(caller, AccessKind.READ_HISTORY, one.NodeId)]
    params.NodesToRead = allowed
    history = session.iserver.history_manager
    answers = iter(await history.read_history(params) if allowed else ())
    denied = status(ua.StatusCodes.BadUserAccessDenied)
    allowed_ids = {id(one) for one in allowed}
    return [
        next(answers) if id(one) in allowed_ids else ua.HistoryReadResult(StatusCode=denied)
        for one in wanted
    ]
