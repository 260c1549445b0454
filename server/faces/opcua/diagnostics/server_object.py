"""The Server object says what is: computed values put behind its variables (OPC 10000-5, 6.3)."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.access.caller import Caller
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.diagnostics.records import (
    security_record,
    server_summary,
    session_record,
    subscription_record,
)
from server.faces.opcua.diagnostics.server_status import ServerStatus
from server.faces.opcua.diagnostics.session_nodes import SessionNodes, records_variant
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.wire.node_ids import standard

_I: Final = ua.ObjectIds
_V: Final = ua.VariantType
_DIAGNOSTICS: Final = "Server_ServerDiagnostics"
_SUMMARY: Final = f"{_DIAGNOSTICS}_ServerDiagnosticsSummary"
_SESSIONS: Final = f"{_DIAGNOSTICS}_SessionsDiagnosticsSummary"
_SUMMARY_FIELDS: Final = (
    "ServerViewCount",
    "CurrentSessionCount",
    "CumulatedSessionCount",
    "SecurityRejectedSessionCount",
    "RejectedSessionCount",
    "SessionTimeoutCount",
    "SessionAbortCount",
    "PublishingIntervalCount",
    "CurrentSubscriptionCount",
    "CumulatedSubscriptionCount",
    "SecurityRejectedRequestsCount",
    "RejectedRequestsCount",
)


def serve_diagnostics(server: SecureInternalServer, status: ServerStatus) -> None:
    """Put everything that is computed behind its node; called once, before the server listens."""
    access = server.rules.access

    def serve(name: str, read: Callable[[Caller], ua.Variant]) -> None:
        node_id = standard(getattr(_I, name))
        access.compute(node_id, lambda caller: ua.DataValue(read(caller)))

    for name, value in status.values():
        serve(name, partial(_for_all, value))
    serve(_SUMMARY, lambda _: ua.Variant(server_summary(server), _V.ExtensionObject))
    for field in _SUMMARY_FIELDS:
        serve(f"{_SUMMARY}_{field}", partial(_summary_field, server, field))
    serve(f"{_DIAGNOSTICS}_SubscriptionDiagnosticsArray", partial(_subscriptions, server))
    sessions = partial(_of_sessions, server)
    serve(f"{_SESSIONS}_SessionDiagnosticsArray", lambda _: sessions(session_record))
    serve(f"{_SESSIONS}_SessionSecurityDiagnosticsArray", lambda _: sessions(security_record))
    nodes = SessionNodes(server.aspace, access)
    server.rules.watch.began, server.rules.watch.ended = nodes.show, nodes.hide


def _for_all(value: Callable[[], ua.Variant], caller: Caller) -> ua.Variant:
    del caller
    return value()


def _summary_field(server: SecureInternalServer, field: str, caller: Caller) -> ua.Variant:
    del caller
    return ua.Variant(getattr(server_summary(server), field), _V.UInt32)


def _of_sessions(server: SecureInternalServer, record: Callable[[Any], Any]) -> ua.Variant:
    return records_variant([record(one) for one in server.sessions if one.is_activated()])


def _subscriptions(server: SecureInternalServer, caller: Caller) -> ua.Variant:
    """Return all subscriptions to whoever may see all sessions, and to others their own."""
    summary = standard(getattr(_I, _SESSIONS))
    sees_all = server.rules.access.may(caller, AccessKind.READ, summary)
    return records_variant(
        [
            subscription_record(one)
            for one in server.subscriptions.all.values()
            if sees_all or one.caller.session_id == caller.session_id
        ]
    )
