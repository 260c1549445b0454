"""Certificates that an authority of the plant has issued: the chain up to it, and its CRLs.

An authority whose certificate lies in ``trusted`` vouches for all that it issued, also by way of
authorities in ``issuers``, which are not trusted by themselves (OPC 10000-4, 6.1.3). Each authority
on the way has to have a list of revoked certificates in ``crls`` that is in force: without one
nothing can be said about what it issued, and so nothing is trusted.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Generic, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from server.faces.opcua.trust.certificates import is_strong

_log = logging.getLogger(__name__)

MAX_CHAIN: Final = 4
"""Authorities between a client's certificate and the trusted one, that one included."""

_PEM: Final = b"-----BEGIN"
T = TypeVar("T")


def read_certificate(content: bytes) -> x509.Certificate:
    """Return a certificate of a file, DER or PEM; ValueError when it holds none."""
    if content.startswith(_PEM):
        return x509.load_pem_x509_certificate(content)
    return x509.load_der_x509_certificate(content)


def read_revocation_list(content: bytes) -> x509.CertificateRevocationList:
    """Return a CRL of a file, DER or PEM; ValueError when it holds none."""
    if content.startswith(_PEM):
        return x509.load_pem_x509_crl(content)
    return x509.load_der_x509_crl(content)


class ReadFolder(Generic[T]):
    """The files of a folder, read again only when they change; what can't be read is left out."""

    def __init__(self, folder: Path, read: Callable[[bytes], T]) -> None:
        self._folder = folder
        self._read = read
        self._known: dict[Path, tuple[int, int, T]] = {}

    def contents(self) -> Mapping[Path, T]:
        """Return what the files hold now."""
        known: dict[Path, tuple[int, int, T]] = {}
        for path in self._paths():
            try:
                facts = path.stat()
                old = self._known.get(path)
                if old is not None and old[:2] == (facts.st_mtime_ns, facts.st_size):
                    known[path] = old
                    continue
                known[path] = (facts.st_mtime_ns, facts.st_size, self._read(path.read_bytes()))
            except (OSError, ValueError) as fault:
                _log.warning("%s is not readable: %s", path, fault)
        self._known = known
        return {path: one for path, (_, _, one) in known.items()}

    def _paths(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from sorted(self._folder.iterdir())


class Authorities:
    """The folders ``issuers`` and ``crls``; authorities come out of ``trusted``, too."""

    def __init__(self, folder: Path) -> None:
        self._issuers = ReadFolder(folder / "issuers", read_certificate)
        self._lists = ReadFolder(folder / "crls", read_revocation_list)

    def vouch(
        self, certificate: x509.Certificate, trusted: Iterable[x509.Certificate], now: datetime
    ) -> bool:
        """Return whether a trusted authority stands behind the certificate."""
        anchors = {_mark(one) for one in trusted if _may_issue(one)}
        if not anchors:
            return False
        known = [one for one in trusted if _mark(one) in anchors]
        known += [one for one in self._issuers.contents().values() if _may_issue(one)]
        current = certificate
        for _ in range(MAX_CHAIN):
            issuer = next((one for one in known if _has_issued(one, current)), None)
            if issuer is None or not _is_valid(issuer, now):
                return False
            if not self._is_in_force(current, issuer, now):
                return False
            if _mark(issuer) in anchors:
                return True
            current = issuer
        return False

    def _is_in_force(
        self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> bool:
        """Return whether the issuer's list is there and does not name the certificate."""
        lists = [one for one in self._lists.contents().values() if _is_list_of(one, issuer, now)]
        if not lists:
            _log.warning(
                "there is no list in crls, in force, of what %s has revoked; nothing that it"
                " issued is trusted",
                issuer.subject.rfc4514_string(),
            )
            return False
        serial = certificate.serial_number
        return all(one.get_revoked_certificate_by_serial_number(serial) is None for one in lists)


def _mark(certificate: x509.Certificate) -> bytes:
    return certificate.fingerprint(hashes.SHA256())


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return bool(basic.ca and usage.key_cert_sign) and is_strong(certificate)


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _is_list_of(
    one: x509.CertificateRevocationList, issuer: x509.Certificate, now: datetime
) -> bool:
    end = one.next_update_utc
    if one.issuer != issuer.subject or one.last_update_utc > now or (end is not None and end < now):
        return False
    key: object = issuer.public_key()
    try:
        return one.is_signature_valid(key)  # type: ignore[arg-type]  # any key an issuer has
    except (TypeError, ValueError):
        return False
