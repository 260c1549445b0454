"""The Method service (OPC 10000-4, 5.12)."""

from asyncua import ua

from server.faces.opcua.sessions.session import SecureSession


async def call(session: SecureSession, params: ua.CallParameters) -> list[ua.CallMethodResult]:
    """Answer Call, one method after the other."""
    methods = session.rules.methods
    return [await methods.call(session.active_caller, one) for one in params.MethodsToCall]
