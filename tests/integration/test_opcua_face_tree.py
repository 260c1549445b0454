"""The address space: where things stand, what they say about themselves, and that it lasts."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from historian.in_memory import InMemoryExecutionLog
from models.execution import records as r
from models.execution.job_order_state import JobOrderState
from models.execution.streams import job_order
from models.tag_value import Quality, TagValue
from server.faces.opcua.instances import projection
from server.faces.opcua.types.isa95_table import IMPLEMENTED_BY, MADE_UP_OF_SUBLOT
from tests.fix_rest import NOW, PASSWORD, running_rest_plant
from tests.opcua_face_plant import (
    FacePlant,
    call,
    node,
    read,
    running_face,
    running_face_plant,
    shown,
    store_order,
)
from tests.opcua_plant import wait_until

INTERLOCK_URIS = [
    "http://opcfoundation.org/UA/",
    "urn:test:interlock",
    "http://www.OPCFoundation.org/UA/2013/01/ISA95",
    "urn:interlock-mes:execution:types",
    "urn:interlock-mes:plant",
    "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/",
    "http://opcfoundation.org/UA/PackML/",
]


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path) as one:
        yield one


@pytest.fixture
async def quality(plant: FacePlant) -> AsyncIterator[Client]:
    """Somebody who may see everything, persons included."""
    async with plant.client("qa-01") as one:
        yield one


@pytest.fixture
async def scada(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("scada-01") as one:
        yield one


async def children(one: Client, node_id: ua.NodeId) -> list[ua.ReferenceDescription]:
    found = await one.get_node(node_id).get_references(
        ua.ObjectIds.HierarchicalReferences, ua.BrowseDirection.Forward
    )
    return list(found)


async def test_everything_is_found_by_browsing(plant: FacePlant, quality: Client) -> None:
    await store_order(plant)
    await shown(quality, "JobOrders/JO-1/State", "AllowedToStart")
    assert await quality.get_namespace_array() == INTERLOCK_URIS
    seen: set[ua.NodeId] = set()
    waiting = [ua.NodeId(ua.ObjectIds.ObjectsFolder)]
    while waiting:
        for one in await children(quality, waiting.pop()):
            if one.NodeId not in seen and one.NodeId.NamespaceIndex == 4:
                seen.add(one.NodeId)
                waiting.append(one.NodeId)
    instances = {text for text in plant.face.node_ids if text.startswith("ns=4;")}
    assert {one.to_string() for one in seen} == instances


async def test_every_node_says_what_it_is(plant: FacePlant, quality: Client) -> None:
    ours = [text for text in plant.face.node_ids if text.startswith(("ns=3;", "ns=4;"))]
    for wanted, begin in product(
        (ua.AttributeIds.DisplayName, ua.AttributeIds.Description), range(0, len(ours), 1000)
    ):
        nodes = [quality.get_node(text) for text in ours[begin : begin + 1000]]
        texts = await quality.read_attributes(nodes, wanted)
        silent = [
            str(one.nodeid)
            for one, text in zip(nodes, texts, strict=True)
            if text.Value is None or not text.Value.Value.Text
        ]
        assert silent == []


async def test_the_same_nodes_after_a_restart(tmp_path: Path) -> None:
    async with running_rest_plant(InMemoryExecutionLog()) as behind:
        async with running_face(tmp_path, behind) as first:
            await store_order(first)
            async with first.client() as hmi:
                await call(hmi, "Stations/DISP-01", "OpenSession", "JO-1", "op-01", PASSWORD)
                await shown(hmi, "JobOrders/JO-1/State", "AllowedToStart")
                await shown(hmi, "Stations/DISP-01/PersonId", "op-01")
            before = first.face.node_ids
        async with running_face(tmp_path, behind) as second:
            assert second.face.node_ids == before
            async with second.client("scada-01") as scada:
                await shown(scada, "Stations/DISP-01/PersonId", "op-01")
    assert len(before) > 300


async def test_references_say_what_belongs_together(scada: Client) -> None:
    booth = scada.get_node(node("ISA95/Equipment/DISP-01"))
    assets = await booth.get_referenced_nodes(IMPLEMENTED_BY)
    assert [one.nodeid for one in assets] == [node("ISA95/PhysicalAssets/FLOOR-SCALE-01")]
    lot = scada.get_node(node("ISA95/Materials/Lots/AA-2601"))
    containers = await lot.get_referenced_nodes(MADE_UP_OF_SUBLOT)
    assert [one.nodeid for one in containers] == [node("ISA95/Materials/Lots/AA-2601/AA-2601-C1")]
    assert await read(scada, "ISA95/Materials/Lots/AA-2603/Status") == "Restricted"


async def test_a_tag_shows_quality_source_time_and_unit(plant: FacePlant, scada: Client) -> None:
    tag = "FLOOR-SCALE-01.net_weight"
    path = "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight"
    unit = await read(scada, f"{path}/EngineeringUnits")
    assert (unit.UnitId, unit.DisplayName.Text) == (4933453, "kg")  # 4933453 is KGM
    variable = scada.get_node(node(path))
    assert await variable.read_attribute(ua.AttributeIds.Historizing)
    plant.behind.live.readings[tag] = TagValue(tag, 1.25, Quality.UNCERTAIN, NOW, NOW)
    await shown(scada, path, 1.25)
    value = await variable.read_data_value(raise_on_bad_status=False)
    assert value.StatusCode is not None
    assert value.StatusCode.name == "Uncertain"
    assert value.SourceTimestamp == NOW


class Heard:
    """Counts what a subscription tells."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def datachange_notification(self, _node: Any, value: Any, _data: Any) -> None:
        self.values.append(value)


async def test_a_reading_that_stays_is_told_once(plant: FacePlant, scada: Client) -> None:
    heard = Heard()
    subscription = await scada.create_subscription(50, heard)
    path = "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight"
    await subscription.subscribe_data_change(scada.get_node(node(path)))
    await plant.behind.show(7.0)
    await wait_until(lambda: 7.0 in heard.values)
    await plant.behind.show(8.0)
    await wait_until(lambda: 8.0 in heard.values)
    assert heard.values.count(7.0) == heard.values.count(8.0) == 1


async def test_only_the_latest_finished_job_orders_stay(
    plant: FacePlant, scada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "MAX_FINISHED_JOB_ORDERS", 1)
    heard = Heard()
    subscription = await scada.create_subscription(50, heard)
    for name in ("JO-1", "JO-2", "JO-3"):
        await store_order(plant, name)
    await shown(scada, "JobOrders/JO-3/State", "AllowedToStart")
    await subscription.subscribe_data_change(scada.get_node(node("JobOrders/JO-1/State")))
    signed = ("It is not wanted any more", "qa-01", PASSWORD)
    async with plant.client("hmi-01") as hmi:
        for number in (1, 2):
            plant.behind.clock.now = NOW.replace(minute=number)
            said = await call(hmi, "JobOrders", "Abort", f"JO-{number}", *signed)
            assert said["Outcome"] == "Accepted", said
    await shown(scada, "JobOrders/JO-2/State", "Aborted")
    await wait_until(lambda: not any("s=JobOrders/JO-1" in text for text in plant.face.node_ids))
    days = [one.NodeId for one in await children(scada, node("JobOrders"))
            if str(one.NodeId.Identifier).startswith("JobOrdersByDay/")]  # fmt: skip
    found = {str(one.BrowseName.Name) for day in days for one in await children(scada, day)}
    assert {"JO-2", "JO-3"} <= found
    assert "JO-1" not in found
    await wait_until(lambda: heard.values[-1] is None)  # its monitors are told


async def test_a_job_order_appears_quickly_among_many(plant: FacePlant, scada: Client) -> None:
    await store_order(plant)
    await shown(scada, "JobOrders/JO-1/State", "AllowedToStart")
    record = plant.behind.model.record(job_order("JO-1"))
    assert isinstance(record, r.JobOrderRecord)
    assert record.state is JobOrderState.ALLOWED_TO_START
    took = []
    for number in range(200):
        name = f"JO-X{number:03}"
        copy = r.JobOrderRecord(**{**_fields(record), "job_order_id": name})
        plant.behind.model._keep(job_order(name), 1, copy)
        began = time.perf_counter()
        await plant.face._projection.show(job_order(name), copy)
        took.append(time.perf_counter() - began)
    assert sorted(took)[100] < 0.020, "half of them within 20 ms, however many there are"
    began = time.perf_counter()
    await plant.face._instances.hide(job_order("JO-X100"))
    assert time.perf_counter() - began < 0.1
    await asyncio.sleep(0)


def _fields(record: r.JobOrderRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
