"""Each way to say no has its status, its content type, and says what to do."""

from typing import Any

import httpx
import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution.log_row import Cursor
from server.faces.rest.outcomes import PROBLEM
from tests.fix_rest import PASSWORD, RestPlant, rest_order_to_verified_step

ORDER = {"job_order_id": "JO-7", "work_master_id": "WM-VITC", "quantity": "10 kg"}

BEGINNING = Cursor(0, 0)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    said = answer.json()
    assert (said["status"], said["type"]) == (status, f"/docs#{status}")
    return dict(said)


async def test_accepted_names_its_decision_and_its_result(rest_plant: RestPlant) -> None:
    answer = await rest_plant.post("erp-01", "/job-orders", ORDER)
    assert answer.status_code == 201
    assert answer.json()["result"] == "LOT-JO-7"
    assert (await rest_plant.get(f"/execution-log/{answer.json()['decision_id']}")).is_success


async def test_refused_lists_every_refusal_with_its_remedy(rest_plant: RestPlant) -> None:
    await rest_plant.post("erp-01", "/job-orders", ORDER)
    said = problem(await rest_plant.post("erp-01", "/job-orders", ORDER), 409)
    (refusal,) = said["refusals"]
    assert refusal["code"] == "job-order-exists"
    assert refusal["gate"] == "job_order_is_new"
    assert refusal["remedy"]
    assert said["decision_id"]


async def test_a_wrong_lot_is_offered_the_right_one(rest_plant: RestPlant) -> None:
    await rest_plant.post("erp-01", "/job-orders", ORDER | {"allowed_to_start": True})
    session = rest_plant.signed("op-01", job_order_id="JO-7")
    await rest_plant.post("hmi-01", "/stations/DISP-01/session", session)
    await rest_plant.post("hmi-01", "/stations/DISP-01/steps/010/start")
    wrong = await rest_plant.post("hmi-01", "/stations/DISP-01/scan", {"code": "AA-2603-C1"})
    (refusal,) = problem(wrong, 409)["refusals"]
    assert (refusal["code"], refusal["offers"]) == ("material-lot-restricted", ["AA-2601"])


async def test_denied_says_whose_it_is(rest_plant: RestPlant) -> None:
    said = problem(await rest_plant.post("scada-01", "/job-orders", ORDER), 403)
    assert (said["outcome"], said["code"]) == ("Denied", "role-denied")
    assert said["decision_id"]


async def test_a_wrong_password_of_a_signer_is_denied(rest_plant: RestPlant) -> None:
    body = {"account": "op-01", "password": "guessed", "job_order_id": "JO-7"}
    answer = await rest_plant.post("hmi-01", "/stations/DISP-01/session", body)
    assert problem(answer, 403)["code"] == "credentials-wrong"


async def test_a_foreign_terminal_is_denied(rest_plant: RestPlant) -> None:
    answer = await rest_plant.post("hmi-01", "/stations/PACK-01/steps/010/start")
    assert problem(answer, 403)["code"] == "station-denied"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"surplus": 1}, "body.surplus"),
        ({"quantity": 10}, "body.quantity"),
        ({"quantity": "10"}, "body.quantity"),
        ({"quantity": "1e9999 kg"}, "body.quantity"),
        ({"quantity": "-1 kg"}, "body.quantity"),
        ({"job_order_id": ""}, "body.job_order_id"),
        ({"job_order_id": "x" * 101}, "body.job_order_id"),
        ({"job_order_id": " x"}, "StoreJobOrder.job_order_id"),
        ({"job_order_id": "a\u0000b"}, "StoreJobOrder.job_order_id"),
        ({"planned_start": "2026-11-20T08:00:00"}, "body.planned_start"),
        ({"planned_start": "0001-01-01T00:00:00+14:00"}, "body.planned_start"),
        ({"priority": 99999}, "body.priority"),
        ({"allowed_to_start": "yes"}, "body.allowed_to_start"),
    ],
)
async def test_invalid_says_where(
    rest_plant: RestPlant, change: dict[str, object], where: str
) -> None:
    before = await rest_plant.log.count_behind(BEGINNING)
    said = problem(await rest_plant.post("erp-01", "/job-orders", ORDER | change), 422)
    assert [item["where"] for item in said["problems"]] == [where]
    assert await rest_plant.log.count_behind(BEGINNING) == before


async def test_nobody_can_say_that_a_typed_value_came_from_a_device(
    rest_plant: RestPlant,
) -> None:
    body = {"value": "5", "source": "device"}
    answer = await rest_plant.post("hmi-01", "/stations/DISP-01/evidence/x", body)
    assert problem(answer, 422)["problems"][0]["where"] == "body.source"


async def test_a_source_without_a_value_is_a_mistake(rest_plant: RestPlant) -> None:
    body = {"source": "scan"}
    answer = await rest_plant.post("hmi-01", "/stations/DISP-01/evidence/x", body)
    assert problem(answer, 422)["problems"][0]["where"] == "body.source"


async def test_a_repeated_command_is_answered_again_and_done_once(rest_plant: RestPlant) -> None:
    key = {"Idempotency-Key": "erp-message-4711"}
    first = await rest_plant.post("erp-01", "/job-orders", ORDER, headers=key)
    rows = await rest_plant.log.count_behind(BEGINNING)
    again = await rest_plant.post("erp-01", "/job-orders", ORDER, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["decision_id"] == again.json()["decision_id"] == "erp-message-4711"
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    for _ in range(3):
        once_more = await rest_plant.post("erp-01", "/job-orders", ORDER, headers=key)
        assert once_more.json() == again.json()
    assert await rest_plant.log.count_behind(BEGINNING) == rows
    other = await rest_plant.post(
        "erp-01", "/job-orders", ORDER | {"quantity": "9 kg"}, headers=key
    )
    assert problem(other, 422)["problems"][0]["where"] == "command_id"
    assert await rest_plant.log.count_behind(BEGINNING) == rows


async def test_a_check_gives_the_same_verdict_and_writes_nothing(rest_plant: RestPlant) -> None:
    await rest_order_to_verified_step(rest_plant)
    before = await rest_plant.log.read(BEGINNING, 1000)
    url, body = "/job-orders/JO-1/release", rest_plant.signed("qa-01")
    checked = problem(await rest_plant.post("hmi-01", f"{url}?check=true", body), 409)
    assert await rest_plant.log.read(BEGINNING, 1000) == before
    real = problem(await rest_plant.post("hmi-01", url, body), 409)
    assert checked["refusals"] == real["refusals"]
    asked = await rest_plant.post("erp-01", "/job-orders?check=true", ORDER)
    assert (asked.status_code, asked.json()["decision_id"]) == (200, "")


async def test_a_fault_that_may_pass_says_when_to_try_again(rest_plant: RestPlant) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("the database is away")

    rest_plant.log.append = away  # type: ignore[assignment]
    answer = await rest_plant.post("erp-01", "/job-orders", ORDER)
    assert problem(answer, 503)["retry"] is True
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "retry"), [(ConnectionError("away"), True), (KeyError("a mistake of ours"), False)]
)
async def test_reading_that_fails_is_a_fault_without_secrets(
    rest_plant: RestPlant, error: Exception, *, retry: bool
) -> None:
    async def fail(*_: object) -> None:
        raise error

    rest_plant.log.read = fail
    transport = httpx.ASGITransport(rest_plant.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://plant") as client:
        answer = await client.get("/execution-log", auth=("scada-01", PASSWORD))
        said = problem(answer, 503)
    assert (said["retry"], "Retry-After" in answer.headers) == (retry, retry)
    assert str(error) not in answer.text
    rest_plant.log.read = InMemoryExecutionLog().read


async def test_a_calibration_is_put_on_record_by_metrology(rest_plant: RestPlant) -> None:
    body = {"due_time": "2027-11-20T00:00:00+01:00", "certificate": "C-77"}
    url = "/physical-assets/FLOOR-SCALE-01/calibrations"
    assert (await rest_plant.post("met-01", url, body)).status_code == 201
    assert (await rest_plant.post("hmi-01", url, body)).status_code == 403
