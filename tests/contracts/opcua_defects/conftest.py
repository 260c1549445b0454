"""Both servers, once per file: starting them is most of the time."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contracts.opcua_defects.harness import Servers, both_servers


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Run both servers for the tests of one module; ``pytestmark`` must set its loop scope."""
    async with both_servers(tmp_path_factory.mktemp("servers")) as both:
        yield both
