"""Logging in with a user's certificate, and the end of sessions that may not go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua
from asyncua.crypto import security_policies

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.outcome import Accepted
from models.execution.principal import Principal, Role
from tests import fix_rest
from tests.fix_rest import PASSWORD, running_rest_plant
from tests.opcua_face_plant import FacePlant, call, node, read, running_face, watched
from tests.opcua_plant import client_certificate, status_of, trust, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

ADMIN = Principal(account="admin-01", roles=frozenset({Role.ADMINISTRATOR}), face="rest")
OP, QA, LOST, UNKNOWN = (client_certificate(f"card-{n}") for n in range(4))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_rest_plant(InMemoryExecutionLog()) as behind:
        known = tuple(c_account(name) for name in ("op-01", "op-02", "qa-01", "scada-01"))
        system = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="bootstrap")
        outcome = await behind.path.submit(c.DefineMasterData(items=known), system, None)
        assert isinstance(outcome, Accepted), outcome
        behind.face = replace(behind.face, authenticator=watched(behind))
        async with running_face(folder, behind) as one:
            for account, card in (("op-01", OP), ("qa-01", QA), ("op-02", LOST)):
                await given(one, c.RegisterUserCertificate(
                    account=account, fingerprint=card.fingerprint, reason="a new card"
                ))  # fmt: skip
            yield one


def c_account(name: str) -> Any:
    return fix_rest.ACCOUNTS[name]


async def given(plant: FacePlant, command: c.Command) -> None:
    outcome = await plant.behind.path.submit(command, ADMIN, None)
    assert isinstance(outcome, Accepted), outcome
    await plant.behind.seen()


async def prepared(plant: FacePlant, card: Any, key_of: Any = None) -> Client:
    """Return a client of a trusted application whose user shows a card."""
    async with plant_client(plant) as one:
        one.set_user("")
        one.set_password("")
        one._username = one._password = None
        await one.load_client_certificate(str(card.certificate_path))
        await one.load_private_key(str((key_of or card).private_key_path))
        return one


@asynccontextmanager
async def plant_client(plant: FacePlant) -> AsyncIterator[Client]:
    certificate = client_certificate()
    one = Client(plant.face.endpoint_url, timeout=10)
    one.application_uri = "urn:test:hmi"
    await one.set_security(
        security_policies.SecurityPolicyBasic256Sha256,
        str(certificate.certificate_path),
        str(certificate.private_key_path),
        server_certificate=str(plant.folder / "own/certificate.der"),
    )
    yield one


async def test_a_user_logs_in_with_a_registered_certificate(plant: FacePlant) -> None:
    async with await prepared(plant, QA) as one:
        name = await read(one, "ISA95/Personnel/Persons/qa-01")
        assert name is None  # an object has no value; but it is there, for this role
        browse_name = await one.get_node(node("ISA95/Personnel/Persons/qa-01")).read_browse_name()
        assert browse_name.Name == "qa-01"


async def test_who_logs_in_with_a_certificate_acts_as_its_account(plant: FacePlant) -> None:
    async with await prepared(plant, OP) as one:
        said = await call(one, "JobOrders", "Start", "JO-1")
    assert said.status == "BadUserAccessDenied"
    assert (await plant.rows())[-1].account == "op-01"


@pytest.mark.parametrize("policy", ["Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"])
async def test_it_works_with_every_policy(plant: FacePlant, policy: str) -> None:
    certificate = client_certificate()
    one = await prepared(plant, QA)
    await one.set_security(
        getattr(security_policies, f"SecurityPolicy{policy}"),
        str(certificate.certificate_path),
        str(certificate.private_key_path),
        server_certificate=str(plant.folder / "own/certificate.der"),
    )
    async with one:
        assert await one.get_node(ua.ObjectIds.Server_ServerStatus_State).read_value() == 0


async def test_whoever_shows_an_unknown_certificate_stays_out(plant: FacePlant) -> None:
    one = await prepared(plant, UNKNOWN)
    assert await status_of(one.connect()) == "BadUserAccessDenied"


async def test_a_certificate_without_its_key_is_a_wrong_password(plant: FacePlant) -> None:
    before = len(await plant.rows())
    one = await prepared(plant, QA, key_of=UNKNOWN)
    assert await status_of(one.connect()) == "BadUserAccessDenied"
    (row,) = (await plant.rows())[before:]
    assert (row.type, '"qa-01"' in row.payload) == ("LoginFailed", True)


async def test_a_revoked_certificate_ends_the_session_that_it_opened(plant: FacePlant) -> None:
    async with await prepared(plant, LOST) as one:
        heard = _Values()
        subscription = await one.create_subscription(50, heard)
        await subscription.subscribe_data_change(one.get_node(ua.ObjectIds.Server_ServiceLevel))
        await wait_until(lambda: bool(heard.seen))
        await given(plant, c.RevokeUserCertificate(
            account="op-02", fingerprint=LOST.fingerprint, reason="the card is lost"
        ))  # fmt: skip
        await ended(one)
    again = await prepared(plant, LOST)
    assert await status_of(again.connect()) == "BadUserAccessDenied"


async def test_a_lock_ends_every_session_of_the_account_at_once(plant: FacePlant) -> None:
    async with plant.client("scada-01") as other, await prepared(plant, OP) as one:
        await given(plant, c.LockAccount(account="op-01", reason="the badge is lost"))
        await ended(one)
        assert await other.get_node(ua.ObjectIds.Server_ServerStatus_State).read_value() == 0
        again = await prepared(plant, OP)
        assert await status_of(again.connect()) == "BadUserAccessDenied"
        await given(plant, c.UnlockAccount(account="op-01", reason="it was found"))
        async with await prepared(plant, OP) as anew:
            assert await anew.get_node(ua.ObjectIds.Server_ServerStatus_State).read_value() == 0


async def test_a_client_that_is_trusted_no_more_is_thrown_out(plant: FacePlant) -> None:
    guest = client_certificate("guest")
    trust(plant.folder, guest)
    one = Client(plant.face.endpoint_url, timeout=10)
    one.application_uri = "urn:test:hmi"
    one.set_user("scada-01")
    one.set_password(PASSWORD)
    await one.set_security(
        security_policies.SecurityPolicyBasic256Sha256,
        str(guest.certificate_path),
        str(guest.private_key_path),
        server_certificate=str(plant.folder / "own/certificate.der"),
    )
    await one.connect()
    (plant.folder / "trusted" / f"{guest.fingerprint[:16]}.der").unlink()
    await plant.face._guard.check()
    await wait_until(lambda: bool(one.uaclient.protocol.is_closed))
    one.disconnect_socket()


async def ended(one: Client) -> None:
    """Wait until the server answers nothing any more."""
    state = one.get_node(ua.ObjectIds.Server_ServerStatus_State)
    async with asyncio.timeout(10):
        while (said := await status_of(state.read_value())) == "Good":  # noqa: ASYNC110 - as a client
            await asyncio.sleep(0.02)
    assert said in {"BadSessionIdInvalid", "BadSessionNotActivated", "BadSessionClosed"}


class _Values:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def datachange_notification(self, _: Any, value: Any, __: Any) -> None:
        self.seen.append(value)
