"""HistoryRead raw over the wire: windows, directions, paging, bounds, and what is refused."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from models.tag_value import Quality, TagValue
from tests.fix_rest import NOW
from tests.opcua_face_plant import FacePlant, node, running_face_plant

TAG = "FLOOR-SCALE-01.net_weight"
NODE = node("ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight")
NO_TIME = datetime(1601, 1, 1)  # noqa: DTZ001 -- how OPC UA says "no time"


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def reading(second: float, value: float, sequence: int = 0) -> TagValue:
    time = at(second)
    return TagValue(TAG, value, Quality.GOOD, time, time, sequence)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacePlant]:
    async with running_face_plant(tmp_path_factory.mktemp("plant")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def plant(running: FacePlant) -> FacePlant:
    running.history.empty()
    await running.history.write([reading(second, float(second)) for second in range(10)])
    return running


@pytest_asyncio.fixture(loop_scope="module")
async def scada(plant: FacePlant) -> AsyncIterator[Client]:
    async with plant.client("scada-01") as one:
        yield one


async def ask(  # noqa: PLR0913 -- the parameters of the service
    one: Client,
    start: datetime,
    end: datetime,
    count: int = 0,
    *,
    point: bytes | None = None,
    release: bool = False,
    bounds: bool = False,
    node_id: ua.NodeId = NODE,
    modified: bool = False,
) -> ua.HistoryReadResult:
    details = ua.ReadRawModifiedDetails(
        IsReadModified=modified,
        StartTime=start,
        EndTime=end,
        NumValuesPerNode=ua.UInt32(count),
        ReturnBounds=bounds,
    )
    params = ua.HistoryReadParameters(
        HistoryReadDetails=details,
        TimestampsToReturn=ua.TimestampsToReturn.Both,
        ReleaseContinuationPoints=release,
        NodesToRead=[ua.HistoryReadValueId(NodeId=node_id, ContinuationPoint=point)],
    )
    (result,) = await one.uaclient.history_read(params)
    return result


def data(result: ua.HistoryReadResult) -> list[ua.DataValue]:
    return list(result.HistoryData.DataValues)


def values(result: ua.HistoryReadResult) -> list[Any]:
    return [one.Value.Value if one.Value is not None else None for one in data(result)]


async def pages(
    one: Client, start: datetime, end: datetime, count: int, *, bounds: bool = False
) -> list[list[Any]]:
    result = await ask(one, start, end, count, bounds=bounds)
    found = [values(result)]
    while result.ContinuationPoint:
        assert len(found) < 50, "it never ends"
        result = await ask(one, start, end, count, point=result.ContinuationPoint, bounds=bounds)
        found.append(values(result))
    return found


@pytest.mark.parametrize(
    ("start", "end", "count", "wanted"),
    [
        (at(2), at(5), 0, [2, 3, 4]),  # holds its start, not its end
        (at(5), at(2), 0, [5, 4, 3]),  # the same, backwards
        (at(4), at(4), 0, [4]),
        (at(7), NO_TIME, 2, [7, 8]),  # only a start: so many from there
        (NO_TIME, at(7), 2, [7, 6]),  # only an end: so many back from there
        (at(20), at(30), 0, []),
    ],
)
async def test_window(
    scada: Client, start: datetime, end: datetime, count: int, wanted: list[float]
) -> None:
    result = await ask(scada, start, end, count)
    assert values(result) == wanted
    assert result.StatusCode.name == ("Good" if wanted else "GoodNoData")
    assert not result.ContinuationPoint


async def test_values_come_with_quality_and_both_times(plant: FacePlant, scada: Client) -> None:
    arrived = at(100.25)
    await plant.history.write([TagValue(TAG, None, Quality.BAD, at(50), arrived)])
    (one,) = data(await ask(scada, at(50), at(51)))
    assert one.StatusCode is not None
    assert one.StatusCode.is_bad()
    assert one.Value is None or one.Value.Value is None
    assert (one.SourceTimestamp, one.ServerTimestamp) == (at(50), arrived)


@pytest.mark.parametrize("backwards", [False, True])
async def test_pages_neither_lose_nor_repeat(scada: Client, *, backwards: bool) -> None:
    start, end = (at(9), at(-1)) if backwards else (at(0), at(20))
    wanted = [float(n) for n in range(10)]
    found = await pages(scada, start, end, 3)
    assert [len(page) for page in found] == [3, 3, 3, 1]
    assert [v for page in found for v in page] == (wanted[::-1] if backwards else wanted)


@pytest.mark.parametrize("backwards", [False, True])
async def test_many_values_of_one_instant_do_not_loop(
    plant: FacePlant, scada: Client, *, backwards: bool
) -> None:
    await plant.history.write([reading(60, float(n), sequence=n) for n in range(9)])
    window = (at(61), at(59)) if backwards else (at(59), at(61))
    found = [v for page in await pages(scada, *window, 2) for v in page]
    wanted = [float(n) for n in range(9)]
    assert found == (wanted[::-1] if backwards else wanted)


async def test_a_continuation_point_is_good_once_and_for_its_session(
    plant: FacePlant, scada: Client
) -> None:
    point = (await ask(scada, at(0), at(9), 3)).ContinuationPoint
    assert point
    async with plant.client("hmi-01") as other:
        stolen = await ask(other, at(0), at(9), 3, point=point)
    assert stolen.StatusCode.name == "BadContinuationPointInvalid"
    assert values(await ask(scada, at(0), at(9), 3, point=point)) == [3, 4, 5]
    again = await ask(scada, at(0), at(9), 3, point=point)
    assert again.StatusCode.name == "BadContinuationPointInvalid"


async def test_a_released_continuation_point_is_gone(scada: Client) -> None:
    point = (await ask(scada, at(0), at(9), 3)).ContinuationPoint
    released = await ask(scada, at(0), at(9), 3, point=point, release=True)
    assert released.StatusCode.name == "Good"
    after = await ask(scada, at(0), at(9), 3, point=point)
    assert after.StatusCode.name == "BadContinuationPointInvalid"


async def test_bounds_stand_at_both_ends(scada: Client) -> None:
    found = await ask(scada, at(2.5), at(5.5), bounds=True)
    assert values(found) == [2, 3, 4, 5, 6]
    assert values(await ask(scada, at(2), at(5), bounds=True)) == [2, 3, 4, 5]
    assert values(await ask(scada, at(5.5), at(2.5), bounds=True)) == [6, 5, 4, 3, 2]


async def test_a_bound_that_is_not_there_says_so(scada: Client) -> None:
    found = data(await ask(scada, at(-5), at(20), bounds=True))
    assert [found[0].StatusCode.name, found[-1].StatusCode.name] == ["BadBoundNotFound"] * 2
    assert [found[0].SourceTimestamp, found[-1].SourceTimestamp] == [at(-5), at(20)]
    assert len(found) == 12


async def test_bounds_come_once_when_paged(scada: Client) -> None:
    found = await pages(scada, at(1.5), at(7.5), 4, bounds=True)
    assert [v for page in found for v in page] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_what_cannot_be_read_is_refused(plant: FacePlant, scada: Client) -> None:
    unbounded = await ask(scada, at(0), NO_TIME)
    assert unbounded.StatusCode.name == "BadInvalidTimestampArgument"
    modified = await ask(scada, at(0), at(9), modified=True)  # nothing ever is
    assert modified.StatusCode.name == "GoodNoData"
    no_tag = await ask(scada, at(0), at(9), node_id=node("Stations/DISP-01/StepState"))
    assert no_tag.StatusCode.name == "BadHistoryOperationUnsupported"
    plant.history.is_away = True
    assert (await ask(scada, at(0), at(9))).StatusCode.name == "BadResourceUnavailable"
    plant.history.is_away = False
    assert values(await ask(scada, at(8), at(20))) == [8, 9]
