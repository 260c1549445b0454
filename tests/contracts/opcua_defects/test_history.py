"""The history of values: paging, modified values, values at a time and aggregates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncua import Client, ua

from tests.contracts.opcua_defects.harness import Servers, Target

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

START = datetime(2026, 1, 2, tzinfo=UTC)
AVERAGE = ua.NodeId(ua.ObjectIds.AggregateFunction_Average)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


async def ask(
    one: Client,
    node_id: ua.NodeId,
    details: Any,
    *,
    point: bytes | None = None,
    release: bool = False,
    timestamps: ua.TimestampsToReturn = ua.TimestampsToReturn.Both,
) -> ua.HistoryReadResult:
    """Ask for the history of one node; a fault of the whole service is an AssertionError."""
    params = ua.HistoryReadParameters(
        HistoryReadDetails=details,
        TimestampsToReturn=timestamps,
        ReleaseContinuationPoints=release,
        NodesToRead=[ua.HistoryReadValueId(NodeId=node_id, ContinuationPoint=point)],
    )
    try:
        (result,) = await one.uaclient.history_read(params)
    except ua.UaStatusCodeError as failure:
        raise AssertionError("the service fails as a whole") from failure
    return result


def values(result: ua.HistoryReadResult) -> list[Any]:
    assert result.StatusCode.is_good(), result.StatusCode.name
    return [one.Value.Value if one.Value is not None else None for one in _data(result)]


def _data(result: ua.HistoryReadResult) -> list[ua.DataValue]:
    return list(getattr(result.HistoryData, "DataValues", ()))


def raw(count: int, **more: Any) -> ua.ReadRawModifiedDetails:
    given = {"StartTime": at(0), "EndTime": at(3600), "IsReadModified": False} | more
    return ua.ReadRawModifiedDetails(NumValuesPerNode=ua.UInt32(count), ReturnBounds=False, **given)


async def many_values_of_one_instant_come_to_an_end(target: Target) -> None:
    await target.remember([(at(n // 9), float(n)) for n in range(900)])
    async with target.client() as one:
        result = await ask(one, target["record"], raw(7))
        found = values(result)
        for _ in range(200):
            if not result.ContinuationPoint:
                break
            result = await ask(one, target["record"], raw(7), point=result.ContinuationPoint)
            found += values(result)
        assert found == [float(n) for n in range(900)]


async def more_than_was_asked_for_leaves_a_continuation_point(target: Target) -> None:
    await target.remember([(at(n), float(n)) for n in range(10)])
    async with target.client() as one:
        result = await ask(one, target["record"], raw(4))
        assert values(result) == [0.0, 1.0, 2.0, 3.0]
        assert result.ContinuationPoint


async def a_released_continuation_point_is_gone(target: Target) -> None:
    await target.remember([(at(n), float(n)) for n in range(10)])
    async with target.client() as one:
        point = (await ask(one, target["record"], raw(4))).ContinuationPoint
        assert point
        await ask(one, target["record"], raw(4), point=point, release=True)
        result = await ask(one, target["record"], raw(4), point=point)
        assert result.StatusCode.name == "BadContinuationPointInvalid"


async def what_was_never_modified_is_not_told_as_modified(target: Target) -> None:
    await target.remember([(at(n), float(n)) for n in range(5)])
    async with target.client() as one:
        result = await ask(one, target["record"], raw(10, IsReadModified=True))
        assert values(result) == []
        assert isinstance(result.HistoryData, ua.HistoryModifiedData)


async def a_value_between_two_readings_is_estimated(target: Target) -> None:
    await target.remember([(at(10 * n), float(10 * n)) for n in range(5)])
    details = ua.ReadAtTimeDetails(ReqTimes=[at(10), at(15)], UseSimpleBounds=False)
    async with target.client() as one:
        result = await ask(one, target["record"], details)
        assert values(result) == [10.0, 15.0]
        assert [one.StatusCode.value & 0x1F for one in _data(result)] == [0, 2]


async def an_average_is_worked_out(target: Target) -> None:
    await target.remember([(at(n), float(n)) for n in range(20)])
    details = ua.ReadProcessedDetails(
        StartTime=at(0),
        EndTime=at(20),
        ProcessingInterval=ua.Duration(10_000.0),
        AggregateType=[AVERAGE],
    )
    async with target.client() as one:
        assert values(await ask(one, target["record"], details)) == [4.5, 14.5]


async def only_the_timestamps_asked_for_come(target: Target) -> None:
    await target.remember([(at(0), 1.0)])
    async with target.client() as one:
        source = ua.TimestampsToReturn.Source
        (found,) = _data(await ask(one, target["record"], raw(1), timestamps=source))
        assert found.SourceTimestamp is not None
        assert found.ServerTimestamp is None


DEFECTS = (
    many_values_of_one_instant_come_to_an_end,
    more_than_was_asked_for_leaves_a_continuation_point,
    a_released_continuation_point_is_gone,
    what_was_never_modified_is_not_told_as_modified,
    a_value_between_two_readings_is_estimated,
    an_average_is_worked_out,
    only_the_timestamps_asked_for_come,
)


@pytest.mark.parametrize("scenario", DEFECTS, ids=lambda one: one.__name__)
async def test_stock_asyncua_lacks_it_and_we_do_not(servers: Servers, scenario: Any) -> None:
    await servers.check(scenario)
