"""A stranger locks every administrator; whoever stands at the server lets one in again."""

import asyncio
import sys

import httpx
import pytest

from tests.doors.running_plant import RunningPlant, running_plant
from tests.fix_database import cluster_folder

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
ADMINISTRATORS = ("admin-01", "admin-02")


async def asked(plant: RunningPlant, account: str, password: str | None = None) -> int:
    pair = (account, password or plant.passwords[account])
    async with httpx.AsyncClient(timeout=30) as http:
        return (await http.get(f"{plant.rest_url}/accounts", auth=pair)).status_code


async def unlock(plant: RunningPlant, account: str) -> tuple[int, str]:
    """Run the command beside the server, as somebody at its console does."""
    here = plant.installation
    places = ("--config", str(here.config), "--state", str(here.state))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "unlock", account, *places, "--reason", "called back"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_the_way_back_when_every_administrator_is_locked() -> None:
    with cluster_folder() as folder:
        async with running_plant(folder, machines=False) as plant:
            for account in ADMINISTRATORS:
                for _ in range(5):
                    assert await asked(plant, account, "a guess of a stranger") == 401
                assert await asked(plant, account) == 401
            code, said = await unlock(plant, "nobody-01")
            assert code == 1
            assert said.startswith("there is no account nobody-01")
            code, said = await unlock(plant, "admin-01")
            assert (code, said.strip()) == (0, "admin-01 is unlocked")
            async with asyncio.timeout(10):
                while await asked(plant, "admin-01") != 200:  # noqa: ASYNC110 -- asks as a client
                    await asyncio.sleep(0.05)
            assert await asked(plant, "admin-02") == 401
            code, said = await unlock(plant, "admin-01")
            assert code == 1
            assert "is not locked" in said
            ((payload,),) = plant.ask(
                "SELECT payload FROM interlock.log_row WHERE type = 'AccountUnlocked'"
            )
            assert "called back (at the console of the server, as " in str(payload)
