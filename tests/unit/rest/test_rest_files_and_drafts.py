"""What is sent whole: files under their hash, and work masters as JSON or YAML."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from historian.attachments import InMemoryAttachments
from models.attachment import MAX_ATTACHMENT_BYTES
from server.bootstrap.web import work_master_reader
from server.faces.rest.app import build_app
from server.faces.rest.json_form import plain
from server.faces.rest.work_master_route import MAX_BYTES
from tests import world as w
from tests.fix_rest import PASSWORD, PLANT, RestPlant

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SHA256 = hashlib.sha256(PHOTO).hexdigest()
PNG = {"Content-Type": "image/png"}
YAML = {"Content-Type": "application/yaml"}
MASTER = (w.DEMO_PLANT / "work_masters" / "WM-CHALLENGE.yaml").read_text("utf-8")


async def put(
    plant: RestPlant, sha256: str, content: bytes, who: str = "hmi-01", **headers: str
) -> httpx.Response:
    return await plant.client.put(
        f"/attachments/{sha256}", content=content, auth=(who, PASSWORD), headers=headers
    )


async def test_a_file_is_given_back_as_it_was_stored(rest_plant: RestPlant) -> None:
    stored = await put(rest_plant, SHA256, PHOTO, **PNG)
    assert stored.status_code == 200, stored.text
    assert stored.json() == {"sha256": SHA256, "size": len(PHOTO), "media_type": "image/png"}
    assert (await put(rest_plant, SHA256, PHOTO, **PNG)).status_code == 200
    read = await rest_plant.get(f"/attachments/{SHA256}")
    assert (read.content, read.headers["content-type"]) == (PHOTO, "image/png")
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("sha256", "content", "kind", "who", "status"),
    [
        ("0" * 64, PHOTO, "image/png", "hmi-01", 422),
        ("not-a-hash", PHOTO, "image/png", "hmi-01", 422),
        (SHA256.upper(), PHOTO, "image/png", "hmi-01", 422),
        (SHA256, PHOTO, "text/html", "hmi-01", 422),
        (SHA256, PHOTO, "", "hmi-01", 422),
        (hashlib.sha256(b"").hexdigest(), b"", "image/png", "hmi-01", 422),
        (SHA256, PHOTO, "image/png", "erp-01", 403),
        (SHA256, PHOTO, "image/png", "scada-01", 403),
        (SHA256, b"x" * (MAX_ATTACHMENT_BYTES + 1), "image/png", "hmi-01", 413),
    ],
)
async def test_what_is_no_file_of_evidence_is_not_stored(
    rest_plant: RestPlant, sha256: str, content: bytes, kind: str, who: str, status: int
) -> None:
    answer = await put(rest_plant, sha256, content, who, **{"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    store = rest_plant.face.attachments
    assert isinstance(store, InMemoryAttachments)
    assert store.files == {}


async def test_a_file_that_was_altered_is_not_given_out(rest_plant: RestPlant) -> None:
    await put(rest_plant, SHA256, PHOTO, **PNG)
    store = rest_plant.face.attachments
    assert isinstance(store, InMemoryAttachments)
    store.files[SHA256] = replace(store.files[SHA256], content=b"another one")
    answer = await rest_plant.get(f"/attachments/{SHA256}")
    assert answer.status_code == 503
    assert "was altered" in answer.json()["detail"]
    assert b"another one" not in answer.content


@pytest.fixture
async def drafting(rest_plant: RestPlant) -> AsyncIterator[httpx.AsyncClient]:
    face = replace(rest_plant.face, read_work_master=work_master_reader(w.PLANT))
    transport = httpx.ASGITransport(build_app(face))
    auth = ("qa-01", PASSWORD)
    async with httpx.AsyncClient(transport=transport, base_url="http://plant", auth=auth) as one:
        yield one


async def test_a_work_master_as_yaml_becomes_a_draft_and_no_more(
    rest_plant: RestPlant, drafting: httpx.AsyncClient
) -> None:
    sent = await drafting.post("/work-masters", content=MASTER, headers=YAML)
    assert sent.status_code == 201, sent.text
    await rest_plant.seen()
    shown = (await rest_plant.get("/work-masters/WM-CHALLENGE")).json()
    assert [one["state"] for one in shown["lifecycles"]] == ["Draft"]
    order = {"job_order_id": "J", "work_master_id": "WM-CHALLENGE", "quantity": "1 kg"}
    refused = await rest_plant.post("erp-01", "/job-orders", order)
    assert refused.status_code == 409
    assert "work-master-not-approved" in [one["code"] for one in refused.json()["refusals"]]


async def test_every_mistake_of_the_yaml_is_told_with_its_line(
    drafting: httpx.AsyncClient,
) -> None:
    broken = MASTER.replace("ASCORBIC-ACID", "ASCORBIC-ACD").replace(" kg", " bushel", 1)
    answer = await drafting.post("/work-masters", content=broken, headers=YAML)
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert len(problems) >= 2
    for problem in problems:
        file, line, _ = problem["where"].split(":")
        assert file == "body"
        assert int(line) > 0
        assert problem["reason"]


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/yaml", b"a: [1"),
        ("application/yaml", b"\xff\xfe"),
        ("application/yaml", b""),
        ("application/yaml", b"&a [*a]"),
        ("application/yaml", b"steps: [" + b"a," * 100_000 + b"]"),
        ("application/yaml", b"a: &x [1]\nb: [*x, *x, *x]"),
        ("application/yaml", b"!!python/object/apply:os.system ['true']"),
        ("application/json", b"{}"),
        ("application/xml", b"<a/>"),
        ("", b"{}"),
    ],
)
async def test_what_is_no_work_master_is_not_understood(
    drafting: httpx.AsyncClient, kind: str, raw: bytes
) -> None:
    answer = await drafting.post("/work-masters", content=raw, headers={"Content-Type": kind})
    assert answer.status_code == 422, answer.text
    assert answer.json()["problems"]


async def test_a_work_master_has_an_end(drafting: httpx.AsyncClient) -> None:
    answer = await drafting.post("/work-masters", content=b" " * (MAX_BYTES + 1), headers=YAML)
    assert answer.status_code == 413


async def test_what_is_said_twice_is_not_said(
    drafting: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "application/json"}
    master = {name: value for name, value in plain(PLANT[-1]).items() if value}  # type: ignore[attr-defined]
    draft = json.dumps({"work_master": master | {"version": "2", "approved": False}})
    twice = '{"job_order_id": "J", "work_master_id": "W", "quantity": "1 kg", "quantity": "9 kg"}'
    for url, text in (
        ("/job-orders", twice),
        ("/stations/DISP-01/evidence/x", '{"value": "1", "value": "2"}'),
        ("/work-masters", draft.replace('"steps"', '"version": "3", "steps"', 1)),
    ):
        answer = await drafting.post(url, content=text, headers=headers)
        assert answer.status_code == 422, answer.text
        assert "comes twice" in answer.text
    assert (await drafting.post("/work-masters", content=draft, headers=headers)).status_code == 201
