"""The application's own certificate: what it says, who can read its key, and when it is refused."""

import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from server.faces.opcua.trust.certificates import (
    CertificateFault,
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
    fingerprint,
)

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
URI = "urn:plant:interlock"


def ensured(folder: Path, **changes: Any) -> OwnCertificate:
    facts: dict[str, Any] = {
        "application_uri": URI,
        "common_name": "Interlock",
        "host_names": ("mes.plant", "10.1.2.3"),
        "clock": lambda: NOW,
        "use": CertificateUse.SERVER,
    }
    return ensure_own_certificate(folder, **(facts | changes))


def test_it_says_what_opc_ua_wants(tmp_path: Path) -> None:
    own = ensured(tmp_path)
    certificate = x509.load_der_x509_certificate(own.der)
    extensions = certificate.extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [URI]
    assert names.get_values_for_type(x509.DNSName) == ["mes.plant", "localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ip_address(one) for one in ("10.1.2.3", "127.0.0.1", "::1")
    ]
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.SERVER_AUTH]
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size >= 2048
    assert certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc
    assert own.fingerprint == fingerprint(own.der)
    certificate.verify_directly_issued_by(certificate)


def test_its_key_is_for_nobody_else(tmp_path: Path) -> None:
    own = ensured(tmp_path / "new" / "own")
    assert stat.S_IMODE(own.private_key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.private_key_path.parent.stat().st_mode) == 0o700


def test_it_is_made_once(tmp_path: Path) -> None:
    assert ensured(tmp_path).der == ensured(tmp_path, host_names=("elsewhere",)).der


def test_another_application_uri_is_refused(tmp_path: Path) -> None:
    ensured(tmp_path)
    with pytest.raises(CertificateFault, match="urn:other"):
        ensured(tmp_path, application_uri="urn:other")


def test_an_expired_one_is_refused_with_advice(tmp_path: Path) -> None:
    ensured(tmp_path)
    with pytest.raises(CertificateFault, match="expired"):
        ensured(tmp_path, clock=lambda: NOW + timedelta(days=5 * 365 + 1))


def test_half_a_pair_is_never_replaced_silently(tmp_path: Path) -> None:
    own = ensured(tmp_path)
    own.private_key_path.unlink()
    with pytest.raises(CertificateFault, match="Restore both"):
        ensured(tmp_path)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    own, other = ensured(tmp_path / "one"), ensured(tmp_path / "other")
    own.private_key_path.write_bytes(other.private_key_path.read_bytes())
    with pytest.raises(CertificateFault, match="is not the key"):
        ensured(tmp_path / "one")
