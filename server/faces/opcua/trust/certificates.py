"""An application's own certificate: made at first start, kept in a folder, used for years."""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, unique
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.faces.opcua.settings import Clock

KEY_BITS: Final = 2048  # the least that Basic256Sha256 takes, and what every PLC can handle
VALID_FOR: Final = timedelta(days=5 * 365)
BACKDATED: Final = timedelta(hours=1)  # clocks on a shop floor differ
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@unique
class CertificateUse(Enum):
    """The side of the connection the certificate stands for."""

    SERVER = "server"
    CLIENT = "client"


class CertificateFault(Exception):
    """The application's own certificate cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCertificate:
    """Where the certificate and its key lie, and what the certificate is."""

    certificate_path: Path
    private_key_path: Path
    der: bytes
    fingerprint: str
    """SHA-256 in hex, as the trust lists of both sides show it."""


def ensure_own_certificate(
    folder: Path,
    *,
    application_uri: str,
    common_name: str,
    host_names: Sequence[str],
    clock: Clock,
    use: CertificateUse,
) -> OwnCertificate:
    """Return the certificate in the folder; create key and certificate if there are none."""
    certificate_path = folder / "certificate.der"
    key_path = folder / "private_key.pem"
    if not certificate_path.exists() and not key_path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        alternative = _alternative_names(application_uri, host_names)
        certificate = _self_signed(key, common_name, alternative, clock, use)
        _write_key(key_path, key)
        certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    return _load(certificate_path, key_path, application_uri, clock)


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate in hex."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize().hex()


MAX_KEY_BITS: Final = 4096
_WEAK_HASHES: Final = (hashes.MD5, hashes.SHA1)


def is_strong(certificate: x509.Certificate) -> bool:
    """Return whether key and signature are as the security policies of today ask (RSA)."""
    key = certificate.public_key()
    return (
        not isinstance(certificate.signature_hash_algorithm, _WEAK_HASHES)
        and isinstance(key, rsa.RSAPublicKey)
        and KEY_BITS <= key.key_size <= MAX_KEY_BITS
    )


def application_uris(certificate: x509.Certificate) -> list[str]:
    """Return the ApplicationUri entries of a certificate (OPC 10000-6, 6.2.2)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return []
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)


def _load(
    certificate_path: Path, key_path: Path, application_uri: str, clock: Clock
) -> OwnCertificate:
    advice = f"Restore both, or remove {certificate_path.parent} to have a new pair made."
    try:
        der = certificate_path.read_bytes()
        certificate = x509.load_der_x509_certificate(der)
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise CertificateFault(f"{certificate_path} and its key: {fault}. {advice}") from fault
    if key.public_key() != certificate.public_key():
        raise CertificateFault(f"{key_path} is not the key of {certificate_path}. {advice}")
    if application_uri not in application_uris(certificate):
        raise CertificateFault(
            f"{certificate_path} is not made out to the application URI {application_uri!r}. "
            f"Set the URI back, or remove {certificate_path.parent} to have a new pair made."
        )
    if certificate.not_valid_after_utc <= clock():
        raise CertificateFault(
            f"{certificate_path} expired on {certificate.not_valid_after_utc:%Y-%m-%d}. Remove "
            f"{certificate_path.parent} to have a new pair made, then let the other side trust it."
        )
    return OwnCertificate(
        certificate_path=certificate_path,
        private_key_path=key_path,
        der=der,
        fingerprint=fingerprint(der),
    )


def _write_key(path: Path, key: rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Created with its final mode: there is no moment in which others can read it.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def _alternative_names(
    application_uri: str, host_names: Sequence[str]
) -> x509.SubjectAlternativeName:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(application_uri)]
    for host in dict.fromkeys((*host_names, *LOOPBACK)):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(names)


def _self_signed(
    key: rsa.RSAPrivateKey,
    common_name: str,
    alternative: x509.SubjectAlternativeName,
    clock: Clock,
    use: CertificateUse,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    now = clock()
    purpose = {
        CertificateUse.SERVER: ExtendedKeyUsageOID.SERVER_AUTH,
        CertificateUse.CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH,
    }[use]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + VALID_FOR)
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )
    return builder.sign(key, hashes.SHA256())


# OPC 10000-6, 6.2.2: an application instance certificate that is self-signed also signs itself.
_KEY_USAGE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=True,
    data_encipherment=True,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
