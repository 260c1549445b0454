"""Server-sent events over a real socket: every row once, from wherever a reader left off."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import APIRouter

from historian.in_memory import InMemoryExecutionLog
from models.execution.log_row import Cursor
from server.bootstrap.web import WebServer
from server.faces.rest.app import build_app
from server.faces.rest.event_stream import EventStream
from server.faces.rest.events_route import MAX_STREAMS
from tests.fix_rest import PASSWORD, RestPlant, rest_order_to_verified_step, running_rest_plant

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

ORDER = {"work_master_id": "WM-VITC", "quantity": "10 kg"}


@dataclass
class Served:
    """A plant whose REST face listens on a real socket."""

    plant: RestPlant
    url: str

    async def store(self, name: str) -> None:
        answer = await self.plant.post("erp-01", "/job-orders", {**ORDER, "job_order_id": name})
        assert answer.status_code == 201, answer.text

    async def ids(self) -> list[str]:
        rows = await self.plant.log.read(Cursor(0, 0), 100_000)
        return [f"{cursor.transaction}-{cursor.position}" for cursor, _ in rows]


@asynccontextmanager
async def listening(plant: RestPlant, *routers: APIRouter) -> AsyncIterator[Served]:
    one = socket.create_server(("127.0.0.1", 0))
    app = build_app(plant.face, routers)
    server = WebServer(
        uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve(sockets=[one]))
    try:
        yield Served(plant, f"http://127.0.0.1:{one.getsockname()[1]}")
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with running_rest_plant(InMemoryExecutionLog()) as plant, listening(plant) as one:
        yield one


@dataclass
class Told:
    """One event as a reader gets it."""

    id: str
    event: str
    data: dict[str, Any]


@asynccontextmanager
async def reading(
    served: Served, who: str = "scada-01", query: str = "", **headers: str
) -> AsyncIterator[AsyncIterator[Told]]:
    async with (
        httpx.AsyncClient(timeout=20, auth=(who, PASSWORD)) as client,
        client.stream("GET", f"{served.url}/events{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"  # the server has begun to follow
        yield events(lines)


async def events(lines: AsyncIterator[str]) -> AsyncIterator[Told]:
    found: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            found[name] = value
        elif "data" in found:
            yield Told(found.get("id", ""), found["event"], json.loads(found["data"]))
            found = {}


async def take(told: AsyncIterator[Told], wanted: int) -> list[Told]:
    return [await anext(told) for _ in range(wanted)]


async def test_a_reader_is_told_what_happens_from_now_on(served: Served) -> None:
    before = len(await served.ids())
    async with reading(served) as told:
        await served.store("JO-1")
        news = (await served.ids())[before:]
        seen = await take(told, len(news))
    assert [one.id for one in seen] == news
    assert "JobOrderStored" in {one.event for one in seen}
    assert all(one.data["type"] == one.event for one in seen)
    assert all(one.data["hash"] for one in seen)


async def test_whoever_was_cut_off_misses_nothing_and_is_told_nothing_twice(
    served: Served,
) -> None:
    seen: list[str] = []
    last = (await served.ids())[-1]
    start = len(await served.ids())
    for number in range(6):  # cut off after each order, while the next one is stored
        async with reading(served, **{"Last-Event-ID": last}) as told:
            await served.store(f"JO-{number}a")
            seen += [one.id for one in await take(told, 2)]
        last = seen[-1]
        await served.store(f"JO-{number}b")
    rest = len(await served.ids()) - start - len(seen)
    async with reading(served, **{"Last-Event-ID": last}) as told:
        seen += [one.id for one in await take(told, rest)]
    assert seen == (await served.ids())[start:]


async def test_the_whole_log_can_be_told_from_its_beginning(served: Served) -> None:
    await served.store("JO-1")
    ids = await served.ids()
    async with reading(served, **{"Last-Event-ID": "0-0"}) as told:
        assert [one.id for one in await take(told, len(ids))] == ids


async def test_only_what_was_asked_for_is_told(served: Served) -> None:
    await rest_order_to_verified_step(served.plant)
    await served.store("JO-2")
    query = "?kind=StepBegan&kind=JobOrderStored&job_order_id=JO-1"
    async with reading(served, query=query, **{"Last-Event-ID": "0-0"}) as told:
        seen = await take(told, 2)
    assert [one.event for one in seen] == ["JobOrderStored", "StepBegan"]
    assert {one.data["payload"]["job_order_id"] for one in seen} == {"JO-1"}


async def test_a_reader_that_leaves_is_forgotten(served: Served) -> None:
    model = served.plant.model
    others = model.readers
    async with reading(served):
        assert model.readers == others + 1
    async with asyncio.timeout(10):
        while model.readers > others:  # noqa: ASYNC110 -- the server notices it by itself
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("who", "query", "headers", "status"),
    [
        ("hmi-01", "", {}, 403),
        ("erp-01", "", {}, 403),
        ("scada-01", "?kind=NoSuchEvent", {}, 422),
        ("scada-01", "?kind=" + "&kind=".join(["StepBegan"] * 51), {}, 422),
        ("scada-01", "", {"Last-Event-ID": "the last one"}, 422),
        ("scada-01", "", {"Last-Event-ID": "9" * 40 + "-1"}, 422),
        ("scada-01", "", {"Last-Event-ID": "-1-1"}, 422),
        ("scada-01", "", {"Last-Event-ID": "9" * 18 + "-1"}, 422),
    ],
)
async def test_who_may_not_read_and_what_cannot_be_read(
    served: Served, who: str, query: str, headers: dict[str, str], status: int
) -> None:
    async with httpx.AsyncClient(timeout=10, auth=(who, PASSWORD)) as client:
        answer = await client.get(f"{served.url}/events{query}", headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_there_is_an_end_to_how_many_read(served: Served) -> None:
    model = served.plant.model
    waiting = [model.changes() for _ in range(MAX_STREAMS)]
    first = [asyncio.ensure_future(anext(one)) for one in waiting]
    await asyncio.sleep(0)
    async with httpx.AsyncClient(timeout=10, auth=("scada-01", PASSWORD)) as client:
        answer = await client.get(f"{served.url}/events")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    for one in first:
        one.cancel()
    await asyncio.gather(*first, return_exceptions=True)


async def test_a_slow_reader_is_sent_away_with_a_last_word(served: Served) -> None:
    stream = EventStream(
        model=served.plant.model, log=served.plant.log, heartbeat_s=60, max_unread=3
    )
    told = stream.told(None, lambda _: True)
    assert (await anext(told)).startswith("retry:")
    for number in range(3):  # more events than may wait, and nobody reads
        await served.store(f"JO-{number}")
    texts = [text async for text in told]
    assert texts[-1].startswith("event: Dropped\n")
    assert "Last-Event-ID" in texts[-1]
    assert sum(text.startswith("id: ") for text in texts) <= 4


async def test_silence_is_broken_by_a_heartbeat(served: Served) -> None:
    stream = EventStream(model=served.plant.model, log=served.plant.log, heartbeat_s=0.01)
    told = stream.told(None, lambda _: True)
    assert [await anext(told) for _ in range(3)][1:] == [": heartbeat\n\n"] * 2
    await told.aclose()
