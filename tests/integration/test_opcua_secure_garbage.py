"""What is no OPC UA, or comes at the wrong time, ends its own connection and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from struct import pack

import pytest
import pytest_asyncio
from asyncua import Client

from tests.opcua_plant import Plant, client, running_plant, status_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    # With its usual limits: nobody here waits until the activation timeout could be the reason.
    async with running_plant(tmp_path_factory.mktemp("certificates")) as one:
        yield one


@pytest.mark.parametrize(
    "garbage",
    [
        b"MSGF" + pack("<IIII", 24, 0, 0, 1) + bytes(8),  # a request before any channel
        b"MSGF" + pack("<I", 0xFFFFFFFF),  # four gigabytes are announced
        b"HELF" + pack("<I", 0xFFFFFFFF) + bytes(100),
        b"GET / HTTP/1.1\r\nHost: plant\r\n\r\n",
        b"HELF" + pack("<IIIIIIi", 32, 0, 16, 16, 0, 0, -1),  # buffers too small to answer into
        b"OPNF" + pack("<II", 30, 0) + bytes(18),
    ],
)
async def test_garbage_closes_its_own_connection_only(plant: Plant, garbage: bytes) -> None:
    async with client(plant) as bystander:
        reader, writer = await asyncio.open_connection("127.0.0.1", plant.server.bound_port)
        writer.write(garbage)
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        assert answer == b"" or answer[:4] == b"ERRF"
        assert await bystander.get_node(plant["level"]).read_value() == 1.0


async def test_a_request_before_the_channel_is_not_answered(plant: Plant) -> None:
    """asyncua alone reads it with SecurityPolicy None, on a server that does not offer None."""
    one = Client(plant.url, timeout=2)
    await one.connect_socket()
    await one.send_hello()
    assert await status_of(one.get_endpoints()) == "BadTcpSecureChannelUnknown"
    one.disconnect_socket()
