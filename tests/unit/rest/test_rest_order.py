"""An order over REST, from the ERP's wish to the released lot, and what can be read about it."""

from datetime import timedelta

import pytest

from models.execution.log_row import Cursor
from tests.fix_rest import NOW, RestPlant, rest_order_to_review, rest_order_to_verified_step

BEGINNING = Cursor(0, 0)


async def release(plant: RestPlant) -> None:
    answer = await plant.post("hmi-01", "/job-orders/JO-1/release", plant.signed("qa-01"))
    assert answer.status_code == 200


async def test_an_order_runs_to_its_release(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    await rest_order_to_review(rest_plant)
    await release(rest_plant)

    order = (await rest_plant.get("/job-orders/JO-1")).json()
    assert order["state"] == "Ended"
    assert order["release"]["person_id"] == "qa-01"
    weighed = order["steps"][0]["consumed"][0]
    assert weighed["quantity"] == {"value": "10.002", "unit": "kg"}
    lot = (await rest_plant.get("/material-lots/AA-2601")).json()
    assert lot["material_sublots"][0]["remaining"] == {"value": "14.998", "unit": "kg"}


async def test_orders_are_listed_page_by_page_and_by_state(rest_plant: RestPlant) -> None:
    for number in ("3", "1", "2"):
        body = {"job_order_id": number, "work_master_id": "WM-VITC", "quantity": "10 kg"}
        body |= {"material_lot_id": f"LOT-{number}"}
        assert (await rest_plant.post("erp-01", "/job-orders", body)).status_code == 201
    assert (await rest_plant.post("erp-01", "/job-orders/2/start")).status_code == 200

    first = (await rest_plant.get("/job-orders?limit=2")).json()
    assert [item["job_order_id"] for item in first["job_orders"]] == ["1", "2"]
    rest = (await rest_plant.get(f"/job-orders?limit=2&after={first['next']}")).json()
    assert ([item["job_order_id"] for item in rest["job_orders"]], rest["next"]) == (["3"], None)
    allowed = (await rest_plant.get("/job-orders?state=AllowedToStart")).json()
    assert [item["job_order_id"] for item in allowed["job_orders"]] == ["2"]


async def test_a_station_shows_what_its_gates_allow(rest_plant: RestPlant) -> None:
    body = {
        "job_order_id": "JO-1",
        "work_master_id": "WM-VITC",
        "quantity": "10 kg",
        "allowed_to_start": True,
    }
    await rest_plant.post("erp-01", "/job-orders", body)
    session = rest_plant.signed("op-01", job_order_id="JO-1")
    await rest_plant.post("hmi-01", "/stations/DISP-01/session", session)

    shown = (await rest_plant.get("/stations/DISP-01")).json()
    assert shown["active_step_id"] == "010"
    assert "StartStep" in shown["allowed_actions"]
    assert shown["target_quantity"]["unit"] == "kg"
    assert (await rest_plant.get("/stations/NUTRA")).status_code == 404


async def test_values_of_a_step_are_those_of_exactly_its_window(rest_plant: RestPlant) -> None:
    await rest_plant.show(0.0)  # before the step, and therefore not its own
    rest_plant.clock.now += timedelta(seconds=10)
    await rest_order_to_verified_step(rest_plant, step_lasts=timedelta(seconds=60))
    rest_plant.clock.now += timedelta(seconds=10)
    await rest_plant.show(3.0)

    url = "/job-orders/JO-1/steps/010/values?tag=FLOOR-SCALE-01.net_weight"
    found = (await rest_plant.get(url)).json()
    assert [item["value"] for item in found["values"]] == [10.002]
    assert found["start"] == "2026-11-20T08:00:10.000000Z"
    assert found["end"] == "2026-11-20T08:01:10.000000Z"
    not_begun = await rest_plant.get("/job-orders/JO-1/steps/020/values?tag=x")
    assert not_begun.status_code == 404


async def test_tag_values_are_read_page_by_page(rest_plant: RestPlant) -> None:
    for weight in (1.0, 2.0, 3.0):
        await rest_plant.show(weight)
        rest_plant.clock.now += timedelta(seconds=1)
    end = (NOW + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    url = f"/tags/FLOOR-SCALE-01.net_weight/values?start=2026-11-20T08:00:00Z&end={end}&limit=2"
    first = (await rest_plant.get(url)).json()
    second = (await rest_plant.get(f"{url}&after={first['next']}")).json()
    assert [item["value"] for item in first["values"] + second["values"]] == [1.0, 2.0, 3.0]
    assert second["next"] is None


async def test_the_log_of_one_order_holds_its_refusals_and_nothing_else(
    rest_plant: RestPlant,
) -> None:
    await rest_order_to_verified_step(rest_plant)
    early = await rest_plant.post("hmi-01", "/job-orders/JO-1/release", rest_plant.signed("qa-01"))
    assert early.status_code == 409

    rows, place, complete = [], "0-0", False
    while not complete:
        url = f"/execution-log?job_order_id=JO-1&limit=3&after={place}"
        page = (await rest_plant.get(url)).json()
        rows, place, complete = rows + page["rows"], page["next"], page["complete"]
    types = [row["type"] for row in rows]
    assert types[:2] == ["WorkDirectiveCopied", "JobOrderStored"]
    assert "WeightCaptured" in types
    assert types[-1] == "CommandRefused"
    assert "EquipmentDefined" not in types

    evidence = (await rest_plant.get(f"/execution-log/{early.json()['decision_id']}")).json()
    assert [row["type"] for row in evidence["rows"]] == ["CommandRefused"]
    assert (await rest_plant.get("/execution-log/nothing")).status_code == 404


async def test_the_whole_log_is_read_without_gap_or_repeat(rest_plant: RestPlant) -> None:
    hashes, place, complete = [], "0-0", False
    while not complete:
        page = (await rest_plant.get(f"/execution-log?limit=7&after={place}")).json()
        hashes += [row["hash"] for row in page["rows"]]
        place, complete = page["next"], page["complete"]
    assert hashes == [row.hash.hex() for _, row in await rest_plant.log.read(BEGINNING, 1000)]


@pytest.mark.parametrize("url", ["/execution-log", "/execution-log/d1"])
@pytest.mark.parametrize("who", ["erp-01", "hmi-01", "met-01", "op-01"])
async def test_the_log_is_not_everybodys_to_read(rest_plant: RestPlant, who: str, url: str) -> None:
    assert (await rest_plant.get(url, "qa-01")).status_code == 200
    assert (await rest_plant.get(url, who)).status_code == 403


async def test_a_place_that_the_log_never_reached_is_not_silent_for_ever(
    rest_plant: RestPlant,
) -> None:
    end = await rest_plant.log.end()
    last = await rest_plant.get(f"/execution-log?after={end.transaction}-{end.position}")
    assert (last.status_code, last.json()["rows"]) == (200, [])
    beyond = await rest_plant.get(f"/execution-log?after={end.transaction + 1}-0")
    assert beyond.status_code == 422
    assert "behind the end of this log" in beyond.json()["detail"]
