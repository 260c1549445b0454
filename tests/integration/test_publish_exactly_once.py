"""A released order leaves the plant once, over kill -9 and over transports that fail."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from lxml import etree

from historian import embedded
from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import migrate
from historian.outbox import PostgresqlOutbox
from models.execution.log_row import Cursor, OutgoingMessage
from models.isa95.work_performance import OperationsPerformance
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.message import Receiver, Sender
from server.faces.b2mml.performance import render
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from server.workers.deliver import DeliveryError, FileDrop, HttpPost, deliver_once
from server.workers.publish import FOLLOWER, Partners, Publisher
from tests.fix_b2mml import xsd_folder
from tests.fix_rest import (
    KEY,
    NOW,
    Ticks,
    rest_order_to_review,
    rest_order_to_verified_step,
    running_rest_plant,
)
from tests.tree import ROOT

pytestmark = pytest.mark.integration

DYING = """
import asyncio, os, signal, sys
from tests.integration.test_publish_exactly_once import Dying, opened, publisher

async def main():
    log, outbox = await opened(sys.argv[1])
    await publisher(log, Dying(outbox, sys.argv[2])).advance(await outbox.cursor("publish"))

asyncio.run(main())
"""


class Dying:
    """An outbox whose process is killed at the worst moment."""

    def __init__(self, outbox: PostgresqlOutbox, moment: str) -> None:
        self._outbox = outbox
        self._moment = moment

    def __getattr__(self, name: str) -> object:
        return getattr(self._outbox, name)

    async def put(self, follower: str, cursor: Cursor, messages: list[OutgoingMessage]) -> None:
        if self._moment == "after":
            await self._outbox.put(follower, cursor, messages)
        signal.raise_signal(signal.SIGKILL)


def as_b2mml(performance: OperationsPerformance, message_id: str, created_time: datetime) -> bytes:
    return render(
        performance,
        message_id=message_id,
        created_time=created_time,
        sender=Sender(logical_id="INTERLOCK"),
        receiver=Receiver(logical_id="ERP-1"),
        codec=Codec(),
    )


def publisher(log: PostgresqlExecutionLog, outbox: object, key: bytes = KEY) -> Publisher:
    return Publisher(log, outbox, Partners(channels={"erp": as_b2mml}), key)  # type: ignore[arg-type]


async def opened(dsn: str) -> tuple[PostgresqlExecutionLog, PostgresqlOutbox]:
    log = await PostgresqlExecutionLog.open(dsn, allow_unsafe=True)
    clock = Ticks(NOW + timedelta(days=1))
    return log, await PostgresqlOutbox.open(dsn, clock=clock, allow_unsafe=True)


@pytest.fixture
def released_dsn(tmp_path: Path) -> Iterator[str]:
    """A database in which an order was walked to its release over REST."""
    server = embedded.start(tmp_path / "postgresql", durable=False)

    async def walk() -> str:
        done = await migrate(
            server.owner_dsn, application_role="interlock_app", application_password="app"
        )
        log = await PostgresqlExecutionLog.open(done.application_dsn, allow_unsafe=True)
        async with running_rest_plant(log) as plant:
            await rest_order_to_verified_step(plant)
            await rest_order_to_review(plant)
            body = plant.signed("qa-01")
            assert (await plant.post("hmi-01", "/job-orders/JO-1/release", body)).is_success
        await log.close()
        return str(done.application_dsn)

    try:
        yield asyncio.run(walk())
    finally:
        server.stop()


@pytest.fixture
async def stores(
    released_dsn: str,
) -> AsyncIterator[tuple[PostgresqlExecutionLog, PostgresqlOutbox]]:
    log, outbox = await opened(released_dsn)
    yield log, outbox
    await log.close()
    await outbox.close()


async def publish_all(log: PostgresqlExecutionLog, outbox: PostgresqlOutbox) -> None:
    place = await outbox.cursor(FOLLOWER), 0
    while await log.read(place[0], 1):
        place = await publisher(log, outbox).advance(*place)


async def test_a_publisher_killed_anywhere_leaves_exactly_one_message(
    released_dsn: str, stores: tuple[PostgresqlExecutionLog, PostgresqlOutbox]
) -> None:
    log, outbox = stores
    counts = []
    for moment in ("before", "after"):
        dying = partial(subprocess.run, cwd=ROOT, check=False, timeout=60)
        ended = await asyncio.to_thread(dying, [sys.executable, "-c", DYING, released_dsn, moment])
        assert ended.returncode == -signal.SIGKILL
        counts.append(len(await outbox.messages("erp", None, 10)))
    await publish_all(log, outbox)
    (message,) = await outbox.messages("erp", None, 10)
    assert counts == [0, 1]

    root = etree.fromstring(message.body.encode())
    assert etree.QName(root).localname == "ProcessOperationsPerformance"
    assert root.findtext(".//{*}BODID") == message.message_id
    weighed = [q.text for q in root.iterfind(".//{*}MaterialActual/{*}Quantity/{*}QuantityString")]
    assert weighed == ["10.002", "9.950"]


async def test_the_message_is_valid_by_the_official_schemas(
    stores: tuple[PostgresqlExecutionLog, PostgresqlOutbox],
) -> None:
    log, outbox = stores
    await publish_all(log, outbox)
    (message,) = await outbox.messages("erp", None, 10)
    document = etree.fromstring(message.body.encode())
    assert SchemaFolder(xsd_folder(), V0701).findings(document, 3) == []


async def test_a_row_without_our_seal_is_not_believed(
    stores: tuple[PostgresqlExecutionLog, PostgresqlOutbox],
) -> None:
    log, _ = stores
    kept: list[OutgoingMessage] = []

    class Nowhere:
        async def put(self, _: str, __: Cursor, messages: list[OutgoingMessage]) -> None:
            kept.extend(messages)

    place = Cursor(0, 0), 0
    while await log.read(place[0], 1):
        place = await publisher(log, Nowhere(), key=b"x" * 32).advance(*place)
    assert kept == []


async def test_a_file_is_complete_when_it_has_its_name_and_is_written_once(
    stores: tuple[PostgresqlExecutionLog, PostgresqlOutbox], tmp_path: Path
) -> None:
    log, outbox = stores
    await publish_all(log, outbox)
    drop, clock = FileDrop(folder=tmp_path / "out"), Ticks(NOW + timedelta(days=1))
    assert await deliver_once(drop, outbox, clock) == 1
    (message,) = await outbox.messages("erp", None, 10)
    (file,) = (tmp_path / "out").iterdir()
    assert (file.name, file.read_text()) == (f"{message.message_id}.xml", message.body)
    assert await deliver_once(drop, outbox, clock) == 0


async def test_a_folder_that_cannot_be_written_is_a_failed_delivery(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    message = OutgoingMessage(
        message_id="m-1", channel="erp", kind="k", body="<a/>", created_time=NOW
    )
    with pytest.raises(DeliveryError, match="cannot be written"):
        await FileDrop(folder=tmp_path / "out").deliver(message)
    with pytest.raises(DeliveryError, match="no file name"):
        await FileDrop(folder=tmp_path).deliver(replace(message, message_id="../m"))


class Partner:
    """A partner's HTTP server: answers as it is told, and keeps what it gets."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.got: list[tuple[str, bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
        self.got.append((head, await reader.readexactly(length)))
        if self.answers[0] == 0:
            await reader.read()  # hangs until the sender gives up
        else:
            writer.write(f"HTTP/1.1 {self.answers.pop(0)} X\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()


async def test_a_post_is_repeated_until_the_partner_has_taken_it(
    stores: tuple[PostgresqlExecutionLog, PostgresqlOutbox],
) -> None:
    log, outbox = stores
    await publish_all(log, outbox)
    partner = Partner(500, 204)
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    post = HttpPost(url=f"http://127.0.0.1:{port}/b2mml", user="mes", password="secret")
    clock = outbox._clock
    assert isinstance(clock, Ticks)
    assert await deliver_once(post, outbox, clock) == 0
    assert await deliver_once(post, outbox, clock) == 0, "the pause has not passed"
    clock.now += timedelta(seconds=10)
    assert await deliver_once(post, outbox, clock) == 1
    server.close()
    (message,) = await outbox.messages("erp", None, 10)
    assert [body for _, body in partner.got] == [message.body.encode()] * 2
    assert all(f"Idempotency-Key: {message.message_id}" in head for head, _ in partner.got)
    assert "secret" not in repr(post)


async def test_a_partner_that_does_not_answer_holds_nobody_up() -> None:
    partner = Partner(0)
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    message = OutgoingMessage(
        message_id="m-1", channel="erp", kind="k", body="<a/>", created_time=NOW
    )
    with pytest.raises(DeliveryError, match="did not answer within"):
        await HttpPost(url=f"http://127.0.0.1:{port}/", timeout_s=0.2).deliver(message)
    server.close()
    with pytest.raises(DeliveryError, match="cannot be reached"):
        await HttpPost(url=f"http://127.0.0.1:{port}/", timeout_s=2).deliver(message)


def test_a_url_that_cannot_be_posted_to_is_refused_at_once() -> None:
    for url in ("ftp://erp/x", "erp:8080", "http://"):
        with pytest.raises(ValueError, match="URL to post to"):
            HttpPost(url=url)
