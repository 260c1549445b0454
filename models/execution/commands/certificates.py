"""Commands about certificates: those of users, and those of client applications."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUserCertificate:
    """Let whoever holds the key of a certificate log in as an account, over OPC UA.

    It opens sessions only: what is signed still takes account name and password.
    """

    account: str
    fingerprint: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeUserCertificate:
    """End that for ever; sessions that were opened with the certificate are closed at once."""

    account: str
    fingerprint: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustApplicationCertificate:
    """Let the OPC UA client with this certificate open channels; accounts log in on them."""

    fingerprint: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectApplicationCertificate:
    """Trust the certificate of an OPC UA client no more."""

    fingerprint: str
    reason: str
