"""Which client certificates are trusted: a folder that an engineer can look into and change."""

import logging
import re
from datetime import datetime
from pathlib import Path
from typing import Final

from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.faces.opcua.trust.certificates import fingerprint
from server.faces.opcua.wire.failure import service_failure

_log = logging.getLogger(__name__)

MIN_KEY_BITS: Final = 2048
MAX_KEY_BITS: Final = 4096
_WEAK_HASHES: Final = (hashes.MD5, hashes.SHA1)


class TrustList:
    """The folders ``trusted`` and ``rejected``; a change in them counts from the next channel on.

    A certificate is trusted because it lies in ``trusted``, byte for byte; there are no chains.
    """

    def __init__(
        self, folder: Path, *, trust_unknown: bool, max_rejected: int, max_first_use: int
    ) -> None:
        self._trusted = folder / "trusted"
        self._rejected = folder / "rejected"
        self._trust_unknown = trust_unknown
        self._max_rejected = max_rejected
        self._max_first_use = max_first_use
        for place in (self._trusted, self._rejected):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._known: dict[Path, tuple[int, int, str]] = {}

    def check(self, der: bytes, now: datetime) -> x509.Certificate:
        """Return the client's certificate, or raise with the code of OPC 10000-4, 6.1.3."""
        certificate = _parse(der)
        _check_strength(certificate)
        mark = fingerprint(der)
        trusted = mark in self._trusted_marks()
        if not trusted and not self._trust_unknown:
            self._keep_rejected(certificate, der, mark)
            # The standard hides the reason from the unknown: on the wire it is this code.
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        _check_time(certificate, now)
        _check_usage(certificate)
        if not trusted:
            self._trust_first_use(certificate, der, mark)
        return certificate

    def _trusted_marks(self) -> set[str]:
        known: dict[Path, tuple[int, int, str]] = {}
        for path in self._trusted.iterdir():
            try:
                facts = path.stat()
                old = self._known.get(path)
                if old is not None and old[:2] == (facts.st_mtime_ns, facts.st_size):
                    known[path] = old
                    continue
                mark = fingerprint(_read_certificate(path))
            except (OSError, ValueError) as fault:
                _log.warning("trusted certificate %s is not readable: %s", path, fault)
                continue
            known[path] = (facts.st_mtime_ns, facts.st_size, mark)
        self._known = known
        return {mark for _, _, mark in known.values()}

    def _keep_rejected(self, certificate: x509.Certificate, der: bytes, mark: str) -> None:
        path = self._rejected / _file_name(certificate, mark)
        if not path.exists():
            files = sorted(self._rejected.iterdir(), key=lambda file: file.stat().st_mtime_ns)
            for oldest in files[: max(0, len(files) - self._max_rejected + 1)]:
                oldest.unlink(missing_ok=True)
            path.write_bytes(der)
        _log.warning(
            "client certificate %s is not trusted; move it to %s to let the client in",
            path,
            self._trusted,
        )

    def _trust_first_use(self, certificate: x509.Certificate, der: bytes, mark: str) -> None:
        if len(self._known) >= self._max_first_use:
            self._keep_rejected(certificate, der, mark)
            raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)
        path = self._trusted / _file_name(certificate, mark)
        path.write_bytes(der)
        _log.warning(
            "client certificate %s is trusted at first use, because trust_unknown_clients is set; "
            "clear that setting when commissioning is over",
            path,
        )


def _parse(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as fault:
        raise service_failure(ua.StatusCodes.BadSecurityChecksFailed) from fault


def _check_strength(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    weak_hash = isinstance(certificate.signature_hash_algorithm, _WEAK_HASHES)
    if (
        weak_hash
        or not isinstance(key, rsa.RSAPublicKey)
        or not MIN_KEY_BITS <= key.key_size <= MAX_KEY_BITS
    ):
        _log.warning("client certificate %s is too weak", certificate.subject.rfc4514_string())
        raise service_failure(ua.StatusCodes.BadSecurityChecksFailed)


def _check_time(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        _log.warning(
            "client certificate %s is valid from %s to %s",
            certificate.subject.rfc4514_string(),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )
        raise service_failure(ua.StatusCodes.BadCertificateTimeInvalid)


def _check_usage(certificate: x509.Certificate) -> None:
    if not _is_for_clients(certificate):
        _log.warning(
            "client certificate %s is not made for an OPC UA client",
            certificate.subject.rfc4514_string(),
        )
        raise service_failure(ua.StatusCodes.BadCertificateUseNotAllowed)


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


def _read_certificate(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(b"-----BEGIN"):
        certificate = x509.load_pem_x509_certificate(content)
        return certificate.public_bytes(serialization.Encoding.DER)
    return content


def _file_name(certificate: x509.Certificate, mark: str) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    spoken = re.sub(r"[^A-Za-z0-9_-]+", "_", str(names[0].value))[:40] if names else "unnamed"
    return f"{spoken}_{mark[:40]}.der"
