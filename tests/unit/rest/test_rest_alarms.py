"""Alarms over REST: listed with what was said, answered by id, and gone when they are settled."""

from typing import Any

from tests.fix_rest import RestPlant, rest_order_to_verified_step


async def standing(plant: RestPlant) -> list[dict[str, Any]]:
    answer = await plant.get("/alarms", "qa-01")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alarms"]
    return found


async def test_a_deviation_is_listed_seen_and_still_there(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    assert await standing(rest_plant) == []
    await rest_plant.post("hmi-01", "/stations/DISP-01/deviations", {"description": "A particle"})
    (alarm,) = await standing(rest_plant)
    assert alarm["kind"] == "exception"
    assert alarm["active"] is True
    assert alarm["is_acknowledged"] is False
    path = f"/alarms/{alarm['alarm_id']}"
    answer = await rest_plant.post("qa-01", f"{path}/acknowledgement", {"remark": "seen"})
    assert answer.status_code == 200, answer.text
    again = await rest_plant.post("qa-01", f"{path}/acknowledgement", {})
    assert again.status_code == 409
    (alarm,) = await standing(rest_plant)
    assert alarm["active"] is alarm["is_acknowledged"] is True
    assert alarm["remark"]["remark"] == "seen"
    shelved = await rest_plant.post("qa-01", f"{path}/shelving", {"duration_s": "60"})
    assert shelved.status_code == 409, "an exception can't be put aside"
    denied = await rest_plant.post("hmi-01", f"{path}/confirmation", {})
    assert denied.status_code == 403
