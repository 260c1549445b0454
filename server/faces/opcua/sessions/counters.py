"""What is counted about sessions and their requests (OPC 10000-5, 12.9, 12.10 and 12.12)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from asyncua import ua

from server.faces.opcua.wire.failure import code_of

_C: Final = ua.StatusCodes
_DENIED: Final = frozenset(
    {
        _C.BadUserAccessDenied,
        _C.BadSecurityModeInsufficient,
        _C.BadIdentityChangeNotSupported,
    }
)
_INSECURE: Final = _DENIED | {
    _C.BadSecurityChecksFailed,
    _C.BadSecurityPolicyRejected,
    _C.BadSecurityModeRejected,
    _C.BadSecureChannelIdInvalid,
    _C.BadTcpSecureChannelUnknown,
    _C.BadSecureChannelTokenUnknown,
    _C.BadApplicationSignatureInvalid,
    _C.BadUserSignatureInvalid,
    _C.BadIdentityTokenInvalid,
    _C.BadIdentityTokenRejected,
    _C.BadNonceInvalid,
    _C.BadNoValidCertificates,
    _C.BadSessionIdInvalid,
}


def is_security_rejection(code: int) -> bool:
    """Tell whether a status code says that security stood against a request."""
    return code in _INSECURE or ua.status_codes.get_name_and_doc(code)[0].startswith(
        "BadCertificate"
    )


@dataclass(slots=True)
class ServerCounters:
    """Numbers since the start of the server; they only grow."""

    sessions: int = 0
    rejected_sessions: int = 0
    """CreateSession and ActivateSession requests that were refused, whatever for."""
    security_rejected_sessions: int = 0
    """Those of them that were refused for the sake of security."""
    session_timeouts: int = 0
    session_aborts: int = 0
    """Sessions that neither their client nor a timeout has ended."""
    rejected_requests: int = 0
    """Requests of any service that were refused as a whole."""
    security_rejected_requests: int = 0

    def rejected(self, code: int) -> None:
        """Count a request that is answered with nothing but this status code."""
        self.rejected_requests += 1
        if is_security_rejection(code):
            self.security_rejected_requests += 1

    @contextmanager
    def establishing(self) -> Iterator[None]:
        """Count a CreateSession or ActivateSession request if it is refused in here."""
        try:
            yield
        except Exception as failure:
            self.rejected_sessions += 1
            if is_security_rejection(code_of(failure) or 0):
                self.security_rejected_sessions += 1
            raise


@dataclass(slots=True)
class RequestCounters:
    """The requests of one session, by the encoding id of their type."""

    totals: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Whoever answers a request adds it here, however it ends."""
    errors: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    unauthorized: int = 0

    def failed(self, request_type: int, failure: BaseException | int) -> None:
        """Count that a request was refused as a whole."""
        code = failure if isinstance(failure, int) else code_of(failure)
        self.errors[request_type] += 1
        if code in _DENIED:
            self.unauthorized += 1
