"""What a client can make grow has an end, and the server stops when told to."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import ua

from server.faces.opcua.settings import SecureServerLimits
from tests.opcua_plant import (
    Plant,
    call,
    client,
    open_channel,
    prepared_client,
    running_plant,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

LIMITS = SecureServerLimits(
    max_connections=6,
    max_sessions=2,
    max_subscriptions_per_session=2,
    max_monitored_items_per_session=3,
    max_message_bytes=200_000,
    min_session_timeout_s=0.5,
    activation_timeout_s=1.0,
    login_refusal_after_s=0.0,
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder, limits=LIMITS) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def nobody_left(plant: Plant) -> AsyncIterator[None]:
    yield
    await wait_until(lambda: plant.server.iserver.session_count == 0)
    await wait_until(lambda: not plant.server.iserver.asyncio_transports)


class Handler:
    def datachange_notification(self, node: Any, value: Any, data: Any) -> None: ...


async def test_sessions_are_bounded(plant: Plant) -> None:
    async with client(plant), client(plant):
        third = await open_channel(plant)
        assert await status_of(third.create_session()) == "BadTooManySessions"
        third.disconnect_socket()


async def test_a_session_that_nobody_logged_into_gives_way(plant: Plant) -> None:
    waiting = [await open_channel(plant) for _ in range(LIMITS.max_sessions)]
    for one in waiting:
        await one.create_session()
    async with client(plant) as last:
        assert await last.get_node(plant["level"]).read_value() == 1.0
    for one in waiting:
        one.disconnect_socket()


async def test_connections_are_bounded_and_those_in_use_stay(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(plant) as used:
        idle = [
            await asyncio.open_connection("127.0.0.1", plant.server.bound_port)
            for _ in range(LIMITS.max_connections)
        ]
        async with asyncio.timeout(5):
            assert await idle[0][0].read() == b"", "the oldest one gives way"
        oldest = idle[0][1].get_extra_info("sockname")
        assert f"client {oldest} gives way to a new connection" in caplog.text
        assert len(plant.server.bserver.clients) <= LIMITS.max_connections
        assert await used.get_node(plant["level"]).read_value() == 1.0
        async with client(plant) as last:
            assert await last.get_node(plant["level"]).read_value() == 1.0
        for _, writer in idle:
            writer.close()


async def test_no_connection_that_is_in_use_gives_way(plant: Plant) -> None:
    most = plant.server.iserver.max_connections
    plant.server.iserver.max_connections = 1
    async with client(plant) as used:
        reader, writer = await asyncio.open_connection("127.0.0.1", plant.server.bound_port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert await used.get_node(plant["level"]).read_value() == 1.0
    plant.server.iserver.max_connections = most


async def test_subscriptions_and_items_are_bounded(plant: Plant) -> None:
    async with client(plant) as one:
        subscription = await one.create_subscription(500, Handler())
        nodes = [one.get_node(plant[name]) for name in ("level", "array", "text", "setpoint")]
        results = await subscription.subscribe_data_change(nodes)
        assert [isinstance(result, int) for result in results] == [True, True, True, False]
        assert results[3].name == "BadTooManyMonitoredItems"
        await one.create_subscription(500, Handler())
        third = one.create_subscription(500, Handler())
        assert await status_of(third) == "BadTooManySubscriptions"


async def test_a_message_is_bounded(plant: Plant) -> None:
    one = await prepared_client(plant)
    await one.connect()
    with pytest.raises((ConnectionError, ua.UaError)):
        await call(one, plant["machine"], plant["echo"], "x" * (LIMITS.max_message_bytes + 1))
    await wait_until(lambda: plant.server.iserver.session_count == 0)
    with pytest.raises((ConnectionError, ua.UaError)):
        await one.get_node(plant["level"]).read_value()
    one.disconnect_socket()
    await one.close_session()


async def test_who_never_logs_in_is_disconnected(plant: Plant) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", plant.server.bound_port)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_an_idle_session_ends(plant: Plant) -> None:
    one = await prepared_client(plant)
    one.session_timeout = 1  # ms: less than the server grants
    await one.connect_socket()
    await one.send_hello()
    await one.open_secure_channel()
    await one.create_session()
    assert one.session_timeout == LIMITS.min_session_timeout_s * 1000
    await one.activate_session("hmi-01", "booth seven")
    assert plant.server.iserver.session_count == 1
    await wait_until(lambda: plant.server.iserver.session_count == 0)
    read = one.get_node(plant["level"]).read_value()
    assert await status_of(read) == "BadSessionIdInvalid"
    one.disconnect_socket()


async def test_capabilities_and_diagnostics_say_what_is_enforced(plant: Plant) -> None:
    async with client(plant) as one:

        async def value(name: str) -> Any:
            return await one.get_node(ua.NodeId(getattr(ua.ObjectIds, name))).read_value()

        assert await value("Server_ServerCapabilities_MaxSessions") == LIMITS.max_sessions
        assert await value("Server_ServerCapabilities_MaxStringLength") == 200_000
        assert await value("Server_ServerCapabilities_MaxWhereClauseParameters") == 300
        assert await value("Server_ServerCapabilities_MaxBrowseContinuationPoints") == 10
        assert await value("Server_ServerCapabilities_LocaleIdArray") == ["en"]
        summary = await value("Server_ServerDiagnostics_ServerDiagnosticsSummary")
        assert (summary.CurrentSessionCount, summary.CurrentSubscriptionCount) == (1, 0)
        count = "Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount"
        assert await value(count) == 1


async def test_the_server_stops_in_time_whatever_is_going_on(tmp_path: Path) -> None:
    async with running_plant(tmp_path) as plant:
        one = await prepared_client(plant)
        await one.connect()
        subscription = await one.create_subscription(100, Handler())
        await subscription.subscribe_data_change(one.get_node(plant["level"]))
        slow = asyncio.create_task(call(one, plant["machine"], plant["slow"]))
        await wait_until(lambda: bool(plant.calls))
        async with asyncio.timeout(30):  # the call alone would take for ever
            await plant.server.stop()
        assert not plant.release.is_set()
        with pytest.raises((ConnectionError, ua.UaError, asyncio.CancelledError)):
            await slow
        await one.disconnect()
        plant.server.bserver = None
