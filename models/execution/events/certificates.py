"""Events of certificates: who may log in with one, and which client applications are trusted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCertificateRegistered:
    """Whoever holds the key of the certificate may log in as the account."""

    fingerprint: str
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCertificateRevoked:
    """Nobody may log in with the certificate any more."""

    fingerprint: str
    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCertificateTrusted:
    """A client application may open channels."""

    fingerprint: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCertificateRejected:
    """A client application may not open channels any more."""

    fingerprint: str
    reason: str
