"""What a channel tells the audit trail: that it was opened, and who made a session on it."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.events.audit.audit_trail import AuditTrail, text_field
from server.faces.opcua.sessions.channel_facts import ChannelFacts
from server.faces.opcua.sessions.session import SecureSession
from server.faces.opcua.wire.failure import code_of

_V: Final = ua.VariantType

SessionNow = Callable[[], SecureSession | None]
"""Gives the session of the channel, if it has one by now."""


class ChannelAudit:
    """The audit events of one channel."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    @contextmanager
    def checking(self, address: str, der: bytes) -> Iterator[None]:
        """Tell when the certificate of a client is refused."""
        try:
            yield
        except Exception as failure:
            self._refused(address, der, failure)
            raise

    @contextmanager
    def creating(self, facts: ChannelFacts, session: SessionNow) -> Iterator[None]:
        """Tell that a session was made, or why not."""
        try:
            yield
        except Exception as failure:
            self._created(facts, None, failure)
            raise
        self._created(facts, session())

    @contextmanager
    def activating(self, facts: ChannelFacts, token: Any, session: SessionNow) -> Iterator[None]:
        """Tell that somebody logged in, or failed to."""
        try:
            yield
        except Exception as failure:
            self._activated(facts, session(), token, failure)
            raise
        self._activated(facts, session(), token)

    def opened(self, facts: ChannelFacts, parameters: Any) -> None:
        """Tell that the channel was opened or renewed."""
        renewed = parameters.RequestType == ua.SecurityTokenRequestType.Renew
        what = "renewed" if renewed else "opened"
        self._trail.channel(
            f"The channel of {facts.client_address} was {what}.",
            ua.StatusCodes.Good,
            {
                "SecureChannelId": text_field(_mark(facts)),
                "RequestType": ua.Variant(int(parameters.RequestType), _V.Int32),
                "RequestedLifetime": ua.Variant(float(parameters.RequestedLifetime), _V.Double),
                **_certificate(facts.client_certificate),
                "SecurityPolicyUri": text_field(facts.policy_uri),
                "SecurityMode": ua.Variant(int(facts.mode), _V.Int32),
            },
        )

    def _refused(self, address: str, der: bytes, failure: Exception) -> None:
        """Tell that a channel was refused for the client's certificate."""
        code = code_of(failure) or ua.StatusCodes.BadSecurityChecksFailed
        self._trail.certificate(der, code, address)
        message = f"The channel of {address} was refused."
        self._trail.channel(message, code, _certificate(der))

    def _created(
        self, facts: ChannelFacts, session: SecureSession | None, failure: Exception | None = None
    ) -> None:
        """Tell that a session was made, or why not."""
        timeout = float(session.session_timeout or 0) * 1000 if session else 0.0
        session_id = session.session_id if session else ua.NodeId()
        self._trail.session(
            "CreateSession",
            f"A session of {facts.client_address} was {'refused' if failure else 'made'}.",
            _code(failure),
            {
                "SessionId": ua.Variant(session_id, _V.NodeId),
                "SecureChannelId": text_field(_mark(facts)),
                "RevisedSessionTimeout": ua.Variant(timeout, _V.Double),
                **_certificate(facts.client_certificate),
            },
        )

    def _activated(
        self,
        facts: ChannelFacts,
        session: SecureSession | None,
        token: Any,
        failure: Exception | None = None,
    ) -> None:
        """Tell that somebody logged in, or failed to; who it was said to be, never the secret."""
        name = str(getattr(token, "UserName", "") or type(token).__name__)[:200]
        shown = ua.UserNameIdentityToken(UserName=ua.String(name)) if token else None
        session_id = session.session_id if session else ua.NodeId()
        what = "could not log in" if failure else "logged in"
        self._trail.session(
            "ActivateSession",
            f"{name} {what} at {facts.client_address}.",
            _code(failure),
            {
                "SessionId": ua.Variant(session_id, _V.NodeId),
                "SecureChannelId": text_field(_mark(facts)),
                "ClientUserId": text_field(name),
                "UserIdentityToken": ua.Variant(shown, _V.ExtensionObject),
            },
            session.caller if session and not failure else None,
        )


def _mark(facts: ChannelFacts) -> str:
    """Return what names the channel: its client, which nobody else can be."""
    return f"{facts.client_address}/{facts.client_fingerprint[:16]}"


def _certificate(der: bytes) -> dict[str, ua.Variant]:
    thumbprint = hashlib.sha1(der, usedforsecurity=False).digest() if der else b""
    return {
        "ClientCertificate": ua.Variant(der, _V.ByteString),
        "ClientCertificateThumbprint": text_field(base64.b64encode(thumbprint).decode()),
    }


def _code(failure: Exception | None) -> int:
    if failure is None:
        return ua.StatusCodes.Good
    return code_of(failure) or ua.StatusCodes.BadInternalError
