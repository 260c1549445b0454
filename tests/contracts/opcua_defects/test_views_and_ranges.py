"""Browse paging, parts of arrays, encodings and timestamps: against stock asyncua."""

from typing import Any

import pytest
from asyncua import Client, ua

from tests.contracts.opcua_defects.harness import Servers, Target

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

VALUE = ua.AttributeIds.Value


async def read(one: Client, wanted: ua.ReadValueId, **facts: Any) -> ua.DataValue:
    (value,) = await one.uaclient.read(ua.ReadParameters(NodesToRead=[wanted], **facts))
    return value


async def browse(one: Client, most: int = 0, view: Any = None, **facts: Any) -> Any:
    wanted = {
        "NodeId": ua.NodeId(ua.ObjectIds.Server),
        "BrowseDirection": ua.BrowseDirection.Forward,
        "ResultMask": 63,
    }
    params = ua.BrowseParameters(
        View=ua.ViewDescription(ViewId=view or ua.NodeId()),
        RequestedMaxReferencesPerNode=most,
        NodesToBrowse=[ua.BrowseDescription(**wanted | facts)],
    )
    (result,) = await one.uaclient.browse(params)
    return result


async def a_range_is_read_and_nothing_else(target: Target) -> None:
    async with target.client() as one:
        value = await read(one, ua.ReadValueId(target["array"], VALUE, "1:2"))
        assert value.Value is not None
        assert value.Value.Value == [2, 3]


async def a_range_outside_of_an_array_has_no_data(target: Target) -> None:
    async with target.client() as one:
        value = await read(one, ua.ReadValueId(target["array"], VALUE, "50:60"))
        assert value.StatusCode is not None
        assert value.StatusCode.name == "BadIndexRangeNoData"


async def a_write_of_a_range_keeps_the_rest(target: Target) -> None:
    if target.is_ours:
        target.server.declare_writable(target["array"])
    else:
        await target.server.get_node(target["array"]).set_writable()
    async with target.client("admin-01") as one:
        part = ua.DataValue(ua.Variant([90, 91], ua.VariantType.Int64))
        wanted = ua.WriteValue(target["array"], VALUE, "1:2", part)
        (code,) = await one.uaclient.write(ua.WriteParameters(NodesToWrite=[wanted]))
        code.check()
        assert await one.get_node(target["array"]).read_value() == [1, 90, 91, 4, 5]
        await target.write("array", [1, 2, 3, 4, 5], ua.VariantType.Int64)


async def browse_gives_no_more_than_asked_for(target: Target) -> None:
    async with target.client() as one:
        result = await browse(one, most=2)
        assert len(result.References) == 2
        assert result.ContinuationPoint


async def browse_next_gives_the_rest(target: Target) -> None:
    async with target.client() as one:
        whole = [each.NodeId for each in (await browse(one)).References]
        result = await browse(one, most=2)
        found = [each.NodeId for each in result.References]
        assert len(found) == 2
        for _ in whole:
            if not result.ContinuationPoint:
                break
            params = ua.BrowseNextParameters(False, [result.ContinuationPoint])
            try:
                (result,) = await one.uaclient.browse_next(params)
            except ua.UaError as refused:
                raise AssertionError("there is no BrowseNext") from refused
            found += [each.NodeId for each in result.References]
        assert found == whole
        assert len(whole) > 2
        assert not result.ContinuationPoint


async def a_continuation_point_that_is_none_is_refused(target: Target) -> None:
    async with target.client() as one:
        try:
            params = ua.BrowseNextParameters(False, [b"none"])
            (result,) = await one.uaclient.browse_next(params)
        except ua.UaError as refused:
            raise AssertionError("there is no BrowseNext") from refused
        assert result.StatusCode.name == "BadContinuationPointInvalid"


async def a_direction_that_is_none_is_refused(target: Target) -> None:
    async with target.client() as one:
        result = await browse(one, BrowseDirection=ua.BrowseDirection.Invalid)
        assert result.StatusCode.name == "BadBrowseDirectionInvalid"


async def a_reference_type_that_is_none_is_refused(target: Target) -> None:
    async with target.client() as one:
        result = await browse(one, ReferenceTypeId=ua.NodeId("nothing", 2))
        assert result.StatusCode.name == "BadReferenceTypeIdInvalid"


async def a_view_that_is_none_is_refused(target: Target) -> None:
    async with target.client() as one:
        try:
            await browse(one, view=ua.NodeId("nothing", 2))
        except ua.UaStatusCodeError as refused:
            assert refused.code == ua.StatusCodes.BadViewIdUnknown  # noqa: PT017 - a scenario
        else:
            raise AssertionError("a view that is not there was browsed")


async def only_the_fields_asked_for_come(target: Target) -> None:
    async with target.client() as one:
        result = await browse(one, ResultMask=int(ua.BrowseResultMask.BrowseName))
        assert {each.DisplayName.Text for each in result.References} == {None}


async def only_the_timestamps_asked_for_come(target: Target) -> None:
    now = ua.get_win_epoch().replace(year=2026)
    value = ua.DataValue(ua.Variant(2.0), SourceTimestamp=now, ServerTimestamp=now)
    await target.write("level", value)
    async with target.client() as one:
        wanted = ua.ReadValueId(target["level"], VALUE)
        got = await read(one, wanted, TimestampsToReturn=ua.TimestampsToReturn.Neither)
        assert (got.SourceTimestamp, got.ServerTimestamp) == (None, None)


async def a_negative_age_is_refused(target: Target) -> None:
    async with target.client() as one:
        wanted = ua.ReadValueId(target["level"], VALUE)
        try:
            await read(one, wanted, MaxAge=-1.0)
        except ua.UaStatusCodeError as refused:
            assert refused.code == ua.StatusCodes.BadMaxAgeInvalid  # noqa: PT017 - a scenario
        else:
            raise AssertionError("a negative MaxAge was taken")


async def an_encoding_that_is_none_is_refused(target: Target) -> None:
    async with target.client() as one:
        encoding = ua.QualifiedName("Something", 0)
        got = await read(one, ua.ReadValueId(target["level"], VALUE, None, encoding))
        assert got.StatusCode is not None
        assert got.StatusCode.name == "BadDataEncodingInvalid"


@pytest.mark.parametrize(
    "scenario",
    [
        a_range_is_read_and_nothing_else,
        a_range_outside_of_an_array_has_no_data,
        a_write_of_a_range_keeps_the_rest,
        browse_gives_no_more_than_asked_for,
        browse_next_gives_the_rest,
        a_continuation_point_that_is_none_is_refused,
        a_direction_that_is_none_is_refused,
        a_reference_type_that_is_none_is_refused,
        a_view_that_is_none_is_refused,
        only_the_fields_asked_for_come,
        only_the_timestamps_asked_for_come,
        a_negative_age_is_refused,
        an_encoding_that_is_none_is_refused,
    ],
)
async def test_what_stock_asyncua_gets_wrong_is_right_here(servers: Servers, scenario: Any) -> None:
    await servers.check(scenario)
