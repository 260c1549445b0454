"""A client with a session that breaks the rules harms its own connection and nobody else's."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from struct import pack
from typing import Any

import pytest
import pytest_asyncio
from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_to_binary
from typing_extensions import override

from server.faces.opcua.settings import SecureServerLimits
from tests.bench.opcua_load import Load
from tests.opcua_plant import Plant, client, prepared_client, running_plant

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

_SEED = 20260101
_MAX_BYTES = 256 * 1024


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    limits = SecureServerLimits(max_message_bytes=_MAX_BYTES, max_connections=20)
    async with running_plant(tmp_path_factory.mktemp("certificates"), limits=limits) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bystander(plant: Plant) -> AsyncIterator[Client]:
    async with client(plant, user="hmi-02") as one:
        yield one


class Attacker(Load):
    """A session over encrypted channel whose chunks are made by hand."""

    def __init__(self, one: Client) -> None:
        super().__init__(one)
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed = asyncio.Event()

    def sealed(self, body: bytes, kind: bytes = b"MSGF") -> bytes:
        """Return one chunk as this channel makes them."""
        self._request_id += kind == b"MSGF"
        return self._wire._sealed(self._wire._keys, kind, body, self._request_id)

    def send(self, *frames: bytes) -> None:
        self._transport.write(b"".join(frames))

    async def answer(self) -> bytes:
        """Return the next answer, or nothing when the connection was closed."""
        done, pending = await asyncio.wait(
            [asyncio.ensure_future(self.answers.get()), asyncio.ensure_future(self.closed.wait())],
            timeout=5,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for one in pending:
            one.cancel()
        assert done, "the server neither answered nor closed the connection"
        if not self.answers.empty():
            return self.answers.get_nowait()
        return next((one.result() for one in done if isinstance(one.result(), bytes)), b"")

    @override
    def data_received(self, data: bytes) -> None:
        self.answers.put_nowait(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()


@asynccontextmanager
async def attacker(plant: Plant) -> AsyncIterator[Attacker]:
    one = await prepared_client(plant)
    await one.connect()
    for name in ("_supervisor_task", "_stale_watchdog_task", "_renew_channel_task"):
        getattr(one, name).cancel()
    raw = Attacker(one)
    raw._transport.set_protocol(raw)
    try:
        yield raw
    finally:
        raw.close()


def read(plant: Plant, raw: Attacker) -> bytes:
    wanted = ua.ReadValueId(plant["level"], ua.AttributeIds.Value)
    return raw.pack(ua.ReadRequest(Parameters=ua.ReadParameters(NodesToRead=[wanted])))


async def is_served(plant: Plant, bystander: Client) -> bool:
    return bool(await bystander.get_node(plant["level"]).read_value() == 1.0)


async def test_a_replayed_chunk_closes_the_connection(plant: Plant, bystander: Client) -> None:
    async with attacker(plant) as raw:
        frame = raw.sealed(read(plant, raw))
        raw.send(frame)
        assert (await raw.answer()).startswith(b"MSGF")
        raw.send(frame)
        async with asyncio.timeout(5):
            await raw.closed.wait()
    assert await is_served(plant, bystander)


@pytest.mark.parametrize("at", [8, 12, 20, 40, -1])
async def test_a_changed_chunk_closes_the_connection(
    plant: Plant, bystander: Client, at: int
) -> None:
    async with attacker(plant) as raw:
        frame = bytearray(raw.sealed(read(plant, raw)))
        frame[at] ^= 0x10
        raw.send(bytes(frame))
        async with asyncio.timeout(5):
            await raw.closed.wait()
    assert await is_served(plant, bystander)


async def test_a_skipped_sequence_number_closes_the_connection(plant: Plant) -> None:
    async with attacker(plant) as raw:
        raw._wire._sequence_number += 1
        raw.send(raw.sealed(read(plant, raw)))
        async with asyncio.timeout(5):
            await raw.closed.wait()


async def test_aborted_chunks_are_forgotten(plant: Plant) -> None:
    async with attacker(plant) as raw:
        for _ in range(20):
            raw.send(raw.sealed(bytes(50_000), b"MSGC"), raw.sealed(bytes(8), b"MSGA"))
        raw.send(raw.sealed(read(plant, raw)))
        assert (await raw.answer()).startswith(b"MSGF")


async def test_a_flood_of_chunks_ends_at_the_limit(plant: Plant, bystander: Client) -> None:
    async with attacker(plant) as raw:
        for _ in range(_MAX_BYTES // 50_000 + 2):
            raw.send(raw.sealed(bytes(50_000), b"MSGC"))
        async with asyncio.timeout(5):
            await raw.closed.wait()
    assert await is_served(plant, bystander)


def nested(depth: int) -> Iterator[bytes]:
    """Yield values that hold values, so many deep."""
    yield b"\x98" + pack("<i", 1)  # an array of Variants with one that is such an array
    yield (b"\x98" + pack("<i", 1)) * depth + b"\x00"
    yield b"\x17\x01" * depth + b"\x00"  # a DataValue with a DataValue in it
    yield (b"\x19\x40") * depth + b"\x00"  # inner diagnostics
    extension = b"\x16\x01\x00\x5f\x02\x01" + pack("<i", 10_000)
    yield extension * depth


async def test_values_nested_without_end_are_refused(plant: Plant, bystander: Client) -> None:
    async with attacker(plant) as raw:
        value = ua.DataValue(ua.Variant(1.0))
        one = ua.WriteValue(plant["setpoint"], ua.AttributeIds.Value, None, value)
        whole = raw.pack(ua.WriteRequest(Parameters=ua.WriteParameters(NodesToWrite=[one])))
        packed = struct_to_binary(value)
        for content in nested(5_000):
            raw.send(raw.sealed(whole.replace(packed, b"\x01" + content)))
            answer = await raw.answer()
            assert answer[:3] in {b"MSG", b"ERR"}
            if answer[:3] == b"ERR":
                break
    assert await is_served(plant, bystander)


def requests(plant: Plant, raw: Attacker) -> list[bytes]:
    level, machine, echo = plant["level"], plant["machine"], plant["echo"]
    setpoint = ua.WriteValue(plant["setpoint"], 13, None, ua.DataValue(ua.Variant(2.0)))
    called = ua.CallMethodRequest(machine, echo, [ua.Variant("word")])
    path = ua.RelativePath([ua.RelativePathElement(TargetName=ua.QualifiedName("Level", 2))])
    made: list[Any] = [
        ua.ReadRequest(Parameters=ua.ReadParameters(NodesToRead=[ua.ReadValueId(level, 13)])),
        ua.WriteRequest(Parameters=ua.WriteParameters(NodesToWrite=[setpoint])),
        ua.CallRequest(Parameters=ua.CallParameters(MethodsToCall=[called])),
        ua.BrowseRequest(
            Parameters=ua.BrowseParameters(NodesToBrowse=[ua.BrowseDescription(machine)])
        ),
        ua.BrowseNextRequest(Parameters=ua.BrowseNextParameters(ContinuationPoints=[b"x" * 16])),
        ua.TranslateBrowsePathsToNodeIdsRequest(
            Parameters=ua.TranslateBrowsePathsToNodeIdsParameters([ua.BrowsePath(machine, path)])
        ),
        ua.RegisterNodesRequest(Parameters=ua.RegisterNodesParameters([level])),
    ]
    return [raw.pack(one) for one in made]


async def test_spoilt_requests_are_answered_or_end_their_connection(
    plant: Plant, bystander: Client
) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - the same play every time
    left = 150
    while left:
        async with attacker(plant) as raw:
            whole = requests(plant, raw)
            while left:
                left -= 1
                body = bytearray(chance.choice(whole))
                for _ in range(chance.randint(1, 3)):
                    body[chance.randrange(len(body))] = chance.choice([0, 1, 0x7F, 0xFF])
                if chance.random() < 0.3:
                    del body[chance.randrange(len(body)) :]
                raw.send(raw.sealed(bytes(body)))
                if not (await raw.answer()).startswith(b"MSG"):
                    break
    assert await is_served(plant, bystander)


async def test_connections_that_do_nothing_do_not_shut_others_out(
    plant: Plant, bystander: Client
) -> None:
    opened = [
        await asyncio.open_connection("127.0.0.1", plant.server.bound_port) for _ in range(60)
    ]
    assert await is_served(plant, bystander)
    assert len(plant.server.bserver.clients) <= 20
    for _, writer in opened:
        writer.close()
