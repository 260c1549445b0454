"""The whole program in one process: it says where it is, and it stops when it is told to."""

import asyncio
import json
import shutil
from collections.abc import Iterator

import httpx
import pytest

from mappings.plant.dates import copy_with_fixed_dates
from server import bootstrap
from server.settings import Settings, read_settings
from tests.fix_database import cluster_folder
from tests.world import DEMO_PLANT, TODAY

pytestmark = pytest.mark.integration


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Return the settings of the demo plant, whose devices nobody has switched on."""
    with cluster_folder() as folder:
        copy_with_fixed_dates(DEMO_PLANT, folder / "config", TODAY)
        shutil.copytree(DEMO_PLANT.parent / "lines", folder / "config" / "lines")
        away = {"DISPENSING_PORT": "9", "BLENDING_PORT": "9"}
        yield read_settings(
            folder / "config",
            folder / "state",
            {"opcua_port": 0, "rest_port": 0, "parameters": away},
        )


async def test_it_starts_says_where_it_is_and_stops(settings: Settings) -> None:
    stop, found = asyncio.Event(), list[bootstrap.Endpoints]()
    bootstrap.install(settings)
    serving = asyncio.create_task(bootstrap.serve(settings, ready=found.append, stop=stop))
    written = settings.state_dir / "endpoints.json"
    async with asyncio.timeout(60):
        while not found and not serving.done():  # noqa: ASYNC110 -- it may also fail to start
            await asyncio.sleep(0.05)
        assert found, serving.exception()
        said = json.loads(written.read_text("utf-8"))
        assert (said["opcua_url"], said["rest_url"]) == (found[0].opcua_url, found[0].rest_url)
        async with httpx.AsyncClient(base_url=found[0].rest_url) as client:
            assert (await client.get("/health")).status_code == 200
        stop.set()
        await serving
    assert not written.exists()


async def test_a_taken_port_is_told_and_nothing_is_left_running(settings: Settings) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    busy = read_settings(
        settings.config_dir,
        settings.state_dir,
        {"opcua_port": 0, "rest_port": port, "parameters": settings.parameters},
    )
    with pytest.raises(bootstrap.StartError, match="in use"):
        await asyncio.wait_for(bootstrap.serve(busy), 60)
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not names & {"command path", "read model", "OPC UA", "publish"}
    taken.close()
