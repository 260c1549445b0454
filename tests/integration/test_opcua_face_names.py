"""Ids that people choose can neither take the place of a node nor end the server."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import ua

from server.faces.opcua.instances.work_nodes import JOB_ORDERS
from server.faces.opcua.namespaces import word
from server.faces.opcua.nodes import Node
from tests.opcua_face_plant import FacePlant, node, read, running_face_plant, shown, store_order

LOTS = "ISA95/Materials/Lots"


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path) as one:
        yield one


def lot(name: str, *containers: str) -> dict[str, Any]:
    return {
        "lot": {
            "material_lot_id": name,
            "material_definition_id": "ASCORBIC-ACID",
            "disposition": "Restricted",
        },
        "sublots": [
            {"material_sublot_id": one, "material_lot_id": name, "quantity": "1.000 kg"}
            for one in containers
        ],
    }


@pytest.mark.parametrize(
    ("job_order_id", "path"),
    [
        ("Store", "%53tore"),
        ("Store/InputArguments", "Store%2FInputArguments"),
        ("JO-0/Steps", "JO-0%2FSteps"),
        ("JO-0/Steps/010", "JO-0%2FSteps%2F010"),
        ("100%", "100%25"),
    ],
)
async def test_a_job_order_that_is_called_like_a_node_is_shown_beside_it(
    plant: FacePlant, job_order_id: str, path: str
) -> None:
    await store_order(plant, job_order_id)
    await store_order(plant, "JO-0")
    async with plant.client("scada-01") as one:
        await shown(one, f"JobOrders/{path}/State", "AllowedToStart")
        await shown(one, "JobOrders/JO-0/State", "AllowedToStart")
        await shown(one, "JobOrders/JO-0/Steps/010/State", "Ready")
        kind = await one.get_node(node("JobOrders/Store")).read_node_class()
    assert kind is ua.NodeClass.Method


async def test_a_container_cannot_stand_for_the_status_of_its_lot(plant: FacePlant) -> None:
    names = ("Status", "Quantity", "Quantity/EngineeringUnits", "Expiration")
    for body in (lot("AA-99/Status", "C-1"), lot("AA-99", *names)):
        answer = await plant.behind.post("erp-01", "/material-lots", body)
        assert answer.status_code == 201, answer.text
    async with plant.client("scada-01") as one:
        await shown(one, f"{LOTS}/AA-99/Quantity", 4.0)
        assert await read(one, f"{LOTS}/AA-99/Status") == "Restricted (quarantine)"
        assert await read(one, f"{LOTS}/AA-99/%53tatus/Quantity") == 1.0
        assert await read(one, f"{LOTS}/AA-99%2FStatus/Quantity") == 1.0


async def test_what_would_take_the_place_of_another_is_not_shown_and_told(
    plant: FacePlant, caplog: pytest.LogCaptureFixture
) -> None:
    intruder = Node(
        node_id=node("JobOrders/Store"),
        node_class=ua.NodeClass.Object,
        name=ua.QualifiedName("Store", 4),
        description="",
        parent=JOB_ORDERS,
        reference=ua.NodeId(ua.ObjectIds.Organizes),
    )
    with caplog.at_level(logging.ERROR, "interlock.opcua"):
        await plant.face._instances.show("job_order:intruder", [intruder])
    assert "job_order:intruder is not shown: ['JobOrders/Store']" in caplog.text
    assert "job_order:intruder" not in plant.face._instances


def test_no_two_ids_are_written_as_the_same_word() -> None:
    names = ["Store", "%53tore", "%2553tore", "a/b", "a%2Fb", "a%252Fb", "ä", "a b"]
    assert len({word(name, {"Store"}) for name in names}) == len(names)
