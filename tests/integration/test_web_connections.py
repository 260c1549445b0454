"""Connections that say nothing, or listen to nothing, hold up nobody else."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from historian.in_memory import InMemoryExecutionLog
from server.bootstrap.web import listen, serve_web
from server.bootstrap.web_connection import BoundedConnection
from server.settings import Settings
from tests.fix_rest import PASSWORD, RestPlant, running_rest_plant

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]
MORE_THAN_THERE_ARE = 230
PAIR = base64.b64encode(f"scada-01:{PASSWORD}".encode()).decode()


class Served:
    """The plant behind its own server, and connections to it."""

    def __init__(self, plant: RestPlant, port: int, stack: AsyncExitStack) -> None:
        self.plant, self.port, self._stack = plant, port, stack

    async def open(self, text: bytes = b"") -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**10)
        self._stack.callback(writer.close)
        writer.write(text)
        await writer.drain()
        return reader

    async def health(self) -> int:
        async with httpx.AsyncClient(timeout=10) as client:
            return (await client.get(f"http://127.0.0.1:{self.port}/health")).status_code


@asynccontextmanager
async def serving(folder: Path, router: APIRouter | None = None) -> AsyncIterator[Served]:
    settings = Settings(config_dir=folder, state_dir=folder, rest_port=0)
    async with AsyncExitStack() as stack:
        plant = await stack.enter_async_context(running_rest_plant(InMemoryExecutionLog()))
        socket = listen(settings)
        running = asyncio.create_task(
            serve_web(settings, plant.face, router or APIRouter(), socket)
        )
        yield Served(plant, socket.getsockname()[1], stack)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        socket.close()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        yield one


@pytest.mark.parametrize("said", [b"", b"GET /he", b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"])
async def test_a_crowd_without_a_password_does_not_close_the_door(
    served: Served, said: bytes
) -> None:
    for _ in range(MORE_THAN_THERE_ARE):
        await served.open(said)
    assert await served.health() == 200


@pytest.mark.parametrize(
    ("said", "phase"),
    [
        (b"", "head_s"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX-So", "head_s"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /he", "head_s"),
        (
            b"POST /job-orders HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n"
            b"Content-Type: application/json\r\nAuthorization: Basic "
            + PAIR.encode()
            + b"\r\n\r\n{",
            "body_s",
        ),
        (b"POST /job-orders HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{", "body_s"),
    ],
)
async def test_whoever_does_not_end_what_he_says_is_cut_off(
    served: Served, monkeypatch: pytest.MonkeyPatch, said: bytes, phase: str
) -> None:
    monkeypatch.setattr(BoundedConnection, phase, 0.2)
    reader = await served.open(said)
    with suppress(ConnectionResetError):
        while await reader.read(1000):
            pass
    assert await served.health() == 200


async def test_whoever_reads_nothing_of_an_answer_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedConnection, "unread_s", 0.3)
    router, ended = APIRouter(), asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(2**16)
                await asyncio.sleep(0)
        finally:
            ended.set()

    @router.get("/endless")
    async def answer() -> Response:
        return StreamingResponse(endless())

    request = f"GET /endless HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {PAIR}\r\n\r\n"
    async with serving(tmp_path, router) as served:
        await served.open(request.encode())
        async with asyncio.timeout(20):
            await ended.wait()
