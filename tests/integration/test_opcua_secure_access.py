"""Reading, writing, browsing and history: default is no, parts are parts, nothing is lost."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from historian.in_memory import InMemoryTagValues
from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.history.dispatch import tag_history
from server.faces.opcua.instances.tag_nodes import TagRow
from tests.opcua_plant import Plant, client, running_plant, status_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    folder: Path = tmp_path_factory.mktemp("certificates")
    async with running_plant(folder) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


@contextmanager
def denied(plant: Plant, access: AccessKind, name: str) -> Iterator[None]:
    rule = (access, plant[name])
    plant.rules.denied.add(rule)
    try:
        yield
    finally:
        plant.rules.denied.discard(rule)


async def read(one: Client, node_id: ua.NodeId, index_range: str | None = None) -> ua.DataValue:
    wanted = ua.ReadValueId(
        NodeId=node_id, AttributeId=ua.AttributeIds.Value, IndexRange=index_range
    )
    (result,) = await one.uaclient.read(ua.ReadParameters(NodesToRead=[wanted]))
    return result


async def write(one: Client, node_id: ua.NodeId, value: Any, index_range: str | None = None) -> str:
    wanted = ua.WriteValue(
        NodeId=node_id,
        AttributeId=ua.AttributeIds.Value,
        IndexRange=index_range,
        Value=ua.DataValue(ua.Variant(value)),
    )
    (result,) = await one.uaclient.write(ua.WriteParameters(NodesToWrite=[wanted]))
    return result.name


async def test_a_declared_variable_can_be_written(plant: Plant, hmi: Client) -> None:
    assert await write(hmi, plant["setpoint"], 12.5) == "Good"
    assert await hmi.get_node(plant["setpoint"]).read_value() == 12.5
    assert await write(hmi, plant["setpoint"], "text") == "BadTypeMismatch"


async def test_every_other_write_is_refused_and_recorded(plant: Plant, hmi: Client) -> None:
    assert await write(hmi, plant["level"], 99.0) == "BadNotWritable"
    caller, node_id, value = plant.rules.denied_writes[-1]
    assert (caller.account.name, node_id, value) == ("hmi-01", plant["level"], 99.0)
    assert await hmi.get_node(plant["level"]).read_value() == 1.0
    with denied(plant, AccessKind.WRITE, "setpoint"):
        assert await write(hmi, plant["setpoint"], 0.0) == "BadUserAccessDenied"
    assert plant.rules.denied_writes[-1][1:] == (plant["setpoint"], 0.0)


async def test_a_variable_that_asyncua_calls_writable_is_not(plant: Plant, hmi: Client) -> None:
    node = plant.server.get_node(plant["secret"])
    await node.set_writable()
    assert await write(hmi, plant["secret"], 1) == "BadNotWritable"
    level = await hmi.get_node(plant["secret"]).read_attribute(ua.AttributeIds.UserAccessLevel)
    assert not level.Value.Value & (1 << ua.AccessLevel.CurrentWrite)
    level = await hmi.get_node(plant["setpoint"]).read_attribute(ua.AttributeIds.UserAccessLevel)
    assert level.Value.Value & (1 << ua.AccessLevel.CurrentWrite)


async def test_no_other_attribute_can_be_written(plant: Plant, hmi: Client) -> None:
    node = hmi.get_node(plant["setpoint"])
    name = ua.DataValue(ua.Variant(ua.LocalizedText("forged")))
    attempt = node.write_attribute(ua.AttributeIds.DisplayName, name)
    assert await status_of(attempt) == "BadUserAccessDenied"


@pytest.mark.parametrize(
    ("name", "index_range", "expected"),
    [
        ("array", "1:2", [2, 3]),
        ("array", "0", [1]),
        ("array", "3:9", [4, 5]),
        ("text", "1:3", "bcd"),
        ("array", "9", "BadIndexRangeNoData"),
        ("array", "2:1", "BadIndexRangeInvalid"),
        ("array", "x", "BadIndexRangeInvalid"),
        ("array", "0,0", "BadIndexRangeNoData"),
        ("level", "0", "BadIndexRangeNoData"),
    ],
)
async def test_an_index_range_reads_a_part(
    plant: Plant, hmi: Client, name: str, index_range: str, expected: Any
) -> None:
    result = await read(hmi, plant[name], index_range)
    assert result.StatusCode is not None
    if isinstance(expected, str) and expected.startswith("Bad"):
        assert result.StatusCode.name == expected
    else:
        assert result.Value is not None
        assert result.Value.Value == expected


@pytest.mark.parametrize(
    ("index_range", "part", "code", "after"),
    [
        ("1:2", [90, 91], "Good", [1, 90, 91, 4, 5]),
        ("0", [7], "Good", [7, 2, 3, 4, 5]),
        ("4:5", [1, 2], "BadIndexRangeNoData", [1, 2, 3, 4, 5]),
        ("1:2", [90], "BadIndexRangeDataMismatch", [1, 2, 3, 4, 5]),
        ("2:1", [90], "BadIndexRangeInvalid", [1, 2, 3, 4, 5]),
        ("1:2", [0.5, 0.5], "BadTypeMismatch", [1, 2, 3, 4, 5]),
    ],
)
async def test_a_write_with_an_index_range_changes_the_range_only(
    plant: Plant, hmi: Client, index_range: str, part: Any, code: str, after: list[int]
) -> None:
    plant.server.declare_writable(plant["array"])
    before = ua.DataValue(ua.Variant([1, 2, 3, 4, 5], ua.VariantType.Int64))
    await plant.server.write_value(plant["array"], before)
    assert await write(hmi, plant["array"], part, index_range) == code
    assert await hmi.get_node(plant["array"]).read_value() == after


async def test_reading_needs_permission(plant: Plant, hmi: Client) -> None:
    with denied(plant, AccessKind.READ, "secret"):
        result = await read(hmi, plant["secret"])
    assert result.StatusCode is not None
    assert result.StatusCode.name == "BadUserAccessDenied"
    assert result.Value is None or result.Value.Value is None


async def test_a_value_without_the_read_bit_is_not_read(plant: Plant, hmi: Client) -> None:
    node = plant.server.get_node(plant["secret"])
    await node.unset_attr_bit(ua.AttributeIds.AccessLevel, ua.AccessLevel.CurrentRead)
    try:
        result = await read(hmi, plant["secret"])
    finally:
        await node.set_attr_bit(ua.AttributeIds.AccessLevel, ua.AccessLevel.CurrentRead)
    assert result.StatusCode is not None
    assert result.StatusCode.name == "BadNotReadable"


async def test_a_hidden_node_cannot_be_found(plant: Plant, hmi: Client) -> None:
    machine, secret = hmi.get_node(plant["machine"]), hmi.get_node(plant["secret"])
    path = [f"{plant['secret'].NamespaceIndex}:Secret"]
    assert secret in await machine.get_children()
    assert await machine.get_child(path) == secret
    with denied(plant, AccessKind.BROWSE, "secret"):
        assert secret not in await machine.get_children()
        assert await status_of(machine.get_child(path)) == "BadNoMatch"
        description = ua.BrowseDescription(NodeId=secret.nodeid)
        (found,) = await hmi.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[description]))
        assert found.StatusCode.name == "BadNodeIdUnknown"
        assert await status_of(secret.read_browse_name()) == "BadNodeIdUnknown"


async def test_subscribing_needs_permission(plant: Plant, hmi: Client) -> None:
    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None: ...

    subscription = await hmi.create_subscription(500, Handler())
    nodes = [hmi.get_node(plant[name]) for name in ("secret", "level", "array")]
    with (
        denied(plant, AccessKind.SUBSCRIBE, "secret"),
        denied(plant, AccessKind.BROWSE, "array"),
    ):
        results = await subscription.subscribe_data_change(nodes)
    assert isinstance(results[1], int)
    assert [one.name for one in (results[0], results[2])] == [
        "BadUserAccessDenied",
        "BadNodeIdUnknown",
    ]
    await subscription.delete()


async def test_history_needs_permission_and_the_bit_of_the_access_level(
    plant: Plant, hmi: Client
) -> None:
    for name in ("secret", "level"):
        variable = plant.server.get_node(plant[name])
        await variable.set_attr_bit(ua.AttributeIds.AccessLevel, ua.AccessLevel.HistoryRead)
    rows = {
        plant[name]: TagRow(tag=f"M.{name}", unit="", data_type="bool", description="")
        for name in ("secret", "level", "setpoint")
    }
    plant.server.iserver.history_manager = tag_history(  # type: ignore[assignment]
        rows, InMemoryTagValues(), lambda: "point"
    )
    nodes = [plant[name] for name in ("secret", "level", "setpoint")]
    params = ua.HistoryReadParameters(
        HistoryReadDetails=ua.ReadRawModifiedDetails(NumValuesPerNode=ua.UInt32(1)),
        ReleaseContinuationPoints=False,
        NodesToRead=[ua.HistoryReadValueId(NodeId=one) for one in (*nodes, ua.NodeId(99, 7))],
    )
    with denied(plant, AccessKind.READ_HISTORY, "secret"):
        results = await hmi.uaclient.history_read(params)
    assert [one.StatusCode.name for one in results] == [
        "BadUserAccessDenied", "GoodNoData", "BadHistoryOperationUnsupported", "BadNodeIdUnknown",
    ]  # fmt: skip


async def test_operation_limits_are_those_that_are_advertised(plant: Plant, hmi: Client) -> None:
    limit = await hmi.get_node(
        ua.NodeId(ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead)
    ).read_value()
    wanted = ua.ReadValueId(NodeId=plant["level"], AttributeId=ua.AttributeIds.Value)
    full = ua.ReadParameters(NodesToRead=[wanted] * limit)
    assert len(await hmi.uaclient.read(full)) == limit
    full.NodesToRead.append(wanted)
    assert await status_of(hmi.uaclient.read(full)) == "BadTooManyOperations"
    assert await status_of(hmi.uaclient.read(ua.ReadParameters())) == "BadNothingToDo"
