"""One connection: its secure channel, the one session on it, and the way of each request.

The order of the checks is the point of this module. A request is looked at only if the channel is
open and its client certificate is trusted; a session service only if the request carries the
token of a session that is activated on this very channel.
"""

import asyncio
import hmac
import logging
from typing import Any, Final

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.common.utils import Buffer
from asyncua.crypto.uacrypto import InvalidSignature as AsyncuaInvalidSignature
from asyncua.server.internal_session import SessionState
from asyncua.ua.ua_binary import struct_from_binary, uatcp_to_binary
from cryptography.exceptions import InvalidSignature
from typing_extensions import override

from server.faces.opcua.access.caller import set_current_caller
from server.faces.opcua.events.audit.audit_trail import audit_entry
from server.faces.opcua.secure.answering import ListAnswers
from server.faces.opcua.secure.channel_audit import ChannelAudit
from server.faces.opcua.secure.connection import Request
from server.faces.opcua.secure.fast_lane import FastLane
from server.faces.opcua.secure.outgoing import Outgoing
from server.faces.opcua.services.catalogue import (
    DISCOVERY,
    FORBIDDEN,
    LIST_SERVICES,
)
from server.faces.opcua.services.subscriptions import take_subscription_request
from server.faces.opcua.sessions.channel_facts import ChannelFacts
from server.faces.opcua.sessions.identity import Ours
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.trust.certificates import application_uris, fingerprint
from server.faces.opcua.wire.failure import code_of, service_failure, status

_log = logging.getLogger(__name__)

_MIN_BUFFER: Final = 8192  # OPC 10000-6, 7.1.2.3
_NONE: Final = ua.MessageSecurityMode.None_
_MIN_NONCE: Final = 32  # OPC 10000-4, 5.7.2
_CREATE: Final = ua.ObjectIds.CreateSessionRequest_Encoding_DefaultBinary
_ACTIVATE: Final = ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary
_CLOSE: Final = ua.ObjectIds.CloseSessionRequest_Encoding_DefaultBinary


class SecureChannel(Outgoing):
    """asyncua's processor of one connection, with the checks it lacks."""

    session: SecureSession | None

    def __init__(
        self, server: SecureInternalServer, transport: asyncio.Transport, limits: TransportLimits
    ) -> None:
        super().__init__(server, transport, limits)
        self._facts: ChannelFacts | None = None
        self._audit = ChannelAudit(server.audit)
        self._fast_lane = FastLane(self)
        self._list_answers = ListAnswers(self)

    # -- the transport and the secure channel ---------------------------------------------------

    @override
    async def process(self, header: Any, body: Any) -> bool:
        """Take one message; False closes the connection, after an answer that says why."""
        try:
            self._check_turn(header.MessageType, body)
            return bool(await super().process(header, body))  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that a client sends may pass beyond
            self._say_why(failure)
            return False

    def open_chunk(self, frame: bytes) -> Request | None:
        """Return the request that a chunk of type MSG completes, if it does.

        Whatever is wrong with the chunk ends the connection: the client gets an error message,
        and ConnectionError is raised here.
        """
        try:
            self._check_turn(ua.MessageType.SecureMessage, frame)
            return self._connection.open_chunk(frame)
        except Exception as failure:
            self._say_why(failure)
            raise ConnectionError("a chunk was refused") from failure

    def answer_now(self, request: Request) -> bool:
        """Answer a request here and now, if it is one of the quick ones; tell whether it was."""
        return self._fast_lane.answer(request)

    async def process_request(self, request: Request) -> bool:
        """Answer a request that :meth:`open_chunk` gave, when its turn has come."""
        try:
            if await self._fast_lane.answer_in_turn(request):
                return True
            sequence = ua.SequenceHeader(RequestId=ua.UInt32(request.request_id))
            return bool(await self.process_message(sequence, Buffer(request.body)))  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001 - nothing that a client sends may pass beyond
            self._say_why(failure)
            return False

    def _say_why(self, failure: Exception) -> None:
        code = code_of(failure) or ua.StatusCodes.BadSecurityChecksFailed
        self.iserver.counters.rejected(code)
        _log.warning("connection from %s is closed: %r", self.name, failure)
        self.release()
        message = ua.ErrorMessage(status(code), ua.String(""))
        self._transport.write(uatcp_to_binary(ua.MessageType.Error, message))  # type: ignore[arg-type]  # asyncua's message types are bytes

    def _check_turn(self, message_type: bytes, body: Any) -> None:
        is_open = self._facts is not None and self._connection.is_open()
        if message_type == ua.MessageType.Hello:
            self._check_hello(body.copy())
        elif message_type == ua.MessageType.SecureMessage and not is_open:
            # asyncua would read it with SecurityPolicy None, its state before any channel.
            raise service_failure(ua.StatusCodes.BadTcpSecureChannelUnknown)

    def _check_hello(self, body: Any) -> None:
        hello = struct_from_binary(ua.Hello, body)
        if self._facts is not None or min(hello.ReceiveBufferSize, hello.SendBufferSize) < (
            _MIN_BUFFER
        ):
            raise service_failure(ua.StatusCodes.BadConnectionRejected)

    @override
    def open_secure_channel(self, algohdr: Any, seqhdr: Any, body: Any) -> None:
        request = struct_from_binary(ua.OpenSecureChannelRequest, body.copy())
        limit = int(self.iserver.limits.max_channel_lifetime_s * 1000)
        lifetime = min(request.Parameters.RequestedLifetime or limit, limit)
        nonce = request.Parameters.ClientNonce or b""
        if self._facts is None:
            self._connection.select_policy(
                algohdr.SecurityPolicyURI,
                algohdr.SenderCertificate,
                request.Parameters.SecurityMode,
            )
            self._facts = self._checked_facts()
        elif self._facts.client_fingerprint:
            # A renewal: still the same client, and still trusted.
            self._checked_facts()
        policy = self._connection.security_policy
        if len(nonce) < policy.secure_channel_nonce_length and policy.Mode != _NONE:
            raise service_failure(ua.StatusCodes.BadNonceInvalid)  # OPC 10000-4, 5.6.2
        request.Parameters.RequestedLifetime = ua.UInt32(lifetime)
        response = ua.OpenSecureChannelResponse()
        response.Parameters = self._connection.open(request.Parameters, self.iserver)
        self._audit.opened(self._facts, request.Parameters)
        self.send_response(
            request.RequestHeader.RequestHandle,
            seqhdr,
            response,
            ua.MessageType.SecureOpen,
        )

    def _checked_facts(self) -> ChannelFacts:
        policy = self._connection.security_policy
        address = "{}:{}".format(*self.name[:2]) if isinstance(self.name, tuple) else str(self.name)
        if policy.Mode == ua.MessageSecurityMode.None_:
            return ChannelFacts(
                policy_uri=policy.URI,
                mode=policy.Mode,
                client_address=address,
                client_fingerprint="",
            )
        # The message was signed with the key of this certificate, which asyncua has verified.
        der = policy.peer_certificate or b""
        with self._audit.checking(address, der):
            certificate = self.iserver.trust_list.check(
                der, self.iserver.clock(), address.rpartition(":")[0]
            )
        return ChannelFacts(
            policy_uri=policy.URI,
            mode=policy.Mode,
            client_address=address,
            client_fingerprint=fingerprint(der),
            client_certificate=der,
            client_application_uris=tuple(application_uris(certificate)),
        )

    # -- the way of a request -------------------------------------------------------------------

    @override
    async def _process_message(self, typeid: Any, requesthdr: Any, seqhdr: Any, body: Any) -> bool:
        facts = self._facts
        assert facts is not None  # no message comes this far on a channel that is not open
        service: Any = typeid.Identifier if typeid.NamespaceIndex == 0 else None
        if service in DISCOVERY:
            return await self._stock(typeid, requesthdr, seqhdr, body)
        if facts.is_open_to_anybody and not self.iserver.allow_policy_none:
            raise service_failure(ua.StatusCodes.BadSecurityPolicyRejected)
        if service == _CREATE:
            counted = self.iserver.counters.establishing()
            with counted, self._audit.creating(facts, lambda: self.session):
                await self._check_create(facts, body.copy())
                return await self._stock(typeid, requesthdr, seqhdr, body)
        if service == _ACTIVATE:
            params = struct_from_binary(ua.ActivateSessionParameters, body)
            who, counted = params.UserIdentityToken, self.iserver.counters.establishing()
            with counted, self._audit.activating(facts, who, lambda: self.session):
                await self._activate(facts, requesthdr, seqhdr, params)
            return True
        session = self._session_of(requesthdr)
        session.touch()
        session.requests.totals[service] += 1
        try:
            if service == _CLOSE:
                session.is_closed_by_client = True
                await self._stock(typeid, requesthdr, seqhdr, body)
                self._let_go()
                return True
            return await self._session_service(session, typeid, requesthdr, seqhdr, body)
        except Exception as failure:
            session.requests.failed(service, failure)
            raise

    async def _session_service(
        self, session: SecureSession, typeid: Any, requesthdr: Any, seqhdr: Any, body: Any
    ) -> bool:
        service = typeid.Identifier if typeid.NamespaceIndex == 0 else None
        self.enter(session, service)
        if isinstance(service, int) and take_subscription_request(
            session, self, service, requesthdr, seqhdr, body
        ):
            return True
        listed = LIST_SERVICES.get(service) if isinstance(service, int) else None
        if listed is not None:
            await self._list_answers.answer(session, listed, requesthdr, seqhdr, body)
            return True
        raise service_failure(ua.StatusCodes.BadServiceUnsupported)

    def enter(self, session: SecureSession, service: int | None) -> None:
        """Let a request of this channel's session in, or raise why not; both ways pass here."""
        session.touch()
        if not session.is_activated():
            raise service_failure(ua.StatusCodes.BadSessionNotActivated)
        if service in FORBIDDEN:
            raise service_failure(ua.StatusCodes.BadUserAccessDenied)
        set_current_caller(session.active_caller)
        audit_entry.set("")

    def session_with_token(self, token: bytes) -> SecureSession | None:
        """Return this channel's session if the encoded authentication token is its own.

        None also on an open channel that may not have sessions; the ordinary way says why.
        """
        facts, session = self._facts, self.session
        if facts is None or session is None or session.state == SessionState.Closed:
            return None
        if facts.is_open_to_anybody and not self.iserver.allow_policy_none:
            return None
        if session.channel is not facts or not hmac.compare_digest(token, session.packed_token):
            return None
        return session

    async def _stock(self, typeid: Any, requesthdr: Any, seqhdr: Any, body: Any) -> bool:
        return bool(await super()._process_message(typeid, requesthdr, seqhdr, body))  # type: ignore[no-untyped-call]

    def _session_of(self, requesthdr: Any) -> SecureSession:
        """Return the session of this channel if the request carries its token."""
        session = self.session
        if (
            session is None
            or session.state == SessionState.Closed
            or not _is_same_token(requesthdr.AuthenticationToken, session.auth_token)
            or (session.channel is not None and session.channel is not self._facts)
        ):
            raise service_failure(ua.StatusCodes.BadSessionIdInvalid)
        return session

    # -- the session of this channel ------------------------------------------------------------

    async def _check_create(self, facts: ChannelFacts, body: Any) -> None:
        params = struct_from_binary(ua.CreateSessionParameters, body)
        if not facts.is_open_to_anybody:
            policy = self._connection.security_policy
            offered = params.ClientCertificate or b""
            if not offered.startswith(policy.peer_certificate or b"-"):  # a chain may follow
                raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
            if params.ClientDescription.ApplicationUri not in facts.client_application_uris:
                raise service_failure(ua.StatusCodes.BadCertificateUriInvalid)
            if len(params.ClientNonce or b"") < _MIN_NONCE:
                raise service_failure(ua.StatusCodes.BadNonceInvalid)
        if self.session is not None and self.session.is_activated():
            raise service_failure(ua.StatusCodes.BadTooManySessions)  # one per channel
        if self.session is not None:
            await self.session.close_session(True)
            self._let_go()
        if not await self.iserver.has_room_for_session():
            raise service_failure(ua.StatusCodes.BadTooManySessions)

    async def _activate(
        self,
        facts: ChannelFacts,
        requesthdr: Any,
        seqhdr: Any,
        params: ua.ActivateSessionParameters,
    ) -> None:
        session = self._session_to_activate(facts, requesthdr)
        nonce = session.nonce or b""
        self._verify_client_signature(nonce, params)
        ours = Ours(
            certificate=self._connection.security_policy.host_certificate or b"",
            private_key=self.iserver.private_key,
            nonce=nonce,
        )
        account = await self.iserver.login.account(
            params.UserIdentityToken, params.UserTokenSignature, facts, ours
        )
        result = session.activate(account, facts)
        session.client.logged_in(params)
        session.requests.totals[_ACTIVATE] += 1
        if session is not self.session:
            self._take_over(session)
        self._connection.welcome()
        session.leave_channel = self._let_go
        session.hang_up = self._transport.close
        response = ua.ActivateSessionResponse()
        response.Parameters = result
        self.send_response(requesthdr.RequestHandle, seqhdr, response)

    def _session_to_activate(self, facts: ChannelFacts, requesthdr: Any) -> SecureSession:
        """Return this channel's own session, or one whose client has come back on a new channel.

        OPC 10000-4, 5.7.3: the new channel must be made with the same client certificate. Without
        certificates nobody can show to be the same, so sessions on None never move.
        """
        if self.session is not None:
            return self._session_of(requesthdr)
        session = self.iserver.lookup_external_session(requesthdr.AuthenticationToken)
        if not isinstance(session, SecureSession) or session.channel is None:
            raise service_failure(ua.StatusCodes.BadSessionIdInvalid)
        same_client = (
            not facts.is_open_to_anybody
            and facts.client_fingerprint == session.channel.client_fingerprint
            and facts.policy_uri == session.channel.policy_uri
            and facts.mode is session.channel.mode
        )
        if not same_client:
            _log.warning(
                "client at %s tried to take over the session %s of another client",
                facts.client_address,
                session.session_name,
            )
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        return session

    def _verify_client_signature(self, nonce: bytes, params: ua.ActivateSessionParameters) -> None:
        policy = self._connection.security_policy
        data = (policy.host_certificate or b"") + nonce
        try:
            policy.asymmetric_cryptography.verify(data, params.ClientSignature.Signature)
        except (InvalidSignature, AsyncuaInvalidSignature, TypeError, ValueError) as failure:
            raise service_failure(ua.StatusCodes.BadApplicationSignatureInvalid) from failure

    def _take_over(self, session: SecureSession) -> None:
        """Carry a session over from its old channel; the old one has no session from here on."""
        if session.leave_channel is not None:
            session.leave_channel()
        self.session = session
        self._closing = False
        self._session_watchdog_task = asyncio.create_task(self._session_watchdog_loop())

    @override
    async def _session_watchdog_loop(self) -> None:
        """Leave the timeout to the session: asyncua's looks only at requests that it answers."""

    @override
    def _should_close_session_on_transport_loss(self) -> bool:
        session = self.session
        has_subscriptions = session is not None and bool(session.publisher.subscriptions)
        return session is not None and not (session.is_activated() and has_subscriptions)

    def _let_go(self) -> None:
        """Forget the session without closing it."""
        if self.session is not None:
            self.session.publisher.forget_requests()
        self.session = None
        if self._session_watchdog_task is not None:
            self._session_watchdog_task.cancel()


def _is_same_token(offered: Any, token: ua.NodeId) -> bool:
    value, wanted = offered.Identifier, token.Identifier
    return (
        isinstance(value, bytes)
        and isinstance(wanted, bytes)
        and offered.NamespaceIndex == token.NamespaceIndex
        and hmac.compare_digest(value, wanted)
    )
