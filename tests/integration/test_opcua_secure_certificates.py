"""Which client certificates open a channel, and what happens to the others."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.trust.certificates import (
    CertificateUse,
    OwnCertificate,
    ensure_own_certificate,
    fingerprint,
)
from tests.opcua_plant import (
    CLIENT_URI,
    Plant,
    client,
    client_certificate,
    fault_of,
    open_channel,
    prepared_client,
    running_plant,
    status_of,
    trust,
    utc_now,
)

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    limits = SecureServerLimits(max_rejected_certificates=3)
    async with running_plant(folder, limits=limits) as one:
        yield one


def made_at(folder: Path, name: str, age: timedelta) -> OwnCertificate:
    """Return a client certificate that was made long ago, or will only be made."""
    certificate = client_certificate_in(folder, name)
    made = utc_now() - age
    key = serialization.load_pem_private_key(
        certificate.private_key_path.read_bytes(), password=None
    )
    assert isinstance(key, rsa.RSAPrivateKey)
    return signed(folder / name, key, made, ExtendedKeyUsageOID.CLIENT_AUTH)


def client_certificate_in(folder: Path, name: str) -> OwnCertificate:
    return ensure_own_certificate(
        folder / name,
        application_uri=CLIENT_URI,
        common_name=name,
        host_names=(),
        clock=utc_now,
        use=CertificateUse.CLIENT,
    )


def signed(
    folder: Path, key: rsa.RSAPrivateKey, made: object, purpose: x509.ObjectIdentifier
) -> OwnCertificate:
    folder.mkdir(parents=True, exist_ok=True)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, folder.name)])
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_cert_sign",
        ),
        True,
    ) | dict.fromkeys(("key_agreement", "crl_sign", "encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(CLIENT_URI)]),
            critical=False,
        )
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    (folder / "certificate.der").write_bytes(der)
    if not (folder / "private_key.pem").exists():
        (folder / "private_key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return OwnCertificate(
        certificate_path=folder / "certificate.der",
        private_key_path=folder / "private_key.pem",
        der=der,
        fingerprint=fingerprint(der),
    )


async def refusal(plant: Plant, certificate: OwnCertificate) -> str:
    return await fault_of(plant, await prepared_client(plant, certificate=certificate))


async def test_a_trusted_certificate_opens_a_channel(plant: Plant) -> None:
    assert await refusal(plant, client_certificate()) == "Good"


async def test_an_unknown_certificate_is_refused_and_kept_for_the_engineer(plant: Plant) -> None:
    stranger = client_certificate("stranger")
    assert await refusal(plant, stranger) == "BadSecurityChecksFailed"
    kept = [
        path
        for path in (plant.folder / "rejected").glob("*.der")
        if path.name.startswith("stranger_")
    ]
    assert [path.read_bytes() for path in kept] == [stranger.der]
    kept[0].rename(plant.folder / "trusted" / kept[0].name)  # what an engineer would do
    assert await refusal(plant, stranger) == "Good"
    (plant.folder / "trusted" / kept[0].name).unlink()
    assert await refusal(plant, stranger) == "BadSecurityChecksFailed"


async def test_the_rejected_certificates_are_bounded(plant: Plant, tmp_path: Path) -> None:
    names = [f"stranger-{number}" for number in range(5)]
    for name in names:
        assert await refusal(plant, client_certificate_in(tmp_path, name)) != "Good"
    kept = [path.name.split("_")[0] for path in (plant.folder / "rejected").glob("*.der")]
    assert sorted(kept) == names[-3:]


async def test_a_certificate_counts_only_in_its_time(plant: Plant, tmp_path: Path) -> None:
    expired = made_at(tmp_path, "expired", timedelta(days=31))
    early = made_at(tmp_path, "early", timedelta(days=-1))
    trust(plant.folder, expired, early)
    assert await refusal(plant, expired) == "BadCertificateTimeInvalid"
    assert await refusal(plant, early) == "BadCertificateTimeInvalid"


async def test_a_certificate_must_be_made_for_clients(plant: Plant, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    of_a_server = signed(
        tmp_path / "server", key, utc_now() - timedelta(hours=1), ExtendedKeyUsageOID.SERVER_AUTH
    )
    trust(plant.folder, of_a_server)
    assert await refusal(plant, of_a_server) == "BadCertificateUseNotAllowed"


async def test_a_short_key_is_refused_even_if_trusted(plant: Plant, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the point
    weak = signed(
        tmp_path / "weak", key, utc_now() - timedelta(hours=1), ExtendedKeyUsageOID.CLIENT_AUTH
    )
    trust(plant.folder, weak)
    assert await refusal(plant, weak) == "BadSecurityChecksFailed"


async def test_the_application_uri_must_be_the_certificates(plant: Plant) -> None:
    one = await open_channel(plant)
    one.application_uri = "urn:somebody:else"
    assert await status_of(one.create_session()) == "BadCertificateUriInvalid"
    one.disconnect_socket()


@pytest.mark.parametrize("offered", [b"", client_certificate("stranger").der])
async def test_the_session_must_show_the_channels_certificate(plant: Plant, offered: bytes) -> None:
    one = await open_channel(plant)
    parameters = ua.CreateSessionParameters(
        ClientDescription=ua.ApplicationDescription(ApplicationUri=CLIENT_URI),
        ClientNonce=bytes(32),
        ClientCertificate=offered,
        EndpointUrl=plant.url,
    )
    attempt = one.uaclient.create_session(parameters)
    assert await status_of(attempt) == "BadSecurityChecksFailed"
    one.disconnect_socket()


async def test_a_channel_is_renewed_as_long_as_its_client_is_trusted(plant: Plant) -> None:
    guest = client_certificate("guest")
    trust(plant.folder, guest)
    async with client(plant, certificate=guest) as one:
        await one.open_secure_channel(renew=True)
        assert await one.get_node(plant["level"]).read_value() == 1.0
        (plant.folder / "trusted" / f"{guest.fingerprint[:16]}.der").unlink()
        one.uaclient.protocol.timeout = 2
        with pytest.raises((ConnectionError, ua.UaError, TimeoutError)):
            await one.open_secure_channel(renew=True)
        with pytest.raises((ConnectionError, ua.UaError)):
            await one.get_node(plant["level"]).read_value()


async def test_a_channel_needs_a_nonce(plant: Plant) -> None:
    for length in (0, 31):
        one = await prepared_client(plant)
        await one.connect_socket()
        await one.send_hello()
        parameters = ua.OpenSecureChannelParameters(
            ClientProtocolVersion=0,
            RequestType=ua.SecurityTokenRequestType.Issue,
            SecurityMode=one.security_policy.Mode,
            RequestedLifetime=60_000,
            ClientNonce=bytes(length),
        )
        one.uaclient.protocol.timeout = 2
        with pytest.raises((ConnectionError, ua.UaError, TimeoutError)):
            await one.uaclient.open_secure_channel(parameters)
        one.disconnect_socket()


async def test_a_session_needs_a_nonce(plant: Plant) -> None:
    one = await open_channel(plant)
    parameters = ua.CreateSessionParameters(
        ClientDescription=ua.ApplicationDescription(ApplicationUri=CLIENT_URI),
        ClientNonce=bytes(31),
        ClientCertificate=client_certificate().der,
        EndpointUrl=plant.url,
    )
    assert await status_of(one.uaclient.create_session(parameters)) == "BadNonceInvalid"
    one.disconnect_socket()


async def test_commissioning_trusts_at_first_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = client_certificate("stranger")
    async with running_plant(tmp_path / "open", trust_unknown_clients=True) as plant:
        async with client(plant, certificate=stranger) as one:
            assert await one.get_node(plant["level"]).read_value() == 1.0
        assert any(
            path.read_bytes() == stranger.der for path in (tmp_path / "open/trusted").iterdir()
        )
    assert "trust_unknown_clients" in caplog.text


async def test_the_own_certificate_is_made_once(tmp_path: Path) -> None:
    async with running_plant(tmp_path) as plant:
        first = plant.server.own_certificate
    async with running_plant(tmp_path) as plant:
        assert plant.server.own_certificate.fingerprint == first.fingerprint
