"""A client's session: a token nobody can guess, one channel at a time, only what it may do."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from asyncua import ua
from asyncua.common.utils import create_nonce
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession, SessionState
from typing_extensions import override

from server.faces.opcua.access.caller import Account, Caller
from server.faces.opcua.access.node_access import NodeAccess
from server.faces.opcua.events.audit.audit_trail import AuditTrail
from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.sessions.channel_facts import ChannelFacts
from server.faces.opcua.sessions.client_facts import ClientFacts, cut_text
from server.faces.opcua.sessions.counters import RequestCounters, ServerCounters
from server.faces.opcua.settings import Clock, SecureServerLimits
from server.faces.opcua.subscriptions.engine import Subscriptions
from server.faces.opcua.subscriptions.item_services import MonitoredItemServices
from server.faces.opcua.views.browser import Browser, ContinuationPoints
from server.faces.opcua.views.paths import BrowsePaths
from server.faces.opcua.wire.encode import node_id as node_id_bytes
from server.faces.opcua.wire.failure import service_failure
from server.faces.opcua.wire.node_ids import opaque

_log = logging.getLogger(__name__)

TOKEN_BYTES: Final = 32


async def _nobody_cares(_: "SecureSession") -> None:
    pass


@dataclass(slots=True, kw_only=True)
class SessionWatch:
    """Who wants to know of sessions that come and go."""

    began: Callable[["SecureSession"], None] = lambda _: None
    """Somebody has logged in, for the first time in this session."""
    ended: Callable[["SecureSession"], Awaitable[None]] = _nobody_cares


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """What all sessions of one server have in common."""

    limits: SecureServerLimits
    clock: Clock
    access: NodeAccess
    methods: Methods
    browser: Browser
    paths: BrowsePaths
    subscriptions: Subscriptions
    items: MonitoredItemServices
    audit: AuditTrail
    counters: ServerCounters
    watch: SessionWatch = field(default_factory=SessionWatch)


class SecureSession(InternalSession):
    """What asyncua calls the internal session of an external client."""

    def __init__(self, server: InternalServer, rules: SessionRules, name: str) -> None:
        super().__init__(server, server.aspace, server.subscription_service, name, external=False)
        self.external = True
        self.rules = rules
        self.publisher: Final = rules.subscriptions.publisher()
        self.auth_token = opaque(secrets.token_bytes(TOKEN_BYTES))
        self.packed_token = node_id_bytes(self.auth_token)
        self.session_id = opaque(secrets.token_bytes(16))
        self.iserver.register_external_session(self)
        self.session_name = name
        self.application_uri = ""
        self.client = ClientFacts()
        self.connected_at: Final = rules.clock()
        self.requests: Final = RequestCounters()
        self.is_closed_by_client = False
        self.caller: Caller | None = None
        self.channel: ChannelFacts | None = None
        self.browse_points = ContinuationPoints(rules.limits.max_browse_continuation_points)
        self.calls_in_progress = 0
        self.leave_channel: Callable[[], None] | None = None
        self.hang_up: Callable[[], None] | None = None

    @override
    async def create_session(
        self, params: ua.CreateSessionParameters, sockname: tuple[str, int] | None = None
    ) -> ua.CreateSessionResult:
        limits = self.rules.limits
        self.client = ClientFacts.said(params)
        self.session_name = cut_text(params.SessionName) or self.name
        self.application_uri = cut_text(params.ClientDescription.ApplicationUri)
        # max() with the limit first also turns a NaN into the limit.
        timeout_s = min(
            max(limits.min_session_timeout_s, params.RequestedSessionTimeout / 1000),
            limits.max_session_timeout_s,
        )
        self.session_timeout = timeout_s
        self.nonce = create_nonce(32)
        asked = ua.GetEndpointsParameters(EndpointUrl=params.EndpointUrl)
        return ua.CreateSessionResult(
            SessionId=self.session_id,
            AuthenticationToken=self.auth_token,
            RevisedSessionTimeout=ua.Duration(timeout_s * 1000),
            ServerNonce=self.nonce,
            ServerEndpoints=await self.get_endpoints(params=asked, sockname=sockname),
            MaxRequestMessageSize=ua.UInt32(limits.max_message_bytes),
        )

    def activate(self, account: Account, channel: ChannelFacts) -> ua.ActivateSessionResult:
        """Bind the session to the account and the channel; from here on only this channel counts.

        The identity of a session never changes: a client that wants another one makes a session.
        """
        if self.state == SessionState.Closed:
            raise service_failure(ua.StatusCodes.BadSessionIdInvalid)
        if self.caller is not None and self.caller.account != account:
            raise service_failure(ua.StatusCodes.BadIdentityChangeNotSupported)
        self.channel = channel
        self.caller = Caller(
            account=account,
            session_id=self.session_id,
            session_name=self.session_name,
            security_policy_uri=channel.policy_uri,
            security_mode=channel.mode,
            client_address=channel.client_address,
            client_application_uri=self.application_uri,
            client_certificate=channel.client_fingerprint,
            read_only=channel.is_open_to_anybody,
        )
        self.publisher.caller = self.caller
        self.nonce = create_nonce(32)
        self.state = SessionState.Activated
        self.rules.watch.began(self)
        self.touch()
        self._start_timeout_watchdog()
        _log.info("session %s of account %s is active", self.session_name, account.name)
        return ua.ActivateSessionResult(ServerNonce=self.nonce)

    @override
    async def close_session(self, delete_subs: bool = True) -> None:
        if self.state != SessionState.Closed:
            # A client that was silent for too long may come back for its subscriptions: until
            # their own lifetime ends they can be transferred (OPC 10000-4, 5.14.7 and 6.7).
            is_timeout = self._timeout_task is asyncio.current_task()
            self.rules.subscriptions.leave(self.publisher, delete=delete_subs and not is_timeout)
            self._tell_audit("Timeout" if is_timeout else "CloseSession")
            self.rules.counters.session_timeouts += is_timeout
            self.rules.counters.session_aborts += not is_timeout and not self.is_closed_by_client
        await super().close_session(False)
        await self.rules.watch.ended(self)

    @property
    def idle_s(self) -> float:
        """The seconds since the last request."""
        return time.monotonic() - self._last_activity

    def _tell_audit(self, how: str) -> None:
        who = self.caller.account.name if self.caller else "nobody"
        session_id = {"SessionId": ua.Variant(self.session_id, ua.VariantType.NodeId)}
        message = f"The session of {who} has ended."
        self.rules.audit.session(how, message, ua.StatusCodes.Good, session_id, self.caller)

    @property
    def active_caller(self) -> Caller:
        """Who acts through this session; fails if nobody has logged in."""
        if self.caller is None:
            raise service_failure(ua.StatusCodes.BadSessionNotActivated)
        return self.caller
