"""The tree over a socket: structures that clients decode, PackML machines, changes as events."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.tag_value import Quality, TagValue
from server.faces.opcua.instances.packml_nodes import PackMLRow
from tests import opcua_face_plant
from tests.fix_rest import NOW
from tests.opcua_face_plant import (
    TAGS,
    FacePlant,
    node,
    read,
    running_face_plant,
    shown,
    store_order,
)
from tests.opcua_plant import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="module")

MACHINE = PackMLRow(
    physical_asset_id="FLOOR-SCALE-01",
    equipment_id="DISP-01",
    state_tag="FLOOR-SCALE-01.state",
    states={4: "Idle", 6: "Execute", 9: "Aborted"},
    tags={"CurMachSpeed": "FLOOR-SCALE-01.speed", "ProdProcessedCount": "FLOOR-SCALE-01.count"},
    speed_range=(0.0, 60.0),
    speed_unit="rpm",
)
RANGED = tuple(replace(row, eu_range=(0.0, 150.0)) if row.unit else row for row in TAGS)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    folder: Path = tmp_path_factory.mktemp("opcua-instances")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opcua_face_plant, "TAGS", RANGED)
        patch.setattr(opcua_face_plant, "MACHINES", (MACHINE,))
        async with running_face_plant(folder) as one:
            yield one


@pytest_asyncio.fixture(loop_scope="module")
async def scada(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("qa-01") as one:
        yield one


def show(plant: FacePlant, tag: str, value: Any, quality: Quality = Quality.GOOD) -> None:
    name = f"FLOOR-SCALE-01.{tag}"
    plant.behind.live.readings[name] = TagValue(name, value, quality, NOW, NOW)


async def status(one: Client, path: str) -> str:
    value = await one.get_node(node(path)).read_data_value(raise_on_bad_status=False)
    assert value.StatusCode is not None
    return value.StatusCode.name


async def until(one: Client, path: str, wanted: str) -> None:
    """Wait until a state machine is in a state."""
    async with asyncio.timeout(10):
        while getattr(await read(one, path), "Text", None) != wanted:  # noqa: ASYNC110 - polls as a client
            await asyncio.sleep(0.02)


async def test_a_machine_is_found_and_followed_as_packml_asks(
    plant: FacePlant, scada: Client
) -> None:
    objects = scada.get_node(ua.NodeId(72, 6))
    machines = await objects.get_referenced_nodes(
        ua.ObjectIds.Organizes, ua.BrowseDirection.Forward
    )
    assert [one.nodeid for one in machines] == [node("PackML/FLOOR-SCALE-01")]
    cycle = "PackML/FLOOR-SCALE-01/BaseStateMachine/MachineState/ExecuteState/CurrentState"
    show(plant, "state", 6)
    await until(scada, cycle, "Execute")
    assert await read(scada, f"{cycle}/Id") == ua.NodeId(36, 6)
    show(plant, "state", 9)
    await until(scada, "PackML/FLOOR-SCALE-01/BaseStateMachine/CurrentState", "Aborted")
    assert await status(scada, cycle) == "BadStateNotActive"


async def test_counts_and_speed_come_as_packml_writes_them(plant: FacePlant, scada: Client) -> None:
    await scada.load_data_type_definitions()
    show(plant, "speed", 12.5)
    show(plant, "count", 7)
    path = "PackML/FLOOR-SCALE-01"
    await shown(scada, f"{path}/Status/CurMachSpeed", 12.5)
    (count,) = await read(scada, f"{path}/Admin/ProdProcessedCount")
    assert (count.Count, count.AccCount) == (7, 7)
    assert await status(scada, f"{path}/Status/EquipmentBlocked") == "BadNotSupported"


async def test_a_test_result_is_a_structure_that_clients_decode(scada: Client) -> None:
    path = "ISA95/PhysicalAssets/FLOOR-SCALE-01/Calibration/TestResult"
    result = await read(scada, path)
    assert type(result).__name__ == "ISA95TestResultDataType"
    assert (result.Result.Value, result.Id) == ("Passed", node(path))


async def test_a_value_beyond_its_range_carries_the_limit(plant: FacePlant, scada: Client) -> None:
    path = "ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight"
    for weight, wanted in ((151.0, 0x600), (-1.0, 0x500), (12.0, 0)):
        show(plant, "net_weight", weight)
        await shown(scada, path, weight)
        value = await scada.get_node(node(path)).read_data_value(raise_on_bad_status=False)
        assert value.StatusCode is not None
        assert value.StatusCode.value == wanted


class Told:
    """Keeps the events that a subscription brings."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)


async def test_a_new_order_is_told_at_the_server_object(plant: FacePlant, scada: Client) -> None:
    told = Told()
    subscription = await scada.create_subscription(50, told)
    await subscription.subscribe_events(
        ua.ObjectIds.Server, ua.ObjectIds.GeneralModelChangeEventType
    )
    await store_order(plant, "JO-MODEL")
    wanted = node("JobOrders/JO-MODEL")
    await wait_until(
        lambda: any(
            change.Affected == wanted and change.Verb & 1
            for event in told.events
            for change in event.Changes
        )
    )
    version = await read(scada, "JobOrders/NodeVersion")
    assert version
