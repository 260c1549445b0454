"""Records of certificates, by their fingerprints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCertificateRecord:
    """A certificate with which somebody logs in as the account, until it is revoked."""

    fingerprint: str
    account: str
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCertificateRecord:
    """A certificate of a client application, and whether it is trusted."""

    fingerprint: str
    subject: str = ""
    trusted: bool = False
