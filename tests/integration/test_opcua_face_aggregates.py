"""The history of tags over the wire: aggregates, values at given times, and what is announced."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.tag_value import Quality, TagValue
from server.faces.opcua.history.aggregates.catalogue import AGGREGATES
from server.faces.opcua.history.archive_start import ArchiveStarts
from tests.fix_rest import NOW
from tests.opcua_face_plant import TAGS, FacePlant, node, running_face_plant

WEIGHT = "FLOOR-SCALE-01.net_weight"
STABLE = "FLOOR-SCALE-01.stable"
NUMBER = {one.name: number for number, one in AGGREGATES.items()}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def node_of(tag: str) -> ua.NodeId:
    return node(f"ISA95/PhysicalAssets/{tag.replace('.', '/')}")


def reading(tag: str, second: float, value: Any, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue(tag, value, quality, at(second), at(second))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path_factory.mktemp("plant")) as one:
        bad = {3: Quality.BAD, 7: Quality.UNCERTAIN}
        await one.history.write(
            [reading(WEIGHT, n, float(n), bad.get(n, Quality.GOOD)) for n in range(20)]
            + [reading(STABLE, n, n % 4 < 2) for n in range(20)]
        )
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scada(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("scada-01") as one:
        yield one


async def ask(
    one: Client,
    details: Any,
    tags: Sequence[ua.NodeId] = (node_of(WEIGHT),),
    timestamps: ua.TimestampsToReturn = ua.TimestampsToReturn.Source,
) -> list[ua.HistoryReadResult]:
    params = ua.HistoryReadParameters(
        HistoryReadDetails=details,
        TimestampsToReturn=timestamps,
        ReleaseContinuationPoints=False,
        NodesToRead=[ua.HistoryReadValueId(NodeId=tag) for tag in tags],
    )
    found: list[ua.HistoryReadResult] = await one.uaclient.history_read(params)
    return found


def processed(names: Sequence[str], seconds: float = 10) -> ua.ReadProcessedDetails:
    return ua.ReadProcessedDetails(
        StartTime=at(0),
        EndTime=at(20),
        ProcessingInterval=ua.Duration(seconds * 1000),
        AggregateType=[ua.NodeId(NUMBER[name]) for name in names],
    )


def values(result: ua.HistoryReadResult) -> list[Any]:
    assert result.StatusCode.is_good(), result.StatusCode.name
    return [one.Value.Value for one in result.HistoryData.DataValues]


async def test_aggregates_of_several_nodes_come_in_one_answer(scada: Client) -> None:
    names = ["Average", "Count", "DurationInStateNonZero", "WorstQuality", "Average"]
    tags = [node_of(tag) for tag in (WEIGHT, WEIGHT, STABLE, WEIGHT, STABLE)]
    average, count, spent, worst, never = await ask(scada, processed(names), tags)
    assert values(average) == pytest.approx([35 / 8, 14.5])
    assert values(count) == [8, 10]
    assert values(spent) == [6000.0, 4000.0]
    assert [code.value for code in values(worst)] == [ua.StatusCodes.BadNoCommunication, 0]
    assert never.StatusCode.name == "BadAggregateNotSupported"
    first, second = average.HistoryData.DataValues
    subnormal = ua.StatusCodes.UncertainDataSubNormal
    assert [one.StatusCode.value for one in (first, second)] == [subnormal | 0x401, 0x401]
    assert (first.SourceTimestamp, second.SourceTimestamp) == (at(0), at(10))
    assert first.ServerTimestamp is None


async def test_every_aggregate_that_is_announced_is_answered(scada: Client) -> None:
    folder = scada.get_node(ua.NodeId(ua.ObjectIds.HistoryServerCapabilities_AggregateFunctions))
    children = await folder.get_children()
    names = [(await child.read_browse_name()).Name for child in children]
    assert sorted(names) == sorted(NUMBER)
    results = await ask(scada, processed(names), [node_of(WEIGHT)] * len(names))
    assert {name: one.StatusCode.name for name, one in zip(names, results, strict=True)} == (
        dict.fromkeys(names, "Good")
    )
    same = scada.get_node(ua.NodeId(ua.ObjectIds.Server_ServerCapabilities_AggregateFunctions))
    assert {one.nodeid for one in await same.get_children()} == {one.nodeid for one in children}


async def test_one_aggregate_per_node_is_needed(scada: Client) -> None:
    (result,) = await ask(scada, processed(["Average", "Count"]))
    assert result.StatusCode.name == "BadAggregateListMismatch"


async def test_a_node_without_history_shifts_nothing(scada: Client) -> None:
    tags = [node("Stations/DISP-01/StepState"), ua.NodeId(99, 4), node_of(WEIGHT)]
    none, unknown, found = await ask(scada, processed(["Count", "Average", "Maximum"]), tags)
    assert none.StatusCode.name == "BadHistoryOperationUnsupported"
    assert unknown.StatusCode.name == "BadNodeIdUnknown"
    assert values(found) == [9.0, 19.0]


async def test_values_at_given_times(scada: Client) -> None:
    details = ua.ReadAtTimeDetails(ReqTimes=[at(5.5), at(3), at(2)], UseSimpleBounds=False)
    (result,) = await ask(scada, details)
    held, bad, raw = result.HistoryData.DataValues
    assert (held.Value.Value, held.StatusCode.value) == (5.0, 0x402)  # stepped, and estimated
    assert bad.StatusCode.name == "BadNoCommunication"
    assert (raw.Value.Value, raw.StatusCode.value) == (2.0, 0)


async def test_nothing_was_ever_modified(scada: Client) -> None:
    details = ua.ReadRawModifiedDetails(
        IsReadModified=True,
        StartTime=at(0),
        EndTime=at(20),
        NumValuesPerNode=ua.UInt32(0),
        ReturnBounds=False,
    )
    (result,) = await ask(scada, details)
    assert result.StatusCode.name == "GoodNoData"
    assert result.HistoryData.DataValues == result.HistoryData.ModificationInfos == []


@pytest.mark.parametrize(
    ("timestamps", "has_source", "has_server"),
    [("Source", True, False), ("Server", False, True), ("Both", True, True)],
)
async def test_only_the_timestamps_asked_for_come(
    scada: Client, timestamps: str, *, has_source: bool, has_server: bool
) -> None:
    wanted = ua.TimestampsToReturn[timestamps]
    (result,) = await ask(scada, processed(["Average"], 20), timestamps=wanted)
    (found,) = result.HistoryData.DataValues
    assert (found.SourceTimestamp is not None) == has_source
    assert (found.ServerTimestamp is not None) == has_server


async def test_values_without_any_timestamp_are_refused(scada: Client) -> None:
    with pytest.raises(ua.UaStatusCodeError) as failure:
        await ask(scada, processed(["Average"]), timestamps=ua.TimestampsToReturn.Neither)
    assert failure.value.code == ua.StatusCodes.BadTimestampsToReturnInvalid


async def test_too_many_nodes_are_refused(scada: Client) -> None:
    limit = ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData
    most = await scada.get_node(ua.NodeId(limit)).read_value()
    tags = [node_of(WEIGHT)] * (most + 1)
    with pytest.raises(ua.UaStatusCodeError) as failure:
        await ask(scada, processed(["Average"] * len(tags)), tags)
    assert failure.value.code == ua.StatusCodes.BadTooManyOperations


async def test_the_capabilities_say_what_there_is(scada: Client) -> None:
    said = {}
    for name in (
        "AccessHistoryDataCapability", "MaxReturnDataValues", "InsertDataCapability",
        "AccessHistoryEventsCapability", "MaxReturnEventValues",
        "ReplaceDataCapability", "DeleteRawCapability", "InsertAnnotationCapability",
        "ServerTimestampSupported",
    ):  # fmt: skip
        number = getattr(ua.ObjectIds, f"HistoryServerCapabilities_{name}")
        said[name] = await scada.get_node(ua.NodeId(number)).read_value()
    assert said == {
        "AccessHistoryDataCapability": True,
        "AccessHistoryEventsCapability": True,
        "MaxReturnEventValues": 1_000,
        "MaxReturnDataValues": 20_000,
        "InsertDataCapability": False,
        "ReplaceDataCapability": False,
        "DeleteRawCapability": False,
        "InsertAnnotationCapability": False,
        "ServerTimestampSupported": True,
    }
    points = ua.ObjectIds.Server_ServerCapabilities_MaxHistoryContinuationPoints
    assert await scada.get_node(ua.NodeId(points)).read_value() == 100


async def test_the_configuration_of_a_tag_says_how_it_is_judged(scada: Client) -> None:
    tag = scada.get_node(node_of(WEIGHT))
    (configuration,) = await tag.get_referenced_nodes(ua.ObjectIds.HasHistoricalConfiguration)
    assert await (await configuration.get_child("0:Stepped")).read_value() is True
    rules = await configuration.get_child("0:AggregateConfiguration")
    said = {
        (await one.read_browse_name()).Name: await one.read_value()
        for one in await rules.get_properties()
    }
    assert said == {
        "TreatUncertainAsBad": True,
        "PercentDataBad": 100,
        "PercentDataGood": 100,
        "UseSlopedExtrapolation": False,
    }


async def test_the_configuration_says_from_when_on_there_are_readings(
    plant: FacePlant, scada: Client
) -> None:
    tag = scada.get_node(node_of(WEIGHT))
    (configuration,) = await tag.get_referenced_nodes(ua.ObjectIds.HasHistoricalConfiguration)
    server = plant.face._server
    rows = {node_of(row.tag): row for row in TAGS}
    starts = ArchiveStarts(rows, plant.history, server.write_value)
    await starts.look()
    for name in ("StartOfArchive", "StartOfOnlineArchive"):
        assert await (await configuration.get_child(f"0:{name}")).read_value() == at(0)
    await plant.history.write([reading(STABLE, -50, value=True)])
    await starts.look()
    assert await (await configuration.get_child("0:StartOfArchive")).read_value() == at(-50)
