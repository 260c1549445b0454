"""HistoryRead without sockets: types of tags, batches, pages, and what is refused."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.ua.ua_binary import struct_from_binary

from historian.in_memory import InMemoryTagValues
from models.tag_value import Quality, TagValue
from server.faces.opcua.access.caller import ANONYMOUS, Caller, set_current_caller
from server.faces.opcua.history import at_time, dispatch, processed, raw
from server.faces.opcua.history.aggregates.catalogue import AGGREGATES
from server.faces.opcua.history.continuations import MAX_CONTINUATION_POINTS, Continuations
from server.faces.opcua.history.dispatch import HistoryDispatch, tag_history
from server.faces.opcua.instances.tag_nodes import TagRow, shown_of
from server.faces.opcua.wire.turns import Turn

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
NUMBER = {one.name: number for number, one in AGGREGATES.items()}
ROWS = {
    "level": TagRow(tag="TANK.level", unit="l", data_type="float64", description="", stepped=False),
    "valve": TagRow(tag="TANK.valve", unit="", data_type="bool", description=""),
    "count": TagRow(tag="TANK.count", unit="", data_type="uint32", description=""),
    "name": TagRow(tag="TANK.name", unit="", data_type="string", description=""),
    "hot": TagRow(
        tag="TANK.hot", unit="degC", data_type="float32", description="",
        eu_range=(0.0, 80.0), instrument_range=(-20.0, 120.0),
    ),
}  # fmt: skip
Held = float | str | bool | None


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def caller(session: int = 1) -> Caller:
    return Caller(
        account=ANONYMOUS,
        session_id=ua.NodeId(session),
        session_name="",
        security_policy_uri="",
        security_mode=ua.MessageSecurityMode.SignAndEncrypt,
        client_address="",
        client_application_uri="",
        client_certificate="",
        read_only=False,
    )


class Plant:
    """The history of a few tags, asked as a session asks."""

    def __init__(self) -> None:
        ids = count(1)
        self.store = InMemoryTagValues()
        tags = {row.node_id: row for row in ROWS.values()}
        self.history: HistoryDispatch = tag_history(tags, self.store, lambda: f"id-{next(ids)}")

    async def keep(self, name: str, values: Sequence[tuple[float, Held] | tuple[Any, ...]]) -> None:
        await self.store.write(
            [
                TagValue(
                    ROWS[name].tag, row[1], row[2] if len(row) > 2 else Quality.GOOD,
                    at(row[0]), at(row[0] + 0.5), sequence,
                )
                for sequence, row in enumerate(values)
            ]
        )  # fmt: skip

    async def ask(
        self, name: str, details: Any, *, point: bytes | None = None, session: int = 1, **item: Any
    ) -> ua.HistoryReadResult:
        set_current_caller(caller(session))
        wanted = ua.HistoryReadValueId(NodeId=ROWS[name].node_id, ContinuationPoint=point, **item)
        params = ua.HistoryReadParameters(
            HistoryReadDetails=details,
            TimestampsToReturn=ua.TimestampsToReturn.Both,
            ReleaseContinuationPoints=False,
            NodesToRead=[wanted],
        )
        (result,) = await self.history.read_history(params)
        return result

    async def all(self, name: str, details: Any) -> list[list[ua.DataValue]]:
        result = await self.ask(name, details)
        pages = [data(result)]
        while result.ContinuationPoint:
            assert len(pages) < 100, "it never ends"
            result = await self.ask(name, details, point=result.ContinuationPoint)
            pages.append(data(result))
        return pages


@pytest.fixture
def plant() -> Plant:
    return Plant()


def data(result: ua.HistoryReadResult) -> list[ua.DataValue]:
    assert result.StatusCode.is_good(), result.StatusCode.name
    body = result.HistoryData.Body
    read: ua.HistoryData = struct_from_binary(ua.HistoryData, Buffer(body))
    return list(read.DataValues)


def values(found: Sequence[ua.DataValue]) -> list[Any]:
    return [one.Value.Value if one.Value is not None else None for one in found]


def everything(number: int = 0, **more: Any) -> ua.ReadRawModifiedDetails:
    given = {"StartTime": at(-100), "EndTime": at(10_000), "ReturnBounds": False} | more
    return ua.ReadRawModifiedDetails(
        IsReadModified=False, NumValuesPerNode=ua.UInt32(number), **given
    )


def aggregate(name: str, end: float, seconds: float, **more: Any) -> ua.ReadProcessedDetails:
    given = {
        "StartTime": at(0),
        "EndTime": at(end),
        "ProcessingInterval": ua.Duration(seconds * 1000),
        "AggregateType": [ua.NodeId(NUMBER[name])],
    } | more
    return ua.ReadProcessedDetails(**given)


# -- raw ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("level", [1.5, -0.0, None, 3, True, 2**60]),
        ("valve", [True, False, None, 1, 0.0]),
        ("count", [7, -(2**62), 2**53 + 1, None, 4.0, 4.5, True]),
        ("name", ["running", "", "µ", None, 3, 2**60, True]),
        ("hot", [20.0, -1.0, 81.0, -21.0, 121.0, None]),
        ("level", ["broken", 1.0]),
        ("count", [2**70, 1]),
    ],
)
@pytest.mark.parametrize("quality", Quality)
async def test_history_says_what_the_live_value_said(
    plant: Plant, name: str, held: list[Held], quality: Quality
) -> None:
    await plant.keep(name, [(n, value, quality) for n, value in enumerate(held)])
    (found,) = await plant.all(name, everything())
    stored = await plant.store.read(ROWS[name].tag, at(-1), at(1000), limit=100)
    for got, one in zip(found, stored, strict=True):
        if one.value == 2**70 or (one.value == "broken" and name == "level"):
            assert got.StatusCode.name == "BadConfigurationError"  # no value of the declared type
            assert values([got]) == [None]
            continue
        live = shown_of(ROWS[name], one)
        assert got.StatusCode.value == live.StatusCode.value
        assert (got.SourceTimestamp, got.ServerTimestamp) == (one.source_time, one.server_time)
        assert got.Value == live.Value


async def test_text_comes_in_smaller_pages(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MAX_TEXTS", 3)
    await plant.keep("name", [(n, f"state {n}") for n in range(7)])
    pages = await plant.all("name", everything())
    assert [values(page) for page in pages] == [
        ["state 0", "state 1", "state 2"], ["state 3", "state 4", "state 5"], ["state 6"],
    ]  # fmt: skip


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("bounds", [False, True])
@pytest.mark.parametrize("page", [1, 2, 3, 5, 0])
async def test_pages_and_bounds_together(
    plant: Plant, *, backwards: bool, bounds: bool, page: int
) -> None:
    await plant.keep("level", [(n // 3, float(n)) for n in range(12)])
    window = (at(2.5), at(0.5)) if backwards else (at(0.5), at(2.5))
    details = everything(page, StartTime=window[0], EndTime=window[1], ReturnBounds=bounds)
    pages = await plant.all("level", details)
    wanted = [3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    if bounds:
        wanted = [0.0 if backwards else 2.0, *wanted, 11.0 if backwards else 9.0]
    if bounds and backwards:  # next to the edges: the last before 0.5 s, the first after 2.5 s
        wanted = [2.0, *wanted[1:-1], 9.0]
    if backwards:
        wanted.reverse()
    assert [v for one in pages for v in values(one)] == wanted
    if page:
        assert max(len(one) for one in pages) == min(page, len(wanted))


async def test_bounds_count_as_values(plant: Plant) -> None:
    await plant.keep("level", [(n, float(n)) for n in range(10)])
    never = datetime(1601, 1, 1, tzinfo=UTC)
    forward = everything(3, StartTime=at(2.5), EndTime=never, ReturnBounds=True)
    assert values((await plant.all("level", forward))[0]) == [2.0, 3.0, 4.0]
    back = everything(3, StartTime=never, EndTime=at(2.5), ReturnBounds=True)
    assert values((await plant.all("level", back))[0]) == [3.0, 2.0, 1.0]


async def test_an_index_range_cuts_texts_and_nothing_else(plant: Plant) -> None:
    await plant.keep("name", [(0, "running"), (1, "r"), (2, None)])
    found = data(await plant.ask("name", everything(), IndexRange="1:3"))
    assert values(found) == ["unn", None, None]
    names = [one.StatusCode.name for one in found]
    assert names == ["Good", "BadIndexRangeNoData", "Good"]
    await plant.keep("level", [(0, 1.0)])
    (number,) = data(await plant.ask("level", everything(), IndexRange="0"))
    assert number.StatusCode.name == "BadIndexRangeNoData"
    wrong = await plant.ask("level", everything(), IndexRange="3:1")
    assert wrong.StatusCode.name == "BadIndexRangeInvalid"


async def test_a_data_encoding_is_refused(plant: Plant) -> None:
    encoding = ua.QualifiedName("Default XML", 0)
    result = await plant.ask("level", everything(), DataEncoding=encoding)
    assert result.StatusCode.name == "BadDataEncodingInvalid"


# -- at time --------------------------------------------------------------------------------------


def times(*seconds: float, simple: bool = False) -> ua.ReadAtTimeDetails:
    return ua.ReadAtTimeDetails(ReqTimes=[at(one) for one in seconds], UseSimpleBounds=simple)


@pytest.mark.parametrize("together", [True, False])
async def test_values_at_given_times(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> None:
    if not together:  # as when the times lie far apart
        monkeypatch.setattr(at_time, "_AT_ONCE", 2)
    bad, uncertain = Quality.BAD, Quality.UNCERTAIN
    rows = [(10, 10.0), (20, 20.0), (30, None, bad), (40, 40.0), (50, 50.0, uncertain), (60, 60.0)]
    await plant.keep("level", rows)
    found = data(await plant.ask("level", times(60, 5, 10, 15, 30, 35, 50, 55, 65)))
    assert values(found) == [60.0, None, 10.0, 15.0, None, 35.0, 50.0, 55.0, 60.0]
    assert [one.SourceTimestamp for one in found][:3] == [at(60), at(5), at(10)]
    codes = [one.StatusCode.value & 0xFFFF001F for one in found]
    good, subnormal = 0, 0x40A40000
    assert codes == [
        good, 0x809B0000, good, good | 2, ua.StatusCodes.BadNoCommunication, subnormal | 2,
        0x40000000, subnormal | 2, subnormal | 2,
    ]  # fmt: skip


async def test_simple_bounds_estimate_nothing_across_a_bad_value(plant: Plant) -> None:
    await plant.keep("level", [(10, 10.0), (20, 20.0), (30, None, Quality.BAD), (40, 40.0)])
    found = data(await plant.ask("level", times(15, 25, 35, 45, simple=True)))
    assert values(found) == [15.0, 20.0, None, None]
    assert [one.StatusCode.value >> 30 for one in found] == [0, 1, 2, 2]


async def test_of_several_values_of_one_instant_the_last_one_holds(plant: Plant) -> None:
    await plant.keep("valve", [(1, True), (1, False), (2, True)])
    (found,) = data(await plant.ask("valve", times(1)))
    assert (found.Value.Value, found.StatusCode.value) == (False, 0x408)  # hides another


async def test_many_times_come_in_pages(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_time, "MAX_TIMES", 3)
    await plant.keep("level", [(0, 0.0), (10, 10.0)])
    pages = await plant.all("level", times(*range(8)))
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [v for page in pages for v in values(page)] == [float(n) for n in range(8)]


async def test_times_far_apart_come_in_smaller_pages(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_time, "_AT_ONCE", 2)
    monkeypatch.setattr(at_time, "MAX_FAR_APART", 3)
    await plant.keep("level", [(n, float(n)) for n in range(9)])
    pages = await plant.all("level", times(*(n + 0.5 for n in range(8))))
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [v for page in pages for v in values(page)] == [n + 0.5 for n in range(8)]


async def test_no_times_are_refused(plant: Plant) -> None:
    result = await plant.ask("level", ua.ReadAtTimeDetails(ReqTimes=[]))
    assert result.StatusCode.name == "BadInvalidTimestampArgument"


async def test_more_times_than_are_looked_at_are_refused(plant: Plant) -> None:
    many = ua.ReadAtTimeDetails(ReqTimes=[at(1)] * (at_time.MAX_ASKED + 1))
    result = await plant.ask("level", many)
    assert result.StatusCode.name == "BadTooManyOperations"


# -- processed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(NUMBER))
@pytest.mark.parametrize("backwards", [False, True])
async def test_batches_do_not_change_an_aggregate(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, name: str, *, backwards: bool
) -> None:
    quality = [Quality.GOOD, Quality.GOOD, Quality.BAD, Quality.GOOD, Quality.UNCERTAIN]
    await plant.keep("level", [(n, float(n * n % 17), quality[n % 5]) for n in range(100)])
    more = {"StartTime": at(103), "EndTime": at(-3)} if backwards else {"StartTime": at(-3)}
    details = aggregate(name, 103, 7, **more)
    (whole,) = await plant.all("level", details)
    monkeypatch.setattr(processed, "BATCH", 20)
    parts = await plant.all("level", details)
    assert len(parts) > 3
    assert [one for part in parts for one in part] == whole


async def test_an_interval_may_hold_more_than_a_batch_and_not_more_than_the_limit(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processed, "BATCH", 10)
    monkeypatch.setattr(processed, "MAX_RAW", 51)  # the value at the far end is one of them
    await plant.keep("level", [(n, float(n)) for n in range(100)])
    pages = await plant.all("level", aggregate("Count", 100, 50))
    assert [v for page in pages for v in values(page)] == [50, 50]
    result = await plant.ask("level", aggregate("Count", 100, 51))
    assert result.StatusCode.name == "BadTooManyOperations"


@pytest.mark.parametrize("backwards", [False, True])
async def test_many_intervals_come_in_pages(plant: Plant, *, backwards: bool) -> None:
    await plant.keep("level", [(n, float(n)) for n in range(20)])
    more = {"StartTime": at(15), "EndTime": at(0)} if backwards else {}
    pages = await plant.all("level", aggregate("Interpolative", 15, 0.001, **more))
    assert [len(page) for page in pages] == [10_000, 5_000]
    found = [v for page in pages for v in values(page)]
    wanted = [n / 1000 for n in range(15_000)]
    if backwards:
        wanted = [15 - one for one in wanted]
    assert found == pytest.approx(wanted)


async def test_no_interval_means_one(plant: Plant) -> None:
    await plant.keep("level", [(n, float(n)) for n in range(21)])
    (found,) = (await plant.all("level", aggregate("Average", 20, 0)))[0]
    assert (found.Value.Value, found.SourceTimestamp) == (9.5, at(0))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Start", "filling"), ("End", "idle"), ("Interpolative", "idle"), ("Count", 3),
        ("NumberOfTransitions", 2), ("PercentGood", 100.0),
    ],
)  # fmt: skip
async def test_texts_have_the_aggregates_of_states(plant: Plant, name: str, wanted: Held) -> None:
    await plant.keep("name", [(-1, "idle"), (1, "filling"), (2, "idle"), (3, "idle"), (11, "x")])
    (found,) = (await plant.all("name", aggregate(name, 10, 10)))[0]
    assert found.Value is not None
    assert found.Value.Value == wanted


@pytest.mark.parametrize(
    ("name", "tag", "kind"),
    [
        ("Average", "count", ua.VariantType.Double), ("Maximum", "count", ua.VariantType.Int64),
        ("Interpolative", "count", ua.VariantType.Int64), ("Count", "level", ua.VariantType.Int32),
        ("DurationGood", "valve", ua.VariantType.Double),
        ("WorstQuality", "level", ua.VariantType.StatusCode),
        ("Start", "valve", ua.VariantType.Boolean), ("Delta", "level", ua.VariantType.Double),
    ],
)  # fmt: skip
async def test_an_aggregate_has_the_type_that_the_standard_says(
    plant: Plant, name: str, tag: str, kind: ua.VariantType
) -> None:
    await plant.keep(tag, [(0, 1), (5, 0), (10, 1)])
    (found,) = (await plant.all(tag, aggregate(name, 10, 10)))[0]
    assert found.Value is not None
    assert found.Value.VariantType is kind


def _configuration(**facts: Any) -> dict[str, ua.AggregateConfiguration]:
    given = ua.AggregateConfiguration(UseServerCapabilitiesDefaults=False, **facts)
    return {"AggregateConfiguration": given}


@pytest.mark.parametrize(
    ("tag", "details", "code"),
    [
        ("level", aggregate("Average", 0, 1), "BadInvalidArgument"),
        ("level", aggregate("Average", 10, -1), "BadInvalidArgument"),
        ("level", aggregate("Average", 10, float("nan")), "BadInvalidArgument"),
        ("level", aggregate("Average", 10, 0.0001), "BadInvalidArgument"),
        ("level", aggregate("Average", 10, 1, EndTime=datetime(1601, 1, 1, tzinfo=UTC)),
         "BadInvalidTimestampArgument"),
        ("level", aggregate("Average", 10, 1, AggregateType=[]), "BadAggregateListMismatch"),
        ("level", aggregate("Average", 10, 1, AggregateType=[ua.NodeId(2351)]),
         "BadAggregateNotSupported"),  # AnnotationCount: there are no annotations
        ("level", aggregate("Average", 10, 1, AggregateType=[ua.NodeId(2342, 3)]),
         "BadAggregateNotSupported"),
        ("valve", aggregate("Average", 10, 1), "BadAggregateNotSupported"),
        ("name", aggregate("DurationInStateZero", 10, 1), "BadAggregateNotSupported"),
        ("level", aggregate("Average", 10, 1, **_configuration(PercentDataBad=ua.Byte(101))),
         "BadAggregateInvalidInputs"),
        ("level", aggregate("Average", 10, 1, **_configuration(
            PercentDataBad=ua.Byte(40), PercentDataGood=ua.Byte(50))),
         "BadAggregateConfigurationRejected"),
        ("level", ua.ReadAnnotationDataDetails(ReqTimes=[at(0)]), "BadHistoryOperationUnsupported"),
        ("level", ua.ReadEventDetails(), "BadHistoryOperationUnsupported"),
        ("level", None, "BadHistoryOperationUnsupported"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(
    plant: Plant, tag: str, details: Any, code: str
) -> None:
    assert (await plant.ask(tag, details)).StatusCode.name == code


async def test_the_configuration_of_the_request_goes_before_the_defaults(plant: Plant) -> None:
    await plant.keep("level", [(0, 10.0), (5, 20.0, Quality.UNCERTAIN), (10, 30.0)])
    lenient = _configuration(
        TreatUncertainAsBad=False, PercentDataBad=ua.Byte(100), PercentDataGood=ua.Byte(100)
    )
    by_default = await plant.all("level", aggregate("Interpolative", 10, 5))
    found = await plant.all("level", aggregate("Interpolative", 10, 5, **lenient))
    assert [one.StatusCode.value & 0x1F for one in by_default[0]] == [0, 2]
    assert [one.StatusCode.value & 0x1F for one in found[0]] == [0, 0]  # it is the value itself


# -- continuation points --------------------------------------------------------------------------


async def test_a_point_leads_on_only_its_own_node_and_session(plant: Plant) -> None:
    await plant.keep("level", [(n, float(n)) for n in range(5)])
    await plant.keep("count", [(n, n) for n in range(5)])
    details = everything(2)
    point = (await plant.ask("level", details)).ContinuationPoint
    for stolen in (
        await plant.ask("count", details, point=point),
        await plant.ask("level", details, point=point, session=2),
        await plant.ask("level", times(1), point=point),
    ):
        assert stolen.StatusCode.name == "BadContinuationPointInvalid"
    assert values(data(await plant.ask("level", details, point=point))) == [2.0, 3.0]


def test_points_are_bounded_per_session() -> None:
    ids = count(1)
    points: Continuations[int] = Continuations(lambda: f"id-{next(ids)}")
    node = ua.NodeId(1)
    mine = points.keep("mine", node, 0)
    theirs = [points.keep("theirs", node, n) for n in range(MAX_CONTINUATION_POINTS + 5)]
    assert points.find("mine", node, mine) == 0
    assert points.find("theirs", node, theirs[4]) is None
    assert points.find("theirs", node, theirs[5]) == 5
    for n in range(1000):
        points.keep(f"session {n}", node, n)
    assert points.find("mine", node, mine) is None


async def test_the_nodes_of_a_request_share_the_answer(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MAX_VALUES_PER_ANSWER", 10)
    for name in ("level", "count"):
        await plant.keep(name, [(n, n) for n in range(20)])
    set_current_caller(caller())
    params = ua.HistoryReadParameters(
        HistoryReadDetails=everything(),
        TimestampsToReturn=ua.TimestampsToReturn.Source,
        ReleaseContinuationPoints=False,
        NodesToRead=[ua.HistoryReadValueId(NodeId=ROWS[n].node_id) for n in ("level", "count")],
    )
    results = await plant.history.read_history(params)
    assert [len(data(one)) for one in results] == [5, 5]
    assert all(one.ContinuationPoint for one in results)


async def test_one_node_that_is_refused_shifts_no_aggregate(plant: Plant) -> None:
    await plant.keep("level", [(n, float(n)) for n in range(11)])
    set_current_caller(caller())
    nodes = [ROWS["count"].node_id, ROWS["level"].node_id, ROWS["level"].node_id]
    params = ua.HistoryReadParameters(
        HistoryReadDetails=aggregate(
            "Average", 10, 10,
            AggregateType=[ua.NodeId(NUMBER[n]) for n in ("Count", "Minimum", "Maximum")],
        ),
        TimestampsToReturn=ua.TimestampsToReturn.Source,
        ReleaseContinuationPoints=False,
        NodesToRead=[ua.HistoryReadValueId(NodeId=one) for one in nodes],
    )  # fmt: skip

    def refuse(item: ua.HistoryReadValueId) -> ua.StatusCode | None:
        denied = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadUserAccessDenied))
        return denied if item.NodeId == nodes[0] else None

    denied, least, greatest = await plant.history.read_history(params, refuse)
    assert denied.StatusCode.name == "BadUserAccessDenied"
    assert [values(data(one)) for one in (least, greatest)] == [[0.0], [9.0]]


async def test_an_answer_that_gets_too_large_is_given_up_and_others_have_their_turn(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "Turn", partial(Turn, 0.0))
    await plant.keep("level", [(n, float(n)) for n in range(100)])
    set_current_caller(caller())
    params = ua.HistoryReadParameters(
        HistoryReadDetails=everything(),
        TimestampsToReturn=ua.TimestampsToReturn.Source,
        ReleaseContinuationPoints=False,
        NodesToRead=[ua.HistoryReadValueId(NodeId=ROWS["level"].node_id)] * 100,
    )
    asked = 0

    def count_asked(_: ua.HistoryReadValueId) -> None:
        nonlocal asked
        asked += 1

    others = 0

    async def have_a_turn() -> None:
        nonlocal others
        while True:
            await asyncio.sleep(0)
            others += 1

    counting = asyncio.create_task(have_a_turn())
    with pytest.raises(ServiceError) as refused:
        await plant.history.read_history(params, count_asked, 20_000)
    counting.cancel()
    assert refused.value.code == ua.StatusCodes.BadResponseTooLarge
    assert 5 < asked < 20
    assert others > asked / 2
