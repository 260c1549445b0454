"""What every outbox promises; one suite for memory and for the database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from historian.in_memory import InMemoryOutbox
from historian.outbox import FollowerOvertakenError, PostgresqlOutbox
from models.execution.log_row import Cursor, OutgoingMessage
from server.command_path.ports import Outbox
from tests.fix_database import SetClock

Box = InMemoryOutbox | PostgresqlOutbox

TIME = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.integration)])
async def box(request: pytest.FixtureRequest, set_clock: SetClock) -> AsyncIterator[Box]:
    if request.param == "memory":
        yield InMemoryOutbox(set_clock)
        return
    store = await PostgresqlOutbox.open(
        request.getfixturevalue("application_dsn"), clock=set_clock, allow_unsafe=True
    )
    yield store
    await store.close()


def message(name: str, channel: str = "erp") -> OutgoingMessage:
    return OutgoingMessage(
        message_id=name, channel=channel, kind="performance", body=f"<m>{name} µ</m>",
        created_time=TIME,
    )  # fmt: skip


def test_the_stores_fit_the_port(box: Box) -> None:
    port: Outbox = box
    assert port is box


async def test_messages_and_cursor_are_stored_together(box: Box) -> None:
    assert await box.cursor("publisher") == Cursor(0, 0)
    await box.put("publisher", Cursor(5, 7), [message("m-1"), message("m-2")])
    assert await box.cursor("publisher") == Cursor(5, 7)
    assert await box.cursor("another") == Cursor(0, 0)
    assert await box.undelivered("file", 10) == [message("m-1"), message("m-2")]


async def test_a_cursor_moves_without_messages(box: Box) -> None:
    await box.put("publisher", Cursor(5, 7), [])
    await box.put("publisher", Cursor(5, 9), [])
    assert await box.cursor("publisher") == Cursor(5, 9)


async def test_a_follower_never_goes_back(box: Box) -> None:
    await box.put("publisher", Cursor(5, 7), [])
    with pytest.raises(FollowerOvertakenError):
        await box.put("publisher", Cursor(5, 6), [message("m-1")])
    assert await box.undelivered("file", 10) == []
    assert await box.cursor("publisher") == Cursor(5, 7)


async def test_a_message_id_is_stored_once(box: Box) -> None:
    await box.put("publisher", Cursor(1, 1), [message("m-1")])
    await box.put("publisher", Cursor(1, 2), [message("m-1", channel="other"), message("m-2")])
    assert await box.undelivered("file", 10) == [message("m-1"), message("m-2")]


async def test_each_transport_delivers_on_its_own(box: Box) -> None:
    await box.put("publisher", Cursor(1, 1), [message("m-1"), message("m-2")])
    await box.delivered("file", "m-1", TIME)
    assert await box.undelivered("file", 10) == [message("m-2")]
    assert await box.undelivered("http", 1) == [message("m-1")]


async def test_after_each_failure_the_pause_is_longer(box: Box, set_clock: SetClock) -> None:
    await box.put("publisher", Cursor(1, 1), [message("m-1")])
    for pause_s in (2, 4, 8):
        await box.failed("http", "m-1", set_clock(), "connection refused")
        set_clock.move(pause_s - 0.001)
        assert await box.undelivered("http", 10) == []
        set_clock.move(0.001)
        assert await box.undelivered("http", 10) == [message("m-1")]


async def test_the_pause_ends_after_five_minutes(box: Box, set_clock: SetClock) -> None:
    await box.put("publisher", Cursor(1, 1), [message("m-1")])
    for _ in range(40):
        await box.failed("http", "m-1", set_clock(), "connection refused")
    set_clock.move(300)
    assert await box.undelivered("http", 10) == [message("m-1")]


async def test_a_late_failure_does_not_undo_a_delivery(box: Box, set_clock: SetClock) -> None:
    await box.put("publisher", Cursor(1, 1), [message("m-1")])
    await box.delivered("http", "m-1", TIME)
    await box.failed("http", "m-1", TIME, "too late")
    set_clock.move(1000)
    assert await box.undelivered("http", 10) == []


async def test_a_channel_is_read_in_order_from_any_message(box: Box) -> None:
    messages = [message("m-2"), message("x-1", "mes"), message("m-1"), message("m-3")]
    await box.put("publisher", Cursor(1, 1), messages)
    names = [m.message_id for m in await box.messages("erp", None, 10)]
    assert names == ["m-2", "m-1", "m-3"]
    assert [m.message_id for m in await box.messages("erp", "m-2", 1)] == ["m-1"]
    assert await box.messages("erp", "m-3", 10) == []
    assert await box.messages("nobody", None, 10) == []
