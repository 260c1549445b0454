"""The harness itself: both servers serve the same plant, and only a defect passes the check."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.opcua_defects.harness import Servers, Target
from tests.opcua_plant import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


class _Events:
    def __init__(self) -> None:
        self.messages: list[str] = []

    def event_notification(self, event: object) -> None:
        self.messages.append(event.Message.Text)  # type: ignore[attr-defined]


async def _serves_the_plant(target: Target) -> None:
    async with target.client() as hmi:
        await target.write("level", 2.5)
        assert await hmi.get_node(target["level"]).read_value() == 2.5
        machine = hmi.get_node(target["machine"])
        assert await machine.call_method(target["echo"], "there") == "there"
        assert await machine.call_method(target["sum"], [1.0, 2.0]) == 3.0
        start = datetime(2026, 1, 2, tzinfo=UTC)
        await target.remember([(start + timedelta(seconds=n), float(n)) for n in range(5)])
        record = hmi.get_node(target["record"])
        read = await record.read_raw_history(start, start + timedelta(seconds=3), 10)
        assert [value.Value.Value for value in read][:3] == [0.0, 1.0, 2.0]


async def test_both_servers_serve_the_same_plant(servers: Servers) -> None:
    await _serves_the_plant(servers.ours)
    await _serves_the_plant(servers.stock)


async def test_what_works_on_both_is_no_defect(servers: Servers) -> None:
    with pytest.raises(AssertionError, match="is it mended"):
        await servers.check(_serves_the_plant)


async def test_events_come_from_within(servers: Servers) -> None:
    for target in (servers.ours, servers.stock):
        async with target.client() as hmi:
            heard = _Events()
            subscription = await hmi.create_subscription(50, heard)
            await subscription.subscribe_events(target["machine"])
            await target.emit("the scale is empty")
            await wait_until(lambda: bool(heard.messages))  # noqa: B023 - awaited at once
            assert heard.messages == ["the scale is empty"]
