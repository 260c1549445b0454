"""Trust by way of an authority: chains, lists of what was revoked, and what is wrong with them."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.faces.opcua.trust.trust_list import TrustList
from server.faces.opcua.wire.failure import code_of
from tests.opcua_plant import utc_now

DER = serialization.Encoding.DER
NOW = utc_now()


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issued(name: str, by: str, *, is_authority: bool = False, days: int = 10) -> x509.Certificate:
    """Return a certificate of ``name`` that ``by`` has signed."""
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=not is_authority,
        data_encipherment=not is_authority,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(by))
        .public_key(key(name).public_key())
        .serial_number(sum(name.encode()))
        .not_valid_before(NOW - timedelta(days=20))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )
    return builder.sign(key(by), hashes.SHA256())


def revocations(by: str, *serials: int, signer: str = "", days: int = 1) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(named(by))
        .last_update(NOW - timedelta(days=3))
        .next_update(NOW + timedelta(days=days))
    )
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW)
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(key(signer or by), hashes.SHA256()).public_bytes(DER)


@dataclass
class Case:
    """What lies in the folders, and whether the client comes in."""

    name: str
    client: x509.Certificate
    trusted: list[x509.Certificate]
    issuers: list[x509.Certificate] = field(default_factory=list)
    lists: list[bytes] = field(default_factory=list)
    comes_in: bool = False


ROOT = issued("root", "root", is_authority=True)
SHOP = issued("shop", "root", is_authority=True)
HMI = issued("hmi", "root")
OF_SHOP = issued("panel", "shop")
ROOT_LIST, SHOP_LIST = revocations("root"), revocations("shop")
NO_AUTHORITY = issued("shop", "root")

CASES = [
    Case("of a trusted authority", HMI, [ROOT], lists=[ROOT_LIST], comes_in=True),
    Case("the authority has no list", HMI, [ROOT]),
    Case("the list ended", HMI, [ROOT], lists=[revocations("root", days=-1)]),
    Case("the list is another one's", HMI, [ROOT], lists=[revocations("shop")]),
    Case("the list is forged", HMI, [ROOT], lists=[revocations("root", signer="shop")]),
    Case("revoked", HMI, [ROOT], lists=[revocations("root", HMI.serial_number)]),
    Case("revoked in one of two lists", HMI, [ROOT],
         lists=[ROOT_LIST, revocations("root", HMI.serial_number)]),
    Case("by an authority between", OF_SHOP, [ROOT], [SHOP], [ROOT_LIST, SHOP_LIST],
         comes_in=True),
    Case("an authority between was revoked", OF_SHOP, [ROOT], [SHOP],
         [revocations("root", SHOP.serial_number), SHOP_LIST]),
    Case("the authority between has no list", OF_SHOP, [ROOT], [SHOP], [ROOT_LIST]),
    Case("the authority between is missing", OF_SHOP, [ROOT], [], [ROOT_LIST, SHOP_LIST]),
    Case("the authority only lies in issuers", HMI, [], [ROOT], [ROOT_LIST]),
    Case("the authority itself is trusted, its own is not needed", OF_SHOP, [SHOP],
         lists=[SHOP_LIST], comes_in=True),
    Case("who is no authority has issued it", OF_SHOP, [ROOT], [NO_AUTHORITY],
         [ROOT_LIST, SHOP_LIST]),
    Case("the authority has expired", issued("hmi", "old"),
         [issued("old", "old", is_authority=True, days=-1)], lists=[revocations("old")]),
    Case("itself trusted", HMI, [HMI], comes_in=True),
    Case("itself only among the issuers", HMI, [], [HMI]),
]  # fmt: skip


def trust_list(folder: Path, case: Case) -> TrustList:
    made = TrustList(folder, trust_unknown=False, max_rejected=5, max_first_use=5)
    for place, certificates in (("trusted", case.trusted), ("issuers", case.issuers)):
        for number, one in enumerate(certificates):
            (folder / place / f"{number}.der").write_bytes(one.public_bytes(DER))
    for number, content in enumerate(case.lists):
        (folder / "crls" / f"{number}.crl").write_bytes(content)
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_who_is_let_in(tmp_path: Path, case: Case) -> None:
    trusting, der = trust_list(tmp_path, case), case.client.public_bytes(DER)
    if case.comes_in:
        assert trusting.check(der, NOW) == case.client
    else:
        with pytest.raises(Exception) as failure:  # noqa: PT011 - its code is looked at
            trusting.check(der, NOW)
        assert code_of(failure.value) == ua.StatusCodes.BadSecurityChecksFailed
        assert len(list((tmp_path / "rejected").glob("*.der"))) == 1
    assert trusting.still_trusts(der, NOW) is case.comes_in


def test_a_list_that_comes_later_counts_at_once(tmp_path: Path) -> None:
    case = CASES[0]
    trusting, der = trust_list(tmp_path, case), case.client.public_bytes(DER)
    assert trusting.still_trusts(der, NOW)
    (tmp_path / "crls/new.crl").write_bytes(revocations("root", HMI.serial_number))
    assert not trusting.still_trusts(der, NOW)


def test_what_cannot_be_read_trusts_nobody_and_harms_nobody(tmp_path: Path) -> None:
    trusting = trust_list(tmp_path, CASES[0])
    (tmp_path / "trusted/broken.der").write_bytes(b"\x30\x82 nonsense")
    (tmp_path / "crls/broken.crl").write_bytes(b"-----BEGIN nothing")
    assert trusting.still_trusts(HMI.public_bytes(DER), NOW)


def test_a_client_that_knocks_all_day_is_noted_once_a_minute(tmp_path: Path) -> None:
    trusting = TrustList(tmp_path, trust_unknown=False, max_rejected=5, max_first_use=5)
    der = HMI.public_bytes(DER)
    noted = []
    for seconds in (0, 10, 50, 70):
        with pytest.raises(Exception):  # noqa: B017, PT011 - never trusted, said above
            trusting.check(der, NOW + timedelta(seconds=seconds), "10.0.0.7")
        (note,) = (tmp_path / "rejected").glob("*.json")
        noted.append(note.read_text())
    assert noted[0] == noted[1] == noted[2] != noted[3]
    assert '"first_seen": "' + NOW.isoformat(timespec="seconds") in noted[3]
    assert '"address": "10.0.0.7"' in noted[3]
