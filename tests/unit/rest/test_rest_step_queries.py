"""A step over REST: where it could be performed now, and the labels of what it has weighed."""

import pytest

from tests.fix_rest import RestPlant, rest_order_to_verified_step

pytestmark = pytest.mark.usefixtures("cheap_passwords")
STEP = "/job-orders/JO-1/steps/010"


async def test_a_weighed_portion_has_its_label(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    (label,) = (await rest_plant.get(f"{STEP}/dispense-labels")).json()["labels"]
    said = {name: label[name] for name in ("label_id", "number", "count", "material_sublot_id")}
    assert said == {
        "label_id": "JO-1-010-1",
        "number": 1,
        "count": 1,
        "material_sublot_id": "AA-2601-C1",
    }
    assert label["net_weight"] == {"value": "10.002", "unit": "kg"}
    assert (label["product_lot_id"], label["person_id"]) == ("VITC-26-001", "op-01")


async def test_a_step_that_weighed_nothing_has_none(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    answer = await rest_plant.get("/job-orders/JO-1/steps/020/dispense-labels")
    assert answer.json() == {"labels": []}


async def test_the_stations_of_the_class_are_listed_and_why_one_does_not_do(
    rest_plant: RestPlant,
) -> None:
    await rest_order_to_verified_step(rest_plant)
    (booth,) = (await rest_plant.get(f"{STEP}/equipment")).json()["equipment"]
    assert (booth["equipment_id"], booth["refusals"]) == ("DISP-01", [])
    failed = {"due_time": "2027-01-01T00:00:00Z", "certificate": "C-7", "failed": True}
    scale = "/physical-assets/FLOOR-SCALE-01/calibrations"
    answer = await rest_plant.post("met-01", scale, failed)
    assert answer.is_success, answer.text
    (booth,) = (await rest_plant.get(f"{STEP}/equipment")).json()["equipment"]
    assert [refusal["code"] for refusal in booth["refusals"]] == ["calibration-failed"]


@pytest.mark.parametrize("what", ["equipment", "dispense-labels"])
async def test_an_unknown_order_or_step_is_not_found(rest_plant: RestPlant, what: str) -> None:
    await rest_order_to_verified_step(rest_plant)
    for path in (f"/job-orders/NO/steps/010/{what}", f"/job-orders/JO-1/steps/999/{what}"):
        assert (await rest_plant.get(path)).status_code == 404
