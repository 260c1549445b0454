"""Lockout of a running server: at one door, for all doors, over a restart; and it is heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from models.execution import commands as c
from models.execution.principal import Account, Role
from server.cli.hmi import Hmi, NotReachableError
from tests import fix_rest
from tests.doors.running_plant import RunningPlant, running_plant
from tests.fix_database import cluster_folder
from tests.integration.test_opcua_face_events import STATE_CHANGE, listen, node
from tests.opcua_face_plant import FacePlant, running_face_plant
from tests.opcua_plant import wait_until
from tests.world import SYSTEM

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

VICTIM = "qa-01"


@pytest.fixture
async def plant() -> AsyncIterator[RunningPlant]:
    with cluster_folder() as folder:
        async with running_plant(folder, machines=False) as one:
            yield one


async def asked(plant: RunningPlant, password: str | None = None) -> int:
    """Return the status of a question over REST, with the right password or another one."""
    pair = (VICTIM, password or plant.passwords[VICTIM])
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{plant.rest_url}/job-orders", auth=pair)).status_code


async def let_in(plant: RunningPlant) -> bool:
    """Return whether an OPC UA session opens with the right password."""
    session = Hmi(plant.terminals.login(VICTIM))
    try:
        await session.connect()
    except NotReachableError:
        return False
    finally:
        await session.close()
    return True


async def unlock(plant: RunningPlant, account: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.post(
            f"{plant.rest_url}/accounts/{VICTIM}/unlock",
            json={"reason": "the owner was identified"},
            auth=(account, plant.passwords[account]),
        )


async def test_five_wrong_passwords_close_every_door_until_somebody_else_opens_them(
    plant: RunningPlant,
) -> None:
    assert await asked(plant) == 200
    assert [await asked(plant, "wrong") for _ in range(5)] == [401] * 5
    assert await asked(plant) == 401
    assert not await let_in(plant)
    types = [row[0] for row in plant.ask(
        "SELECT type FROM interlock.log_row WHERE stream = %s ORDER BY version",
        f"account:{VICTIM}",
    )]  # fmt: skip
    assert types == ["AccountDefined", *["LoginFailed"] * 5, "AccountLocked"]
    diagnostics = plant.installation.log("server").read_text("utf-8")
    assert f"URGENT: account {VICTIM} is LOCKED" in diagnostics
    assert plant.passwords[VICTIM] not in diagnostics

    await plant.server.stop()
    await plant.start()
    assert await asked(plant) == 401

    assert (await unlock(plant, "op-01")).status_code == 403
    assert (await unlock(plant, "admin-01")).status_code == 200
    assert await asked(plant) == 200
    assert await let_in(plant)


async def test_a_lock_is_heard_over_opcua_within_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Account(account=VICTIM, roles=frozenset({Role.QUALITY}), person_id=VICTIM)
    monkeypatch.setattr(fix_rest, "PLANT", (*fix_rest.PLANT, known))
    async with running_face_plant(tmp_path) as plant, plant.client("scada-01") as scada:
        heard = await listen(scada, node("Interlock"), STATE_CHANGE)
        await _locked(plant)
        await wait_until(lambda: bool(heard.of("AccountLocked")), 5.0)
    (event,) = heard.of("AccountLocked")
    assert event["Severity"] == 900
    assert "5 wrong passwords in a row" in event["Message"].Text
    assert len(heard.of("LoginFailed")) == 5


async def _locked(plant: FacePlant) -> None:
    for _ in range(5):
        await plant.behind.path.submit(c.ReportFailedLogin(account=VICTIM, door="rest"), SYSTEM)
