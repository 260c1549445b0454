"""Requests that are allowed one by one, and far too much together: others are served meanwhile."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from struct import pack
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua

from server.faces.opcua.secure.connection import Request
from server.faces.opcua.settings import SecureServerLimits
from server.faces.opcua.subscriptions import item_services
from tests.integration.test_opcua_hostile import Attacker, attacker
from tests.integration.test_opcua_secure_events import an_event
from tests.opcua_plant import Plant, client, prepared_client, running_plant, status_of
from tests.opcua_subscriber import Subscriber, selecting

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

_MAX_BYTES = 512 * 1024
_LARGE = b"x" * 200_000
_MANY_REFERENCES = ua.NodeId(ua.ObjectIds.Structure)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    limits = SecureServerLimits(
        max_message_bytes=_MAX_BYTES, max_event_items_per_session=3, max_queued_event_bytes=10_000
    )
    async with running_plant(tmp_path_factory.mktemp("certificates"), limits=limits) as one:
        value = ua.DataValue(ua.Variant(_LARGE, ua.VariantType.ByteString))
        await one.server.write_value(one["text"], value)
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def hmi(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant) as one:
        yield one


@contextmanager
def peak() -> Iterator[list[int]]:
    """Say how many bytes more than before there were at the worst moment."""
    found: list[int] = []
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


async def turns_during(work: Any) -> tuple[int, Any]:
    """Return how often everybody else had a turn while something was worked on, and its result."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(others())
    try:
        result = await work
    finally:
        counting.cancel()
    return turns, result


def reads(node_id: ua.NodeId, number: int, index_range: str | None) -> ua.ReadParameters:
    wanted = ua.ReadValueId(node_id, ua.AttributeIds.Value, IndexRange=index_range)
    return ua.ReadParameters(NodesToRead=[wanted] * number)


@pytest.mark.parametrize("number", [400, 1_500])
@pytest.mark.parametrize("index_range", [None, "0:199990"])
async def test_an_answer_that_gets_too_large_is_given_up_while_it_is_made(
    plant: Plant, hmi: Client, number: int, index_range: str | None
) -> None:
    wanted = reads(plant["text"], number, index_range)
    with peak() as found:
        assert await status_of(hmi.uaclient.read(wanted)) == "BadResponseTooLarge"
    assert found[0] < 16 * 1024 * 1024  # all of it would be 80 MB at least


async def browsed(hmi: Client, number: int, class_mask: int) -> str:
    one = ua.BrowseDescription(
        _MANY_REFERENCES, ua.BrowseDirection.Both, ua.NodeId(), True, class_mask, 63
    )
    return await status_of(hmi.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[one] * number)))


async def test_a_browse_that_gets_too_large_is_given_up_while_it_is_made(hmi: Client) -> None:
    with peak() as found:
        assert await browsed(hmi, 2_000, 0) == "BadResponseTooLarge"
    assert found[0] < 16 * 1024 * 1024


async def test_others_are_served_during_a_long_browse(hmi: Client) -> None:
    turns, said = await turns_during(browsed(hmi, 2_000, int(ua.NodeClass.View)))
    assert said == "Good"
    assert turns > 20


async def test_others_are_served_during_a_long_read(plant: Plant, hmi: Client) -> None:
    held = ua.DataValue(ua.Variant(list(range(2_000)), ua.VariantType.UInt64))
    await plant.server.write_value(plant["array"], held)
    wanted = reads(plant["array"], 2_000, "0:1")
    turns, answers = await turns_during(hmi.uaclient.read(wanted))
    assert all(one.Value.Value == [0, 1] for one in answers)
    assert turns > 2


async def test_others_are_served_while_many_paths_are_followed(hmi: Client) -> None:
    name = ua.QualifiedName("NoSuchName", 0)
    element = ua.RelativePathElement(ua.NodeId(), True, True, name)
    path = ua.BrowsePath(_MANY_REFERENCES, ua.RelativePath([element]))
    turns, answers = await turns_during(hmi.uaclient.translate_browsepaths_to_nodeids([path] * 900))
    assert {one.StatusCode.name for one in answers} == {"BadNoMatch"}
    assert turns > 2


async def answered(raw: Attacker, number: int) -> None:
    """Wait for so many answers of one chunk each."""
    while number > 0:
        number -= (await asyncio.wait_for(raw.answers.get(), 5)).count(b"MSGF")


async def test_others_are_served_between_requests_that_come_together(plant: Plant) -> None:
    async with attacker(plant) as raw:
        one = ua.BrowseDescription(
            _MANY_REFERENCES, ua.BrowseDirection.Both, ua.NodeId(), True, int(ua.NodeClass.View), 63
        )
        request = ua.BrowseRequest(Parameters=ua.BrowseParameters(NodesToBrowse=[one] * 10))
        body = raw.pack(request)
        frames = [raw.sealed(body) for _ in range(50)]

        raw.send(*frames)
        turns, _ = await turns_during(answered(raw, 50))
    assert turns > 50


def announced(raw: Attacker, request: Any, number: bytes) -> bytes:
    """Return a request that announces many more entries than it has."""
    whole = raw.pack(request)
    at = whole.rindex(number)
    return whole[:at] + pack("<i", 1_000_000) + whole[at + 4 :]


@pytest.mark.parametrize(
    "request_",
    [
        ua.RegisterNodesRequest(Parameters=ua.RegisterNodesParameters([ua.NodeId(7, 7)] * 77)),
        ua.PublishRequest(
            Parameters=ua.PublishParameters([ua.SubscriptionAcknowledgement(7, 7)] * 77)
        ),
        ua.TransferSubscriptionsRequest(
            Parameters=ua.TransferSubscriptionsParameters(SubscriptionIds=[7] * 77)
        ),
        ua.ReadRequest(
            Parameters=ua.ReadParameters(
                NodesToRead=[ua.ReadValueId(ua.NodeId(7, 7), 13, IndexRange="1")] * 77
            )
        ),
        ua.DeleteMonitoredItemsRequest(
            Parameters=ua.DeleteMonitoredItemsParameters(MonitoredItemIds=[7] * 77)
        ),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_how_many_entries_there_are_is_looked_at_before_they_are_read(
    plant: Plant, request_: Any
) -> None:
    async with attacker(plant) as raw:
        raw.send(raw.sealed(announced(raw, request_, pack("<i", 77))))
        answer = raw._wire.open_chunk(await raw.answer())
    assert answer is not None
    assert pack("<I", ua.StatusCodes.BadTooManyOperations) in answer.body


async def test_others_are_served_while_a_large_request_is_read(hmi: Client) -> None:
    element = ua.RelativePathElement(TargetName=ua.QualifiedName("x", 0))
    path = ua.BrowsePath(_MANY_REFERENCES, ua.RelativePath([element] * 30_000))
    turns = 0
    read_in_a_thread = asyncio.Event()

    async def others() -> None:
        nonlocal turns
        while not read_in_a_thread.is_set():
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(others())
    (answer,) = await hmi.uaclient.translate_browsepaths_to_nodeids([path])
    read_in_a_thread.set()
    await counting
    assert answer.StatusCode.name == "BadQueryTooComplex"
    assert turns > 20


async def test_a_stranger_sends_small_requests_only(plant: Plant) -> None:
    one = await prepared_client(plant)
    await one.connect_socket()
    try:
        await one.send_hello()
        await one.open_secure_channel()
        assert await one.get_endpoints()
        many = ua.GetEndpointsParameters(LocaleIds=["en-GB"] * 10_000)
        with pytest.raises((ua.UaError, ConnectionError, asyncio.TimeoutError)):
            await one.uaclient.get_endpoints(many)
        await asyncio.wait_for(gone(plant, 1), 5)
    finally:
        one.disconnect_socket()


async def gone(plant: Plant, left: int) -> None:
    while len(plant.server.bserver.clients) > left:  # noqa: ASYNC110 - as seen from outside
        await asyncio.sleep(0.01)


async def test_large_requests_wait_at_their_client_and_not_in_the_memory(plant: Plant) -> None:
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            for protocol in plant.server.bserver.clients:
                waiting = [one for one, _ in protocol.messages._queue if isinstance(one, Request)]
                most = max(most, sum(len(one.body) for one in waiting))
            await asyncio.sleep(0)

    async with attacker(plant) as raw:
        element = ua.RelativePathElement(TargetName=ua.QualifiedName("x", 0))
        path = ua.BrowsePath(_MANY_REFERENCES, ua.RelativePath([element] * 10_000))
        parameters = ua.TranslateBrowsePathsToNodeIdsParameters([path])
        body = raw.pack(ua.TranslateBrowsePathsToNodeIdsRequest(Parameters=parameters))
        assert 50_000 < len(body) < _MAX_BYTES
        watching = asyncio.create_task(watch())
        for _ in range(16):
            room = 60_000
            parts = [body[at : at + room] for at in range(0, len(body), room)]
            raw._request_id += 1
            *first, last = parts
            for one in first:
                raw.send(raw._wire._sealed(raw._wire._keys, b"MSGC", one, raw._request_id))
            raw.send(raw._wire._sealed(raw._wire._keys, b"MSGF", last, raw._request_id))
        await answered(raw, 16)
        watching.cancel()
    assert 0 < most <= 2 * _MAX_BYTES


async def added_event_item(subscriber: Subscriber, *names: str) -> str:
    created = await subscriber.add(
        ua.NodeId(ua.ObjectIds.Server),
        queue=1_000,
        attribute=ua.AttributeIds.EventNotifier,
        wanted=selecting(*names),
    )
    return created.StatusCode.name


async def test_items_that_look_at_every_event_are_few(hmi: Client) -> None:
    one, other = await Subscriber.create(hmi), await Subscriber.create(hmi)
    said = [await added_event_item(each, "Message") for each in (one, other, one, other)]
    assert said == ["Good", "Good", "Good", "BadTooManyMonitoredItems"]
    assert (await one.add(ua.NodeId(ua.ObjectIds.Server_ServerArray))).StatusCode.is_good()
    await one.delete()
    assert await added_event_item(other, "Message") == "Good"
    await other.delete()


async def test_links_between_items_are_few(
    plant: Plant, hmi: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_services, "MAX_LINKS", 3)
    subscriber = await Subscriber.create(hmi)
    ids = [(await subscriber.add(plant["level"])).MonitoredItemId for _ in range(3)]
    said = [await subscriber.trigger(one, add=tuple(ids[:2])) for one in ids[1:]]
    results = [code.name for one in said for code in one.AddResults]
    assert results == ["Good", "Good", "Good", "BadTooManyMonitoredItems"]
    again = await subscriber.trigger(ids[1], add=tuple(ids[:2]))
    assert [code.name for code in again.AddResults] == ["Good", "Good"]
    await subscriber.delete()


async def test_events_that_nobody_fetches_do_not_fill_the_memory(plant: Plant, hmi: Client) -> None:
    subscriber = await Subscriber.create(hmi)
    for _ in range(2):
        assert await added_event_item(subscriber, *["Message"] * 20, "EventType") == "Good"
    held = plant.server.iserver.subscriptions.all[subscriber.subscription_id]
    for number in range(50):
        await plant.server.emit_event(an_event(plant, f"event {number:03}"), plant["machine"])
    waiting = [one.queue for one in held.items.values()]
    assert 0 < sum(len(each) for queue in waiting for each in queue) <= 10_000
    told = [one.EventFields[0].Value.Text for one in await subscriber.until_quiet()]
    assert told.count("event 049") == 2
    assert any("event" not in one for one in told), "nothing says that events were lost"
    assert held.event_bytes == 0
    await subscriber.delete()
