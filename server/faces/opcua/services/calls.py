"""The Method service (OPC 10000-4, 5.12)."""

from collections.abc import Callable, Sequence

from asyncua import ua

from server.faces.opcua.sessions.session import SecureSession


async def call(session: SecureSession, params: ua.CallParameters) -> list[ua.CallMethodResult]:
    """Answer Call, one method after the other."""
    return await call_all(session, params.MethodsToCall)


async def call_all(
    session: SecureSession, wanted: Sequence[ua.CallMethodRequest]
) -> list[ua.CallMethodResult]:
    """Call one method after the other; of each there is one audit event (OPC 10000-5, 6.4.27)."""
    methods, caller, audit = session.rules.methods, session.active_caller, session.rules.audit
    results = []
    for one in wanted:
        result = await methods.call(caller, one)
        audit.called(caller, one, result)
        results.append(result)
    return results


def one_at_once(
    session: SecureSession, one: ua.CallMethodRequest
) -> Callable[[], ua.CallMethodResult] | None:
    """Return what answers the call of a method that never waits; None for any other."""
    methods = session.rules.methods
    meant = methods.meant_at_once(one)
    if meant is None:
        return None

    def answer() -> ua.CallMethodResult:
        caller = session.active_caller
        result = methods.call_at_once(caller, one, meant)
        session.rules.audit.called(caller, one, result)
        return result

    return answer
