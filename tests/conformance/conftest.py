"""All that a running plant serves, with nodesets of its own, crawled once over a socket."""

import asyncio
from pathlib import Path

import pytest

from server.faces.opcua.types.companion_nodesets import NO_NODESETS, read_companion_nodesets
from tests.conformance.crawl import Space, crawl
from tests.conformance.nodesets import NODESETS
from tests.conformance.reviewed import COMPANIONS
from tests.opcua_face_plant import running_face_plant

PATIENCE_S = 90


async def _crawl_a_plant(folder: Path) -> Space:
    known = all((NODESETS / name).is_file() for name in COMPANIONS)
    nodesets = read_companion_nodesets(NODESETS, COMPANIONS) if known else NO_NODESETS
    async with (
        running_face_plant(folder, nodesets=nodesets) as plant,
        plant.client("scada-01") as scada,
    ):
        return await asyncio.wait_for(crawl(scada), PATIENCE_S)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """Return types and instances, read over a secured connection."""
    return asyncio.run(_crawl_a_plant(tmp_path_factory.mktemp("plant")))
