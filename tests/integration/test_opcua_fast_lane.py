"""The short way answers as the ordinary way does, byte for byte, and lets nobody through."""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary

from server.faces.opcua.access.permissions import AccessKind
from server.faces.opcua.secure.fast_lane import FastLane
from tests.opcua_plant import Plant, client, open_channel, running_plant, status_of, steal_session

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

_HEADER_BYTES = 28
"""Type id and response header: what differs between two answers is the time in there."""

_SEED = 20260101


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    async with running_plant(tmp_path_factory.mktemp("certificates")) as one:
        one.server.declare_writable(one["array"])
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


class Taken:
    """Which requests took the short way."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.quick: list[bool] = []
        answer = FastLane.answer

        def watched(lane: FastLane, request: Any) -> bool:
            took = answer(lane, request)
            self.quick.append(took)
            return took

        patch.setattr(FastLane, "answer", watched)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


async def both_ways(one: Client, make: Any, parameters: Any) -> tuple[bytes, bytes]:
    """Send a request the short way, then the ordinary way: with a word for the audit trail."""
    answers = []
    for entry in (None, "the long way"):
        request = make()
        request.Parameters = parameters
        request.RequestHeader.AuditEntryId = entry
        body = await one.uaclient.protocol.send_request(request)
        answers.append(body.read(len(body)))
    return answers[0], answers[1]


def node_ids(plant: Plant, chance: random.Random) -> ua.NodeId:
    standard = [ua.NodeId(number) for number in (84, 85, 86, 2253, 2256, 2258, 11704, 61, 58)]
    unknown = [ua.NodeId("nothing", 2), ua.NodeId(99_999_999), ua.NodeId(b"opaque", 2)]
    return chance.choice([*plant.nodes.values(), *standard, *unknown])


def reads(plant: Plant, chance: random.Random) -> ua.ReadParameters:
    wanted = [
        ua.ReadValueId(node_ids(plant, chance), chance.choice([13, 13, 13, *range(30)]))
        for _ in range(chance.randint(1, 12))
    ]
    # The time of the server's clock runs on between the two answers.
    wanted = [one for one in wanted if one.NodeId.Identifier not in {2256, 2258}] or [
        ua.ReadValueId(plant["level"], 13)
    ]
    timestamps = chance.choice([ua.TimestampsToReturn.Source, ua.TimestampsToReturn.Neither])
    return ua.ReadParameters(chance.choice([0.0, 500.0]), timestamps, wanted)


def browses(plant: Plant, chance: random.Random) -> ua.BrowseParameters:
    wanted = [
        ua.BrowseDescription(
            node_ids(plant, chance),
            chance.choice(list(ua.BrowseDirection)),
            ua.NodeId(chance.choice([0, 31, 33, 35, 45, 47, 85])),
            chance.choice([True, False]),
            chance.choice([0, 0, 1, 2, 4, 255]),
            chance.choice([63, 63, 0, 8, 0xFFFFFFFF]),
        )
        for _ in range(chance.randint(1, 6))
    ]
    return ua.BrowseParameters(NodesToBrowse=wanted)


def writes(plant: Plant, chance: random.Random) -> ua.WriteParameters:
    values = [ua.Variant(1.5), ua.Variant([1, 2, 3]), ua.Variant("x"), ua.Variant(True)]
    names = ["setpoint", "setpoint", "array", "level", "text"]
    return ua.WriteParameters(
        [
            ua.WriteValue(
                plant[chance.choice(names)],
                13,
                chance.choice([None, None, "0:2"]),
                ua.DataValue(chance.choice(values)),
            )
            for _ in range(chance.randint(1, 4))
        ]
    )


def calls(plant: Plant, chance: random.Random) -> ua.CallParameters:
    given = [[], [ua.Variant("word")], [ua.Variant([1.0, 2.0])], [ua.Variant(1), ua.Variant(2)]]
    names = ["echo", "sum", "refuse", "fail", "unlinked", "level", "anything"]
    objects = ["machine", "machine", "other", "level"]
    return ua.CallParameters(
        [
            ua.CallMethodRequest(
                plant[chance.choice(objects)], plant[chance.choice(names)], chance.choice(given)
            )
            for _ in range(chance.randint(1, 4))
        ]
    )


@pytest.mark.parametrize(
    ("make", "random_parameters"),
    [
        (ua.ReadRequest, reads),
        (ua.BrowseRequest, browses),
        (ua.WriteRequest, writes),
        (ua.CallRequest, calls),
    ],
)
async def test_both_ways_give_the_same_answer(
    plant: Plant, hmi: Client, make: Any, random_parameters: Any
) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - the same play every time
    for _ in range(40):
        parameters = random_parameters(plant, chance)
        short, ordinary = await both_ways(hmi, make, parameters)
        assert short[:4] == ordinary[:4]
        assert short[_HEADER_BYTES:] == ordinary[_HEADER_BYTES:], parameters


async def test_the_usual_requests_take_the_short_way(
    plant: Plant, hmi: Client, taken: Taken
) -> None:
    node = hmi.get_node(plant["level"])
    await node.read_value()
    await node.get_children()
    await hmi.get_node(plant["machine"]).call_method(plant["echo"], "word")
    assert taken.quick == [True, True, True]


@pytest.mark.parametrize(
    ("timestamps", "max_age", "code"),
    [
        (ua.TimestampsToReturn.Invalid, 0.0, "BadTimestampsToReturnInvalid"),
        (ua.TimestampsToReturn.Both, -1.0, "BadMaxAgeInvalid"),
    ],
)
async def test_a_read_that_makes_no_sense_is_refused_both_ways(
    plant: Plant, hmi: Client, timestamps: Any, max_age: float, code: str
) -> None:
    for index_range in (None, "0"):
        wanted = ua.ReadValueId(plant["array"], 13, index_range)
        parameters = ua.ReadParameters(max_age, timestamps, [wanted])
        assert await status_of(hmi.uaclient.read(parameters)) == code


@pytest.mark.parametrize(
    ("name", "namespace", "attribute", "code"),
    [
        ("Default Binary", 0, 13, "Good"),
        ("Default XML", 0, 13, "BadDataEncodingUnsupported"),
        ("Default Binary", 2, 13, "BadDataEncodingInvalid"),
        ("Something", 0, 13, "BadDataEncodingInvalid"),
        ("Default Binary", 0, 3, "BadDataEncodingInvalid"),
    ],
)
async def test_an_encoding_that_is_not_there_is_refused(
    plant: Plant, hmi: Client, name: str, namespace: int, attribute: int, code: str
) -> None:
    encoding = ua.QualifiedName(name, namespace)
    wanted = ua.ReadValueId(plant["level"], attribute, None, encoding)
    (value,) = await hmi.uaclient.read(ua.ReadParameters(NodesToRead=[wanted]))
    assert value.StatusCode.name == code


@pytest.mark.parametrize("index_range", [None, "0:1"])
@pytest.mark.parametrize(
    ("timestamps", "source", "server"),
    [("Source", True, False), ("Server", False, True), ("Both", True, True), ("Neither",) * 3],
)
async def test_the_timestamps_asked_for_come_with_the_value(
    plant: Plant, hmi: Client, timestamps: str, source: Any, server: Any, index_range: Any
) -> None:
    wanted = ua.ReadValueId(plant["array"], 13, index_range)
    parameters = ua.ReadParameters(0, ua.TimestampsToReturn[timestamps], [wanted])
    (value,) = await hmi.uaclient.read(parameters)
    assert (value.SourceTimestamp is not None) == (source is True)
    assert (value.ServerTimestamp is not None) == (server is True)


async def test_the_short_way_asks_for_permission(plant: Plant, hmi: Client, taken: Taken) -> None:
    hidden = {(kind, plant["secret"]) for kind in (AccessKind.BROWSE, AccessKind.READ)}
    plant.rules.denied |= hidden | {(AccessKind.CALL, plant["echo"])}
    try:
        for attribute in (13, 3):
            wanted = ua.ReadValueId(plant["secret"], attribute)
            (value,) = await hmi.uaclient.read(ua.ReadParameters(NodesToRead=[wanted]))
            assert value.StatusCode.is_bad()
        request = ua.CallMethodRequest(plant["machine"], plant["echo"], [ua.Variant("word")])
        (result,) = await hmi.uaclient.call([request])
        assert result.StatusCode.name == "BadUserAccessDenied"
        assert taken.quick == [True, True, True]
    finally:
        plant.rules.denied.clear()


async def test_a_stolen_token_gets_nothing_on_another_channel(plant: Plant, hmi: Client) -> None:
    thief = await open_channel(plant)
    try:
        steal_session(thief, hmi)
        wanted = ua.ReadParameters(NodesToRead=[ua.ReadValueId(plant["level"], 13)])
        assert await status_of(thief.uaclient.read(wanted)) == "BadSessionIdInvalid"
    finally:
        thief.disconnect_socket()


async def test_a_token_on_the_right_channel_must_be_the_right_one(plant: Plant) -> None:
    async with client(plant) as one:
        protocol: Any = one.uaclient.protocol
        right = protocol.authentication_token
        protocol.authentication_token = ua.NodeId(bytes(32))
        wanted = ua.ReadParameters(NodesToRead=[ua.ReadValueId(plant["level"], 13)])
        assert await status_of(one.uaclient.read(wanted)) == "BadSessionIdInvalid"
        protocol.authentication_token = right


async def test_a_write_is_seen_by_the_read_behind_it(plant: Plant, hmi: Client) -> None:
    """Requests of one connection are taken in their order, whichever way they go."""
    protocol: Any = hmi.uaclient.protocol
    pending = []
    for number in range(30):
        value = ua.WriteValue(plant["setpoint"], 13, None, ua.DataValue(ua.Variant(float(number))))
        write = ua.WriteRequest(Parameters=ua.WriteParameters(NodesToWrite=[value]))
        wanted = ua.ReadValueId(plant["setpoint"], 13)
        read = ua.ReadRequest(Parameters=ua.ReadParameters(NodesToRead=[wanted]))
        pending += [protocol._send_request(write, 10), protocol._send_request(read, 10)]
    answers = [await one for one in pending]
    for number, body in enumerate(answers[1::2]):
        response: Any = struct_from_binary(ua.ReadResponse, Buffer(body.read(len(body))))
        assert response.Results[0].Value.Value == float(number)


async def test_an_answer_that_the_client_cannot_take_is_a_fault(plant: Plant) -> None:
    async with client(plant) as one:
        session = list(plant.server.iserver._external_sessions.values())[-1]
        channels: Any = [each.processor for each in plant.server.bserver.clients]
        (connected,) = [each for each in channels if each.session is session]
        connected._limits.max_response_size = 100
        wanted = [ua.ReadValueId(plant["text"], attribute) for attribute in (1, 3, 4, 13)] * 10
        parameters = ua.ReadParameters(NodesToRead=wanted)
        assert await status_of(one.uaclient.read(parameters)) == "BadResponseTooLarge"
        connected._limits.max_response_size = 0
        assert len(await one.uaclient.read(parameters)) == 40
