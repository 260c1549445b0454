"""Which client certificates are trusted: a folder that an engineer can look into and change."""

import logging
from datetime import datetime
from pathlib import Path

from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from server.faces.opcua.trust.authorities import Authorities, ReadFolder, read_certificate
from server.faces.opcua.trust.certificates import is_strong
from server.faces.opcua.trust.rejected import Rejected, file_name
from server.faces.opcua.wire.failure import service_failure

_log = logging.getLogger(__name__)


class TrustList:
    """The folders ``trusted`` and ``rejected``; a change in them counts from the next channel on.

    A certificate is trusted because it lies in ``trusted``, byte for byte, or because an authority
    that lies there has issued it (:mod:`authorities`).
    """

    def __init__(
        self, folder: Path, *, trust_unknown: bool, max_rejected: int, max_first_use: int
    ) -> None:
        self._trusted = folder / "trusted"
        self._trust_unknown = trust_unknown
        self._max_first_use = max_first_use
        for name in ("trusted", "rejected", "issuers", "crls"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._rejected = Rejected(folder / "rejected", max_rejected)
        self._known = ReadFolder(self._trusted, read_certificate)
        self._authorities = Authorities(folder)

    def check(self, der: bytes, now: datetime, address: str = "") -> x509.Certificate:
        """Return the client's certificate, or raise with the code of OPC 10000-4, 6.1.3."""
        certificate = _parse(der)
        if not is_strong(certificate):
            _log.warning("client certificate %s is too weak", certificate.subject.rfc4514_string())
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        trusted = self._is_trusted(certificate, now)
        if not trusted and not self._trust_unknown:
            self._reject(certificate, "not trusted", (now, address))
            # The standard hides the reason from the unknown: on the wire it is this code.
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        fault = _fault(certificate, now)
        if fault is not None:
            code, why = fault
            self._reject(certificate, why, (now, address))
            raise service_failure(code)
        if not trusted:
            self._trust_first_use(certificate, (now, address))
        return certificate

    def still_trusts(self, der: bytes, now: datetime) -> bool:
        """Return whether a client that was let in would be let in now."""
        certificate = x509.load_der_x509_certificate(der)
        return self._is_trusted(certificate, now) and _fault(certificate, now) is None

    def _is_trusted(self, certificate: x509.Certificate, now: datetime) -> bool:
        trusted = tuple(self._known.contents().values())
        return certificate in trusted or self._authorities.vouch(certificate, trusted, now)

    def _reject(self, certificate: x509.Certificate, why: str, seen: tuple[datetime, str]) -> None:
        path = self._rejected.keep(certificate, _mark(certificate), why, seen)
        _log.warning(
            "client certificate %s from %s is rejected: %s; see interlock certs list",
            path,
            seen[1],
            why,
        )

    def _trust_first_use(self, certificate: x509.Certificate, seen: tuple[datetime, str]) -> None:
        if len(self._known.contents()) >= self._max_first_use:
            self._reject(certificate, "too many were trusted at first use", seen)
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        path = self._trusted / file_name(certificate, _mark(certificate))
        path.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
        _log.warning(
            "client certificate %s is trusted at first use, because trust_unknown_clients is set; "
            "clear that setting when commissioning is over",
            path,
        )


def _mark(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _parse(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as fault:
        raise service_failure(ua.StatusCodes.BadSecurityChecksFailed) from fault


def _fault(certificate: x509.Certificate, now: datetime) -> tuple[int, str] | None:
    """Return why a certificate is no good for a client now, as a code and in words."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begin <= now <= end:
        why = f"valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d} only"
        return ua.StatusCodes.BadCertificateTimeInvalid, why
    if not _is_for_clients(certificate):
        return ua.StatusCodes.BadCertificateUseNotAllowed, "not made for an OPC UA client"
    return None


def _is_for_clients(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return (
        usage.digital_signature
        and usage.content_commitment
        and usage.key_encipherment
        and usage.data_encipherment
        and ExtendedKeyUsageOID.CLIENT_AUTH in purposes
    )
