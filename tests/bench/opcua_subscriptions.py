"""Subscriptions beside stock asyncua: processor time per notification, what is lost, how late.

``python -m tests.bench.opcua_subscriptions [None_|Sign|SignAndEncrypt]``. The clients are light and
run in this process; the servers in processes of their own, one after the other.
"""

import asyncio
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer
from typing_extensions import override

from tests.bench.opcua import Process, serving
from tests.bench.opcua_load import Load

_EPOCH_S = 11_644_473_600
_HEADER = 8
_PUBLISH_REQUESTS = 8
_ITEMS_PER_REQUEST = 1_000


@dataclass
class Received:
    """What came, over all clients."""

    values: int = 0
    lost: int = 0
    doubled: int = 0
    delays: list[float] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """Return the delay in seconds that this part of all values does not exceed."""
        ordered = sorted(self.delays)
        return ordered[int(part * (len(ordered) - 1))] if ordered else 0.0


class Subscriber(Load):
    """A client with one subscription, which keeps asking for the next message."""

    received: Received
    step: float = 0.0
    _publishing = False
    _parts: list[bytes]

    async def subscribe(
        self, server: Process, first: int, count: int, interval_ms: float, queue: int
    ) -> None:
        """Make the subscription and its items."""
        create = ua.CreateSubscriptionRequest()
        create.Parameters.RequestedPublishingInterval = interval_ms
        create.Parameters.RequestedLifetimeCount = 10_000
        create.Parameters.RequestedMaxKeepAliveCount = 100
        create.Parameters.PublishingEnabled = True
        await self.run([self.pack(create)], 1)
        self._subscription = self.answer(ua.CreateSubscriptionResponse).Parameters.SubscriptionId
        for at in range(0, count, _ITEMS_PER_REQUEST):
            items = ua.CreateMonitoredItemsRequest()
            items.Parameters.SubscriptionId = self._subscription
            items.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
            items.Parameters.ItemsToCreate = [
                self._item(server, first + number, queue)
                for number in range(at, min(at + _ITEMS_PER_REQUEST, count))
            ]
            await self.run([self.pack(items)], 1)
            for one in self.answer(ua.CreateMonitoredItemsResponse).Results:
                one.StatusCode.check()

    @staticmethod
    def _item(server: Process, number: int, queue: int) -> ua.MonitoredItemCreateRequest:
        return ua.MonitoredItemCreateRequest(
            ua.ReadValueId(server.node(f"v/{number}"), ua.AttributeIds.Value),
            ua.MonitoringMode.Reporting,
            ua.MonitoringParameters(ClientHandle=number, SamplingInterval=0, QueueSize=queue),
        )

    def publish(self, received: Received, step: float) -> None:
        """Ask for messages from now on; values of an item are to be ``step`` apart."""
        self.received, self.step = received, step
        self._publishing = True
        self._parts = []
        self._before: dict[int, float] = {}
        for _ in range(_PUBLISH_REQUESTS):
            self._ask(())

    def forget(self) -> None:
        """Begin to count anew; the first value of an item is compared with nothing."""
        self._before.clear()

    def _ask(self, acknowledged: tuple[int, ...]) -> None:
        request = ua.PublishRequest()
        request.Parameters.SubscriptionAcknowledgements = [
            ua.SubscriptionAcknowledgement(self._subscription, one) for one in acknowledged
        ]
        self._request_id += 1
        self._transport.write(self._wire.seal(self.pack(request), self._request_id))

    @override
    def data_received(self, data: bytes) -> None:
        if not self._publishing:
            super().data_received(data)
            return
        data = self._buffer + data
        at = 0
        while len(data) - at >= _HEADER:
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            if len(data) - at < size:
                break
            request = self._wire.open_chunk(data[at : at + size])
            if request is not None:
                self._message(request.body)
            at += size
        self._buffer = data[at:]

    def _message(self, body: bytes) -> None:
        if body[2:4] != b"\x3d\x03":  # PublishResponse
            raise AssertionError(f"an answer of type {body[:4]!r}: {Buffer(body)}")
        now = time.time()
        (available,) = struct.unpack_from("<i", body, 32)
        at = 36 + 4 * max(0, available) + 1
        sequence, _, parts = struct.unpack_from("<Iqi", body, at)
        self._ask((sequence,) if parts else ())
        if parts:
            (count,) = struct.unpack_from("<i", body, at + 16 + 9)
            self._values(body, at + 16 + 13, count, now)

    def _values(self, body: bytes, at: int, count: int, now: float) -> None:
        received, before, step = self.received, self._before, self.step
        for _ in range(count):
            handle, mask, _, value = struct.unpack_from("<IBBd", body, at)
            at += 14 + (4 if mask & 2 else 0)
            if mask & 4:
                (ticks,) = struct.unpack_from("<q", body, at)
                at += 8
            at += 8 if mask & 8 else 0
            last = before.get(handle)
            before[handle] = value
            if value == int(value):
                continue  # the value that every item begins with
            received.values += 1
            received.delays.append(now - (ticks / 1e7 - _EPOCH_S))
            if last is None:
                continue
            apart = round((value - last) / step)
            received.lost += max(0, apart - 1)
            received.doubled += apart < 1


@dataclass(frozen=True)
class Row:
    """A load: items per client, clients, how often values change and are published."""

    name: str
    items: int
    clients: int
    change_s: float
    publish_s: float
    rounds: int


ROWS = (
    Row("1,000 items x 10 Hz", 1_000, 1, 0.1, 0.05, 100),
    Row("10,000 items x 1 Hz", 10_000, 1, 1.0, 1.0, 12),
    Row("3,000 items x 1 Hz", 3_000, 1, 1.0, 1.0, 15),
    Row("500 items x 20 clients x 1 Hz", 500, 20, 1.0, 1.0, 15),
)


async def measured(kind: str, row: Row, mode: str) -> tuple[Received, float, float]:
    """Return what came, the server's processor time in seconds, and how long it lasted."""
    async with serving(kind, 10_000) as server:
        received = Received()
        clients = []
        for _ in range(row.clients):
            one: Any = await _subscriber(server, mode)
            await one.subscribe(server, 0, row.items, row.publish_s * 1000, 10)
            one.publish(received, float(row.items))
            clients.append(one)
        await server.ask(f"update {row.items} {row.change_s} 2")
        await asyncio.sleep(row.publish_s * 1.5)
        received.values, received.lost, received.doubled, received.delays = 0, 0, 0, []
        for one in clients:
            one.forget()  # the numbers begin anew
        before, began = (await server.ask("cpu"))["cpu"], time.perf_counter()
        await server.ask(f"update {row.items} {row.change_s} {row.rounds}")
        await asyncio.sleep(row.publish_s * 1.5)
        busy = (await server.ask("cpu"))["cpu"] - before
        lasted = time.perf_counter() - began
        for one in clients:
            one.close()
        return received, busy, lasted


async def _subscriber(server: Process, mode: str) -> Any:
    client = await server.load(mode)
    subscriber = Subscriber.__new__(Subscriber)
    subscriber.__dict__.update(client.__dict__)
    subscriber._transport.set_protocol(subscriber)
    return subscriber


async def main(say: Any) -> None:
    """Measure and print."""
    mode = next(iter(sys.argv[1:]), "None_")
    kinds = sys.argv[2:] or ["stock", "ours"]
    for row in ROWS:
        for kind in kinds:
            received, busy, lasted = await measured(kind, row, mode)
            expected = row.items * row.clients * row.rounds
            say(
                f"{row.name:32}{kind:6} {received.values:9,} of {expected:9,}"
                f"  lost {received.lost:6,}  doubled {received.doubled:4,}"
                f"  {busy / max(1, received.values) * 1e6:7.1f} us each"
                f"  {100 * busy / lasted:5.1f} % of a core"
                f"  p50 {received.percentile(0.5) * 1e3:6.0f} ms"
                f"  p99 {received.percentile(0.99) * 1e3:6.0f} ms"
                f" ({received.percentile(0.99) / row.publish_s:.2f} intervals)"
            )


if __name__ == "__main__":
    asyncio.run(main(lambda text: (sys.stdout.write(text + "\n"), sys.stdout.flush())))
