"""Which doors there are, which identity each takes, and that the open one only shows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from struct import pack
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua
from asyncua.crypto import uacrypto
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)

from server.faces.opcua.access.caller import Account
from tests.opcua_plant import (
    Plant,
    anonymous_client,
    authenticate,
    call,
    client,
    open_channel,
    open_plain_channel,
    running_plant,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder, allow_policy_none=True) as one:
        yield one


@pytest.mark.parametrize(
    "mode", [ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt]
)
@pytest.mark.parametrize(
    "policy",
    [
        SecurityPolicyBasic256Sha256,
        SecurityPolicyAes128Sha256RsaOaep,
        SecurityPolicyAes256Sha256RsaPss,
    ],
)
async def test_all_secured_endpoints_take_user_name_and_password(
    plant: Plant, policy: type[SecurityPolicy], mode: ua.MessageSecurityMode
) -> None:
    async with client(plant, policy=policy, mode=mode) as one:
        result = await call(one, plant["machine"], plant["echo"], "x")
    assert result.StatusCode.is_good()
    assert plant.calls[-1].caller.security_mode is mode


async def test_secured_endpoints_offer_passwords_and_certificates_and_nothing_else(
    plant: Plant,
) -> None:
    endpoints = await Client(plant.url).connect_and_get_server_endpoints()
    assert len(endpoints) == 6
    for endpoint in endpoints:
        assert endpoint.SecurityMode is not ua.MessageSecurityMode.None_
        kinds = [token.TokenType for token in endpoint.UserIdentityTokens]
        assert kinds == [ua.UserTokenType.UserName, ua.UserTokenType.Certificate]
        policies = {token.SecurityPolicyUri for token in endpoint.UserIdentityTokens}
        assert policies == {endpoint.SecurityPolicyUri}


async def test_without_the_demo_profile_policy_none_only_tells_the_endpoints(
    plant: Plant,
) -> None:
    one = await open_plain_channel(plant)
    assert await status_of(one.create_session()) == "BadSecurityPolicyRejected"
    one.disconnect_socket()


@pytest.mark.parametrize(
    ("user", "password"), [("hmi-01", "wrong"), ("nobody", "wrong"), ("hmi-01", "")]
)
async def test_a_wrong_login_is_refused_without_saying_why(
    plant: Plant, user: str, password: str
) -> None:
    one = await open_channel(plant)
    await one.create_session()
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await status_of(one.activate_session(user, password)) == "BadUserAccessDenied"
    assert loop.time() - began >= plant.server.iserver.limits.login_refusal_after_s
    one.disconnect_socket()


async def test_anonymous_does_not_get_in_on_a_secured_endpoint(plant: Plant) -> None:
    one = await open_channel(plant)
    await one.create_session()
    one._policy_ids.append(ua.UserTokenPolicy("anonymous", ua.UserTokenType.Anonymous))
    assert await status_of(one.activate_session()) == "BadIdentityTokenRejected"
    one.disconnect_socket()


async def activate_with(one: Client, token: ua.UserNameIdentityToken) -> str:
    parameters = ua.ActivateSessionParameters(UserIdentityToken=token)
    challenge = one.security_policy.peer_certificate + one._server_nonce
    parameters.ClientSignature.Signature = one.security_policy.asymmetric_cryptography.signature(
        challenge
    )
    return await status_of(one.uaclient.activate_session(parameters))


async def test_a_password_must_be_encrypted_and_for_this_session(plant: Plant) -> None:
    one = await open_channel(plant)
    await one.create_session()
    key = uacrypto.x509_from_der(plant.server.own_certificate.der).public_key()
    algorithm = SecurityPolicyBasic256Sha256.AsymmetricEncryptionURI

    def secret(nonce: bytes) -> bytes:
        content = b"booth seven" + nonce
        return bytes(uacrypto.encrypt_rsa_oaep(key, pack("<I", len(content)) + content))

    plain = ua.UserNameIdentityToken("username", "hmi-01", b"booth seven", "")
    replayed = ua.UserNameIdentityToken("username", "hmi-01", secret(bytes(32)), algorithm)
    assert await activate_with(one, plain) == "BadUserAccessDenied"
    assert await activate_with(one, replayed) == "BadUserAccessDenied"
    nonce = one._server_nonce
    assert nonce is not None
    right = ua.UserNameIdentityToken("username", "hmi-01", secret(nonce), algorithm)
    assert await activate_with(one, right) == "Good"
    one.disconnect_socket()


async def test_a_slow_or_failing_authenticator_holds_up_nobody_and_lets_nobody_in(
    tmp_path: Path,
) -> None:
    release = asyncio.Event()
    asked = asyncio.Event()

    async def slow(name: str, password: str) -> Account | None:
        if name == "hmi-02":
            asked.set()
            await release.wait()
            raise RuntimeError("the password file is gone")
        return await authenticate(name, password)

    async with running_plant(tmp_path, login=slow) as plant:
        waiting = await open_channel(plant)
        await waiting.create_session()
        login = asyncio.create_task(status_of(waiting.activate_session("hmi-02", "x")))
        await asked.wait()
        async with client(plant) as other:
            assert await other.get_node(plant["level"]).read_value() == 1.0
        release.set()
        assert await login == "BadUserAccessDenied"
        waiting.disconnect_socket()


async def test_policy_none_in_the_demo_is_anonymous_and_read_only(demo: Plant) -> None:
    seen: list[Any] = []

    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            del node, data
            seen.append(value)

    async with anonymous_client(demo) as one:
        assert await one.get_node(demo["level"]).read_value() == 1.0
        assert await one.get_node(demo["area"]).get_children()
        subscription = await one.create_subscription(50, Handler())
        await subscription.subscribe_data_change(one.get_node(demo["level"]))
        assert await status_of(one.get_node(demo["setpoint"]).write_value(3.0)) == (
            "BadUserAccessDenied"
        )
        result = await call(one, demo["machine"], demo["echo"], "x")
        assert result.StatusCode.name == "BadUserAccessDenied"
        history = one.uaclient.protocol.send_request(ua.HistoryUpdateRequest())
        assert await status_of(history) == "BadUserAccessDenied"
        await wait_until(lambda: bool(seen))
    assert not demo.calls
    assert demo.rules.denied_writes[-1][0].account.name == "anonymous"


async def test_policy_none_takes_no_user_name(demo: Plant) -> None:
    one = await open_plain_channel(demo)
    await one.create_session()
    token = ua.UserNameIdentityToken("anonymous", "hmi-01", b"booth seven", "")
    parameters = ua.ActivateSessionParameters(UserIdentityToken=token)
    assert await status_of(one.uaclient.activate_session(parameters)) == "BadIdentityTokenRejected"
    one.disconnect_socket()
