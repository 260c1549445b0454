"""B2MML over a real socket: statuses, bodies, limits, and the outbox."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from lxml import etree

from models.execution.log_row import OutgoingMessage
from models.execution.principal import Principal
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.parse import Limits
from server.faces.b2mml.routes import Face, build_router
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from tests.fix_b2mml import (
    ERP,
    PathInMemory,
    action_code,
    inbox_in_memory,
    request,
    schedule,
    xsd_folder,
)

pytestmark = pytest.mark.integration

LIMIT = 200_000
XML = {"Content-Type": "application/xml"}


class Messages:
    """An outbox with three messages."""

    def __init__(self) -> None:
        time = datetime(2026, 11, 20, tzinfo=UTC)
        self.all = [
            OutgoingMessage(
                message_id=f"m{n}",
                channel="erp",
                kind="ProcessOperationsPerformance",
                body=f"<x>{n}</x>",
                created_time=time,
            )
            for n in range(3)
        ]

    async def messages(
        self, channel: str, after: str | None, limit: int
    ) -> Sequence[OutgoingMessage]:
        ids = [message.message_id for message in self.all]
        start = ids.index(after) + 1 if after in ids else 0
        return [m for m in self.all[start:] if m.channel == channel][:limit]


async def basic(http: Request) -> Principal:
    expected = "Basic " + base64.b64encode(b"erp:secret").decode()
    if http.headers.get("authorization") != expected:
        raise HTTPException(401, headers={"WWW-Authenticate": "Basic"})
    return ERP


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[tuple[httpx.AsyncClient, PathInMemory]]:
    """Serve the routes on a free port of the loopback."""
    inbox, path = inbox_in_memory(Codec(limits=Limits(bytes=LIMIT)))
    face = Face(inbox=inbox, outbox=Messages(), principal=basic, channels=frozenset({"erp"}))
    app = FastAPI()
    app.include_router(build_router(face))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", ws="none"))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.serve())
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        login = httpx.BasicAuth("erp", "secret")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", auth=login) as client:
            yield client, path
        server.should_exit = True


async def test_an_order_is_posted_twice_and_stored_once() -> None:
    async with serving() as (client, path):
        first = await client.post("/b2mml/erp", content=schedule(), headers=XML)
        again = await client.post("/b2mml/erp", content=schedule(), headers=XML)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["content-type"] == "application/xml; charset=utf-8"
    assert first.content == again.content
    assert action_code(first.content) == "Accepted"
    assert list(path.stored) == ["4711"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (schedule(request("1") + request("2", recipe="UNKNOWN")), 200),
        (schedule(request(recipe="UNKNOWN")), 422),
        (schedule(request(head="<Foo/>")), 422),
        (schedule()[:-20], 400),
        (b"", 400),
        (b"<!DOCTYPE x><x/>", 400),
        (schedule() + b" " * LIMIT, 413),
    ],
)
async def test_each_verdict_has_its_status_and_a_valid_body(body: bytes, status: int) -> None:
    schemas = SchemaFolder(xsd_folder(), V0701)
    async with serving() as (client, _):
        answer = await client.post("/b2mml/erp", content=body, headers=XML)
    assert answer.status_code == status
    wrong = schemas.findings(etree.fromstring(answer.content), 3)
    assert [finding.reason for finding in wrong] == []


async def test_a_message_id_used_again_is_a_conflict() -> None:
    async with serving() as (client, _):
        await client.post("/b2mml/erp", content=schedule(), headers=XML)
        answer = await client.post("/b2mml/erp", content=schedule(request("2")), headers=XML)
    assert answer.status_code == 409
    assert b"BODID reuse" in answer.content


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/xml", "Content-Encoding": "gzip"},
    ],
)
async def test_other_types_are_refused_unread(headers: dict[str, str]) -> None:
    async with serving() as (client, path):
        answer = await client.post("/b2mml/erp", content=schedule(), headers=headers)
    assert answer.status_code == 415
    assert action_code(answer.content) == "Rejected"
    assert path.outcomes == {}


async def test_an_upload_without_length_is_cut_at_the_limit() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 500 * LIMIT:
            sent += 50_000
            yield b" " * 50_000

    async with serving() as (client, _):
        with contextlib.suppress(httpx.WriteError, httpx.ReadError):
            answer = await client.post("/b2mml/erp", content=endless(), headers=XML)
            assert answer.status_code == 413
    assert sent < 500 * LIMIT


async def test_strangers_and_unknown_channels_are_turned_away() -> None:
    async with serving() as (client, path):
        answer = await client.post("/b2mml/erp", content=schedule(), headers=XML, auth=("a", "b"))
        assert answer.status_code == 401
        answer = await client.get("/b2mml/erp/outbox", auth=("a", "b"))
        assert answer.status_code == 401
        answer = await client.post("/b2mml/other", content=schedule(), headers=XML)
        assert answer.status_code == 404
        assert b"known are erp" in answer.content
        answer = await client.get("/b2mml/other/outbox")
        assert answer.status_code == 404
    assert path.outcomes == {}


async def test_answers_are_noted_and_not_answered() -> None:
    body = b'<ConfirmBOD xmlns="http://www.mesa.org/xml/B2MML"/>'
    async with serving() as (client, _):
        answer = await client.post("/b2mml/erp", content=body, headers=XML)
    assert (answer.status_code, answer.content) == (202, b"")


async def test_the_outbox_is_read_page_by_page() -> None:
    async with serving() as (client, _):
        first = (await client.get("/b2mml/erp/outbox", params={"limit": 2})).json()
        assert [m["message_id"] for m in first["messages"]] == ["m0", "m1"]
        rest = (await client.get("/b2mml/erp/outbox", params={"after": "m1"})).json()
        assert [m["body"] for m in rest["messages"]] == ["<x>2</x>"]
        wrong = await client.get("/b2mml/erp/outbox", params={"limit": 0})
        assert wrong.status_code == 422


async def test_the_transaction_profile_is_published() -> None:
    schemas = SchemaFolder(xsd_folder(), V0701)
    async with serving() as (client, _):
        answer = await client.get("/b2mml/transaction-profile")
    assert answer.status_code == 200
    assert schemas.findings(etree.fromstring(answer.content), 3) == []


async def test_many_documents_at_once_are_each_answered() -> None:
    async with serving() as (client, path):
        bodies = [schedule(request(str(n)), bod_id=f"b{n}") for n in range(100)]
        answers = await asyncio.gather(
            *(client.post("/b2mml/erp", content=body, headers=XML) for body in bodies)
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len(path.stored) == 100
