"""Methods of the faceplates: commands in, outcomes out, over a real secure connection."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncua import Client, ua

from models.execution.commands import OpenStationSession
from tests.fix_rest import PASSWORD
from tests.opcua_face_plant import (
    FacePlant,
    call,
    node,
    read,
    running_face_plant,
    shown,
    store_order,
)
from tests.opcua_plant import status_of

F = "Stations/DISP-01"


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path) as one:
        yield one


@pytest.fixture
async def hmi(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client() as one:
        yield one


async def test_a_step_is_walked_and_the_faceplate_follows(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    await shown(hmi, "JobOrders/JO-1/State", "AllowedToStart")
    assert (await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD))["Outcome"] == "Accepted"
    await shown(hmi, f"{F}/PersonId", "op-01")
    assert (await call(hmi, F, "StartStep", "010"))["ReturnStatus"] == 1
    await shown(hmi, f"{F}/TargetQuantity", 10.0)
    assert await read(hmi, f"{F}/ToleranceLow") == pytest.approx(9.9)
    assert await read(hmi, f"{F}/TargetUnit") == "kg"
    assert (await call(hmi, F, "Scan", "AA-2601-C1"))["Outcome"] == "Accepted"
    await shown(hmi, f"{F}/IdentifiedContainer", "AA-2601-C1")
    await plant.behind.show(10.002)
    await shown(hmi, f"{F}/LiveValue", 10.002)
    await shown(hmi, f"{F}/LiveStable", wanted=True)
    assert "10.002" in (await call(hmi, F, "CaptureWeight", "FLOOR-SCALE-01"))["Result"]
    assert (await call(hmi, F, "CompleteStep", "JO-1", "010"))["Outcome"] == "Accepted"
    await shown(hmi, f"{F}/StepState", "Complete")
    said = await call(hmi, F, "VerifyStep", "010", "op-01", PASSWORD)
    assert "self-verification" in said["RefusalCodes"]
    assert (await call(hmi, F, "VerifyStep", "010", "op-02", PASSWORD))["Outcome"] == "Accepted"
    await shown(hmi, "JobOrders/JO-1/Steps/010/VerifiedBy", "op-02")
    await shown(hmi, "ISA95/Materials/Lots/AA-2601/AA-2601-C1/Quantity", pytest.approx(14.998))


async def test_a_call_sent_five_times_under_one_id_happens_once(
    plant: FacePlant, hmi: Client
) -> None:
    await store_order(plant)
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    said = [await call(hmi, F, "StartStep", "010", "start-1") for _ in range(5)]
    assert {(one["Outcome"], one["DecisionId"]) for one in said} == {("Accepted", "start-1")}
    assert [one["Duplicate"] for one in said] == [False, True, True, True, True]


async def test_live_value_is_bad_when_nothing_is_to_be_weighed(
    plant: FacePlant, hmi: Client
) -> None:
    await plant.behind.show(3.0)
    await shown(hmi, "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight", 3.0)
    value = await hmi.get_node(node(f"{F}/LiveValue")).read_data_value(raise_on_bad_status=False)
    assert value.StatusCode is not None
    assert value.StatusCode.is_bad()
    assert value.Value is None or value.Value.Value is None


async def test_a_refusal_is_uncertain_with_all_outputs(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    await call(hmi, F, "StartStep", "010")
    said = await call(hmi, F, "Scan", "AA-2603-C1")
    assert said.status == "Uncertain"
    assert said["Outcome"] == "Refused"
    assert said["RefusalCodes"] == ["material-lot-restricted"]
    assert said["ReturnStatus"] == 1 << 39
    assert "AA-2603" in said["Messages"][0].Text
    assert any("AA-2601" in offer for offer in said["Offers"])
    assert said["DecisionId"]
    await shown(hmi, f"{F}/LastRefusalCodes", ["material-lot-restricted"])


async def test_a_wrong_password_is_denied_and_never_stored(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    wrong = secrets.token_hex(8)
    said = await call(hmi, F, "OpenSession", "JO-1", "op-01", wrong)
    assert said.status == "Uncertain"
    assert said["Outcome"] == "Denied"
    assert said["RefusalCodes"] == ["credentials-wrong"]
    assert said["ReturnStatus"] == 1 << 4
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    rows = await plant.rows()
    assert any(row.type == "CommandDenied" for row in rows)
    assert not any(wrong in row.payload or PASSWORD in row.payload for row in rows)
    assert not hasattr(OpenStationSession, "password")


async def test_the_same_command_id_has_one_effect(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    first = await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD, "once")
    again = await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD, "once")
    assert (first["Duplicate"], again["Duplicate"]) == (False, True)
    assert again["DecisionId"] == first["DecisionId"]
    opened = [row for row in await plant.rows() if row.type == "StationSessionOpened"]
    assert len(opened) == 1


async def test_check_says_the_same_and_records_nothing(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    before = len(await plant.rows())
    checked = await call(hmi, F, "Check", "Scan", ["AA-2601-C1"])
    assert len(await plant.rows()) == before
    real = await call(hmi, F, "Scan", "AA-2601-C1")
    assert checked["RefusalCodes"] == real["RefusalCodes"] == ["step-not-in-progress"]
    allowed = await call(hmi, F, "Check", "StartStep", ["010"])
    assert (allowed.status, allowed["Outcome"]) == ("Good", "Accepted")


@pytest.mark.parametrize(
    ("command", "arguments", "named"),
    [
        ("Explode", [], "Command"),
        ("StartStep", ["010", "more"], "Arguments"),
        ("RecordEvidence", ["label", "x", "hearsay"], "Source"),
    ],
)
async def test_a_check_that_means_nothing_is_invalid(
    hmi: Client, command: str, arguments: list[str], named: str
) -> None:
    said = await call(hmi, F, "Check", command, arguments)
    assert said.status == "Uncertain"
    assert said["Outcome"] == "Invalid"
    assert said["ReturnStatus"] == 1 << 32
    assert said["Messages"][0].Text.startswith(f"{named}: ")


async def test_an_unreadable_quantity_is_invalid(plant: FacePlant) -> None:
    async with plant.client("erp-01") as erp:
        said = await call(erp, "JobOrders", "Store", "JO-9", "WM-VITC", "", "plenty", "", True)
    assert said["Outcome"] == "Invalid"
    assert "Quantity" in said["Messages"][0].Text


async def test_an_observer_reads_and_is_denied_every_call(plant: FacePlant) -> None:
    async with plant.client("scada-01") as scada:
        assert await read(scada, f"{F}/ActiveJobOrderId") == ""
        said = await call(scada, F, "CloseSession")
    assert (said.status, said.outputs) == ("BadUserAccessDenied", {})
    last = (await plant.rows())[-1]
    assert (last.type, last.account) == ("CommandDenied", "scada-01"), "the attempt is on record"


async def test_another_stations_terminal_is_denied_by_the_command_path(plant: FacePlant) -> None:
    async with plant.client("erp-01") as erp:
        said = await call(erp, F, "CloseSession")
    assert said.status == "BadUserAccessDenied"
    assert "role-denied" in (await plant.rows())[-1].payload


async def test_no_variable_can_be_written_and_the_attempt_is_on_record(
    plant: FacePlant, hmi: Client
) -> None:
    every = [text for text in plant.face.node_ids if text.startswith("ns=4")]
    wanted = ua.AttributeIds.AccessLevel
    levels = await hmi.read_attributes([hmi.get_node(text) for text in every], wanted)
    variables = [
        text
        for text, level in zip(every, levels, strict=True)
        if level.Value is not None and level.Value.Value is not None
    ]
    assert len(variables) > 100
    for text in variables:
        variable = hmi.get_node(text)
        value = ua.DataValue(ua.Variant("Complete", ua.VariantType.String))
        code = await status_of(variable.write_attribute(ua.AttributeIds.Value, value))
        assert code in {"BadNotWritable", "BadUserAccessDenied"}, text
    denied = [row for row in await plant.rows() if row.type == "CommandDenied"]
    assert 1 <= len(denied) < len(variables)  # so many per second, not one each
    assert all("variable-write-denied" in row.payload for row in denied)


async def test_a_null_string_means_the_empty_one(plant: FacePlant, hmi: Client) -> None:
    await store_order(plant)
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    said = await call(hmi, F, "CompleteStep", None, None, None)
    assert said["RefusalCodes"] == ["step-not-in-progress"]


async def test_allowed_and_blocked_actions_are_those_of_the_gates(
    plant: FacePlant, hmi: Client
) -> None:
    await store_order(plant)
    await call(hmi, F, "OpenSession", "JO-1", "op-01", PASSWORD)
    await shown(hmi, f"{F}/AllowedActions", ["CloseSession", "OpenDeviation", "StartStep"])
    await call(hmi, F, "StartStep", "010")
    await shown(hmi, f"{F}/AllowedActions", ["CloseSession", "OpenDeviation", "Scan", "HoldStep"])
    (blocked,) = await read(hmi, f"{F}/BlockedActions")
    assert blocked.startswith("CompleteStep: ")
    checked = await call(hmi, F, "Check", "CompleteStep", [])
    assert blocked.removeprefix("CompleteStep: ") in checked["Messages"][0].Text
