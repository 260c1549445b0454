"""Nothing passes without an account, nothing is read without end, and no other site may act."""

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Request

from server.faces.rest.app import build_app
from server.faces.rest.doors import MAX_BODY_BYTES, principal_for
from tests.fix_rest import PASSWORD, RestPlant

GOLDEN = Path(__file__).parents[2] / "golden" / "open-endpoints.txt"


def routes(plant: RestPlant) -> list[tuple[str, str]]:
    paths = plant.app.openapi()["paths"]
    listed = [(m.upper(), path) for path, methods in paths.items() for m in methods]
    return [*listed, ("GET", "/"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/health")]


async def test_every_route_asks_for_an_account_but_the_listed_ones(rest_plant: RestPlant) -> None:
    open_ones = []
    for method, path in routes(rest_plant):
        url = re.sub(r"{\w+}", "x", path)
        answer = await rest_plant.client.request(method, url, content=b"{not json")
        if answer.status_code != 401:
            open_ones.append(f"REST {method} {path}")
        else:
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    listed = [line for line in GOLDEN.read_text().splitlines() if line.startswith("REST ")]
    assert open_ones == listed


async def test_a_path_that_does_not_exist_tells_strangers_nothing(rest_plant: RestPlant) -> None:
    assert (await rest_plant.client.get("/secret")).status_code == 401
    assert (await rest_plant.get("/secret")).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ***",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"hmi-01:wrong").decode(),
        "Basic " + base64.b64encode(b"nobody:" + PASSWORD.encode()).decode(),
        "Basic " + base64.b64encode(b"hmi-01:" + b"x" * 9000).decode(),
        "Bearer " + base64.b64encode(f"hmi-01:{PASSWORD}".encode()).decode(),
    ],
)
async def test_what_is_no_right_pair_is_nobody(rest_plant: RestPlant, header: str) -> None:
    answer = await rest_plant.client.get("/job-orders", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_announced_body_is_refused_before_it_is_read(rest_plant: RestPlant) -> None:
    body = b"[" * (MAX_BODY_BYTES + 1)
    answer = await rest_plant.client.post("/job-orders", content=body, auth=("erp-01", PASSWORD))
    assert answer.status_code == 413


async def test_a_body_without_length_is_read_to_the_limit(rest_plant: RestPlant) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    answer = await rest_plant.client.post(
        "/job-orders", content=endless(), auth=("erp-01", PASSWORD), headers=headers
    )
    assert answer.status_code == 413


async def test_a_page_of_another_site_cannot_use_stored_credentials(rest_plant: RestPlant) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 409)):
        headers = {"Sec-Fetch-Site": site}
        answer = await rest_plant.post("erp-01", "/job-orders/JO-9/start", headers=headers)
        assert answer.status_code == status, site


async def test_the_docs_need_nothing_from_anywhere_else(rest_plant: RestPlant) -> None:
    root = await rest_plant.get("/", follow_redirects=True)
    assert root.headers["content-type"].startswith("text/html")
    assert not re.findall(r"(?:src|href)=[\"'](?!/openapi\.json)", root.text)
    assert "<script" not in root.text
    for method, path in routes(rest_plant)[:-4]:
        assert f"<b>{method}</b> {path}" in root.text.replace("&amp;", "&"), path
    document = (await rest_plant.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path} says nothing about itself"


async def test_further_routers_stand_behind_the_same_door(rest_plant: RestPlant) -> None:
    router = APIRouter(prefix="/documents")

    @router.post("/size")
    async def size(request: Request) -> dict[str, object]:
        principal = await principal_for("b2mml")(request)
        return {"size": len(await request.body()), "who": principal.account, "face": principal.face}

    app = build_app(rest_plant.face, [router])
    transport = httpx.ASGITransport(app)
    large = b"x" * (2 * MAX_BODY_BYTES)
    async with httpx.AsyncClient(transport=transport, base_url="http://plant") as client:
        assert (await client.post("/documents/size", content=large)).status_code == 401
        answer = await client.post("/documents/size", content=large, auth=("erp-01", PASSWORD))
    assert answer.json() == {"size": len(large), "who": "erp-01", "face": "b2mml"}
