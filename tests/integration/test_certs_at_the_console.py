"""An engineer trusts a new HMI beside the running server and shuts it out again, on record."""

import asyncio
import json
import sys

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from tests.doors.running_plant import RunningPlant, running_plant
from tests.fix_database import cluster_folder
from tests.opcua_plant import CLIENT_URI, client_certificate

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
PANEL = client_certificate("new-panel")


async def certs(plant: RunningPlant, *words: str) -> tuple[int, str]:
    here = plant.installation
    places = ("--config", str(here.config), "--state", str(here.state))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "certs", *words, *places),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def panel(plant: RunningPlant) -> Client:
    endpoints = json.loads((plant.installation.state / "endpoints.json").read_text())
    one = Client(endpoints["opcua_url"], timeout=10)
    one.application_uri = CLIENT_URI
    one.set_user("scada-01")
    one.set_password(plant.passwords["scada-01"])
    await one.set_security(
        SecurityPolicyBasic256Sha256,
        str(PANEL.certificate_path),
        str(PANEL.private_key_path),
        server_certificate=str(plant.installation.state / "certificates/own/certificate.der"),
    )
    return one


async def is_let_in(plant: RunningPlant) -> bool:
    one = await panel(plant)
    try:
        await one.connect()
    except (ua.UaError, ConnectionError, TimeoutError):
        one.disconnect_socket()
        return False
    await one.disconnect()
    return True


async def test_a_new_client_comes_in_without_a_restart_and_goes_again() -> None:
    with cluster_folder() as folder:
        async with running_plant(folder, machines=False) as plant:
            assert not await is_let_in(plant)
            code, said = await certs(plant, "list")
            assert (code, PANEL.fingerprint[:16] in said) == (0, True), said
            mark = PANEL.fingerprint[:16]
            code, said = await certs(plant, "trust", mark, "--reason", "the new panel of line 3")
            assert (code, "is trusted" in said) == (0, True), said
            one = await panel(plant)
            await one.connect()
            code, said = await certs(plant, "reject", mark, "--reason", "it was sold")
            assert (code, "trusted no more" in said) == (0, True), said
            async with asyncio.timeout(20):
                while not one.uaclient.protocol.is_closed:  # noqa: ASYNC110 - seen from outside
                    await asyncio.sleep(0.1)
            one.disconnect_socket()
            assert not await is_let_in(plant)
            code, said = await certs(plant, "reject", mark, "--reason", "again")
            assert (code, "no certificate in trusted" in said) == (1, True), said
            rows = plant.ask(
                "SELECT type, payload FROM interlock.log_row"
                " WHERE starts_with(type, 'ApplicationCertificate') ORDER BY position"
            )
            assert [row[0] for row in rows] == [
                "ApplicationCertificateTrusted",
                "ApplicationCertificateRejected",
            ]
            assert "line 3 (at the console of the server, as " in str(rows[0][1])
            code, said = await certs(plant, "renew")
            assert (code, "the old one is kept in" in said) == (0, True), said
