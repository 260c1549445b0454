"""Lists go page by page, hide what is not everybody's, and single records are found by their id."""

import re
from datetime import timedelta

import pytest

from server.faces.rest.reading import LISTINGS
from tests.fix_rest import NOW, RestPlant, rest_order_to_review, rest_order_to_verified_step

LISTS = [
    *(listing.path for listing in LISTINGS),
    *("/job-orders", "/material-lots", "/stations", "/exceptions", "/alarms"),
]


async def pages(plant: RestPlant, url: str, who: str = "qa-01") -> list[list[dict[str, object]]]:
    """Follow the links from page to page."""
    found, name = [], url.partition("?")[0].strip("/").replace("-", "_")
    following: str | None = f"{url}{'&' if '?' in url else '?'}limit=1"
    while following:
        answer = await plant.get(following, who)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        found.append(said[name])
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert (link is None) == (said["next"] is None)
        following = link[1] if link else None
    return found


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_read_page_by_page_is_the_list(rest_plant: RestPlant, path: str) -> None:
    await rest_order_to_verified_step(rest_plant)
    for text in ("One", "Two"):
        body = {"description": text, "severity": "minor"}
        await rest_plant.post("hmi-01", "/stations/DISP-01/deviations", body)
    whole = (await rest_plant.get(f"{path}?limit=500", "qa-01")).json()
    (name,) = whole.keys() - {"next"}
    one_by_one = [item for page in await pages(rest_plant, path) for item in page]
    assert whole["next"] is None
    assert one_by_one == whole[name]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.path)
async def test_what_a_list_names_is_shown_by_its_id(rest_plant: RestPlant, listing: object) -> None:
    path = listing.path  # type: ignore[attr-defined]
    known = (await rest_plant.get(path, "qa-01")).json()
    (name,) = known.keys() - {"next"}
    for item in known[name]:
        assert (await rest_plant.get(f"{path}/{item['id']}", "qa-01")).status_code == 200
    assert (await rest_plant.get(f"{path}/no-such", "qa-01")).status_code == 404


@pytest.mark.parametrize("path", ["/accounts", "/attempts", "/accounts/op-01"])
async def test_accounts_are_for_administrators_and_quality(
    rest_plant: RestPlant, path: str
) -> None:
    answer = await rest_plant.get(path, "op-01")
    assert answer.status_code == 403
    assert "administrator, quality" in answer.json()["detail"]


async def test_open_exceptions_come_first(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    for text in ("One", "Two"):
        body = {"description": text, "severity": "minor"}
        await rest_plant.post("hmi-01", "/stations/DISP-01/deviations", body)
    before = (await rest_plant.get("/exceptions")).json()["exceptions"]
    first = before[0]["exception_id"]
    body = rest_plant.signed("qa-01", disposition="Accept", reason="It was dust.")
    url = f"/job-orders/JO-1/exceptions/{first}/disposition"
    settled = await rest_plant.post("qa-01", url, body)
    assert settled.status_code == 200, settled.text
    after = (await rest_plant.get("/exceptions?job_order_id=JO-1")).json()["exceptions"]
    assert [one["is_open"] for one in after] == [True, False]
    assert after[1]["exception_id"] == first
    assert (await rest_plant.get("/exceptions?job_order_id=X")).json()["exceptions"] == []


async def test_lots_are_listed_by_their_material(rest_plant: RestPlant) -> None:
    found = (await rest_plant.get("/material-lots?material_definition_id=ASCORBIC-ACID")).json()
    assert [one["material_lot_id"] for one in found["material_lots"]] == ["AA-2601", "AA-2603"]
    none = (await rest_plant.get("/material-lots?material_definition_id=SUGAR")).json()
    assert none == {"material_lots": [], "next": None}


async def test_a_version_of_a_work_master_is_shown_as_a_draft_is_sent(
    rest_plant: RestPlant,
) -> None:
    shown = (await rest_plant.get("/work-masters/WM-VITC/versions/1")).json()
    assert shown["lifecycle"]["state"] == "Approved"
    draft = {**shown["work_master"], "version": "2", "approved": False}
    sent = await rest_plant.post("qa-02", "/work-masters", {"work_master": draft})
    assert sent.status_code == 201, sent.text
    again = (await rest_plant.get("/work-masters/WM-VITC/versions/2")).json()
    assert again["lifecycle"]["state"] == "Draft"
    assert again["work_master"]["steps"] == shown["work_master"]["steps"]
    assert (await rest_plant.get("/work-masters/WM-VITC/versions/3")).status_code == 404


async def test_a_batch_record_is_the_same_whoever_makes_it(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    await rest_order_to_review(rest_plant)
    url = "/job-orders/JO-1/batch-record"
    first, second = await rest_plant.get(url), await rest_plant.get(url, "qa-01")
    assert first.status_code == 200
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    assert (await rest_plant.get("/job-orders/NO/batch-record")).status_code == 404


async def test_a_review_shows_what_was_not_routine(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    body = {"description": "Dust on the drum", "severity": "minor"}
    await rest_plant.post("hmi-01", "/stations/DISP-01/deviations", body)
    said = (await rest_plant.get("/job-orders/JO-1/review", "qa-01")).json()
    assert [one["description"] for one in said["exceptions"]] == ["Dust on the drum"]
    assert (await rest_plant.get("/job-orders/NO/review")).status_code == 404
    rate = (await rest_plant.get("/override-rate")).json()
    assert (rate["overrides"], rate["steps"], rate["per_1000_steps"]) == (0, 1, "0.0")


async def test_versions_used_are_those_of_the_frozen_copy(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    said = (await rest_plant.get("/job-orders/JO-1/versions")).json()
    assert (said["work_master_id"], said["work_master_version"]) == ("WM-VITC", "1")
    assert (await rest_plant.get("/job-orders/NO/versions")).status_code == 404


async def test_a_logbook_needs_a_span_that_ends(rest_plant: RestPlant) -> None:
    span = {"start": NOW.isoformat(), "end": (NOW + timedelta(days=1)).isoformat()}
    url = "/equipment/DISP-01/logbook"
    assert (await rest_plant.get(url, params=span)).status_code == 200
    unknown = await rest_plant.get("/equipment/NO/logbook", params=span)
    assert unknown.status_code == 404
    for end in (NOW, NOW + timedelta(days=400), NOW - timedelta(days=1)):
        wrong = {**span, "end": end.isoformat()}
        assert (await rest_plant.get(url, params=wrong)).status_code == 422
