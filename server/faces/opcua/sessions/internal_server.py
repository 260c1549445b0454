"""What all connections of one server share: rules, methods, subscriptions, sessions."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer, ServerDesc
from typing_extensions import override

from server.faces.opcua.access.caller import (
    Authenticate,
    AuthenticateCertificate,
    no_certificates,
)
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.access.permissions import OnDeniedWrite, Permissions
from server.faces.opcua.events.audit.audit_trail import AuditTrail
from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.sessions.counters import ServerCounters
from server.faces.opcua.sessions.identity import Login
from server.faces.opcua.sessions.session import SecureSession, SessionRules
from server.faces.opcua.settings import Clock, SecureServerSettings
from server.faces.opcua.subscriptions.engine import Subscriptions
from server.faces.opcua.subscriptions.item_services import MonitoredItemServices
from server.faces.opcua.trust.trust_list import TrustList
from server.faces.opcua.views.browser import Browser
from server.faces.opcua.views.paths import BrowsePaths

_STOP_AFTER_S: Final = 1.0
_NOBODY: Final = User(role=UserRole.Anonymous)


class SecureInternalServer(InternalServer):
    """asyncua's internal server with our session, subscription and method classes plugged in."""

    def __init__(
        self,
        settings: SecureServerSettings,
        *,
        authenticate: Authenticate,
        authenticate_certificate: AuthenticateCertificate = no_certificates,
        permissions: Permissions,
        clock: Clock,
        on_denied_write: OnDeniedWrite | None,
    ) -> None:
        super().__init__()
        limits = settings.limits
        self.limits: Final = limits
        self.clock: Final = clock
        self.allow_policy_none: Final = settings.allow_policy_none
        self.trust_list: Final = TrustList(
            settings.certificates_dir,
            trust_unknown=settings.trust_unknown_clients,
            max_rejected=limits.max_rejected_certificates,
            max_first_use=limits.max_trusted_on_first_use,
        )
        self.login: Final = Login(authenticate, authenticate_certificate, limits, clock)
        access = NodeAccess(self.aspace, permissions, on_denied_write)
        self.subscriptions: Final = Subscriptions(self.aspace, limits, access, clock)
        browser = Browser(self.aspace, access.may, limits.max_references_per_node)
        self.audit: Final = AuditTrail(clock, settings.application_uri)
        self.counters: Final = ServerCounters()
        self.rules: Final = SessionRules(
            limits=limits,
            clock=clock,
            access=access,
            methods=Methods(self.aspace, permissions),
            browser=browser,
            paths=BrowsePaths(self.aspace, access.may, browser.types),
            subscriptions=self.subscriptions,
            items=MonitoredItemServices(self.subscriptions),
            audit=self.audit,
            counters=self.counters,
        )
        self.audit.names = self.rules.methods.declared
        self.rules.access.of_user.is_linked = self.rules.methods.is_linked
        self._calls: set[asyncio.Task[None]] = set()
        self._apply(settings)

    def _apply(self, settings: SecureServerSettings) -> None:
        limits = settings.limits
        self.max_connections = limits.max_connections
        self.max_pending_messages_per_connection = limits.max_pending_messages
        self.max_pending_activation_seconds = limits.activation_timeout_s
        self.min_session_timeout_ms = limits.min_session_timeout_s * 1000
        self.max_session_timeout_ms = limits.max_session_timeout_s * 1000
        self.allow_remote_admin = False

    @property
    def sessions(self) -> tuple[SecureSession, ...]:
        """The sessions that clients have, activated or not."""
        held = tuple(self._external_sessions.values())
        return tuple(one for one in held if isinstance(one, SecureSession))

    @property
    def session_count(self) -> int:
        """How many sessions clients have, activated or not."""
        return len(self._external_sessions)

    async def has_room_for_session(self) -> bool:
        """Return whether one more session may be made.

        Where there are as many as may be, the oldest one that nobody has logged into gives way.
        """
        if self.session_count >= self.limits.max_sessions:
            waiting = next((one for one in self.sessions if not one.is_activated()), None)
            if waiting is not None:
                await waiting.close_session(delete_subs=True)
        return self.session_count < self.limits.max_sessions

    @property
    def subscription_count(self) -> int:
        """How many subscriptions there are."""
        return len(self.subscriptions.all)

    @override
    def create_session(
        self, name: str, user: User = _NOBODY, external: bool = False
    ) -> SecureSession:
        self.counters.sessions += 1
        return SecureSession(self, self.rules, str(name))

    def start_call(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a slow request be answered beside the others."""
        task = asyncio.get_running_loop().create_task(work)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    @override
    async def start(self) -> None:
        """Know the endpoints; asyncua would also write a status, which is computed here."""
        for one in self.endpoints:
            self._known_servers[one.Server.ApplicationUri] = ServerDesc(one.Server)

    @override
    async def stop(self) -> None:
        self.subscriptions.stop()
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=_STOP_AFTER_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await super().stop()
