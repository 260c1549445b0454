"""How long the event loop stands still while a large plant is served.

``python -m tests.bench.opcua_pauses 100000`` serves a plant of so many nodes in a process of its
own, with a task that looks every millisecond how late it is. Clients read, browse and subscribe
meanwhile, and job orders come and go. What is printed is the longest pause and those over 10 ms:
as it was waited, and as processor time of the server; only the latter is the server's doing when
other work is on the machine.
"""

import asyncio
import gc
import json
import logging
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from asyncua import Client, ua

from historian.in_memory import InMemoryExecutionLog
from models.execution.commands import CancelJobOrder, StoreJobOrder
from models.execution.outcome import Accepted
from models.execution.principal import Principal, Role
from models.isa95.quantity import Quantity
from tests import opcua_face_plant
from tests.bench.opcua_decisions import client
from tests.bench.opcua_tree import browsed
from tests.big_plant import big_plant, big_plant_tags, units_for
from tests.fix_rest import running_rest_plant
from tests.opcua_face_plant import running_face
from tests.opcua_plant import client_certificate, trust

SECONDS = 20
SUBSCRIBED = 1_000
ORDERS = 20
LONG_S = 0.01
ERP = Principal(account="erp-01", roles=frozenset({Role.ERP}), face="rest")


class Pauses:
    """The pauses of an event loop, in seconds: waited and worked."""

    def __init__(self) -> None:
        self.all: list[tuple[float, float]] = []
        self.collections: list[tuple[int, float]] = []
        self._began = 0.0

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            waited, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            late = time.perf_counter() - waited - 0.001, time.thread_time() - worked
            if late[0] > LONG_S:
                self.all.append(late)

    def collected(self, phase: str, facts: dict[str, int]) -> None:
        """Note how long a garbage collection took."""
        if phase == "start":
            self._began = time.thread_time()
        else:
            self.collections.append((facts["generation"], time.thread_time() - self._began))

    def facts(self) -> dict[str, Any]:
        """Return what there was, and forget it."""
        waited = sorted((one for one, _ in self.all), reverse=True)
        worked = sorted((one for _, one in self.all), reverse=True)
        longest = [
            max((s for g, s in self.collections if g == one), default=0.0) for one in (0, 1, 2)
        ]
        self.all, self.collections = [], []
        return {"waited": waited[:5], "worked": worked[:5], "collections": longest}


async def serve(folder: Path, nodes: int) -> None:
    """Serve a plant of that size, and let job orders come and go when a line is read."""
    units = units_for(nodes)
    opcua_face_plant.TAGS = big_plant_tags(units)
    async with running_rest_plant(InMemoryExecutionLog()) as behind:
        for stream, record in big_plant(units).items():
            behind.model._keep(stream, 1, record)
        gc.disable()
        async with running_face(folder / "certificates", behind) as plant:
            gc.enable()
            gc.collect()
            gc.freeze()  # as the product does
            pauses = Pauses()
            gc.callbacks.append(pauses.collected)
            watching = asyncio.create_task(pauses.watch())
            _say(url=plant.face.endpoint_url, nodes=len(plant.face.node_ids))
            loop = asyncio.get_running_loop()
            while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
                if line == "orders":
                    await orders(behind)
                elif line == "collect":
                    gc.collect()
                    await asyncio.sleep(0.1)
                elif line == "reread":
                    await plant.face._projection.show_all()
                    await asyncio.sleep(0.1)
                _say(**pauses.facts())
            watching.cancel()


async def orders(behind: Any) -> None:
    """Store job orders and take them back, as quickly as they are decided."""
    for number in range(ORDERS):
        name = f"PAUSE-{time.monotonic_ns()}-{number}"
        stored = await behind.path.submit(
            StoreJobOrder(
                job_order_id=name,
                work_master_id="WM-VITC",
                quantity=Quantity(Decimal(10), "kg"),
                allowed_to_start=True,
            ),
            ERP,
        )
        assert isinstance(stored, Accepted), stored
        cancel = CancelJobOrder(job_order_id=name, reason="It was for the benchmark only.")
        cancelled = await behind.path.submit(cancel, ERP)
        assert isinstance(cancelled, Accepted), cancelled
    await behind.seen()
    await asyncio.sleep(1)


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class Counted:
    """Takes what a subscription delivers."""

    def datachange_notification(self, *_: Any) -> None:
        """Take no notice."""


def tags(units: int) -> list[ua.NodeId]:
    """Return the nodes of some tags."""
    found = []
    for row in big_plant_tags(units)[:SUBSCRIBED]:
        asset, name = row.tag.split(".")
        found.append(opcua_face_plant.node(f"ISA95/PhysicalAssets/{asset}/{name}"))
    return found


async def reading(one: Client, wanted: list[ua.NodeId]) -> None:
    """Read values, a thousand at a time."""
    while True:
        await one.uaclient.read_attributes(wanted, ua.AttributeIds.Value)
        await asyncio.sleep(0.05)


async def subscribing(one: Client, wanted: list[ua.NodeId]) -> None:
    """Make and delete subscriptions."""
    while True:
        subscription = await one.create_subscription(200, Counted())
        await subscription.subscribe_data_change([one.get_node(node) for node in wanted])
        await asyncio.sleep(0.5)
        await subscription.delete()


async def browsing(one: Client) -> None:
    """Browse everything, over and over."""
    while True:
        await browsed(one)


class Server:
    """The server in its process."""

    def __init__(self, folder: str, nodes: int) -> None:
        command = [sys.executable, "-m", "tests.bench.opcua_pauses", str(nodes), folder]
        self.popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    async def said(self) -> dict[str, Any]:
        """Return its next line."""
        assert self.popen.stdout is not None
        facts: dict[str, Any] = json.loads(await asyncio.to_thread(self.popen.stdout.readline))
        return facts

    async def ask(self, what: str) -> dict[str, Any]:
        """Let it do something, and return the pauses since it was asked before."""
        assert self.popen.stdin is not None
        self.popen.stdin.write(what + "\n")
        self.popen.stdin.flush()
        return await self.said()


async def main(say: Any, nodes: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as made:
        trust(Path(made) / "certificates", client_certificate())
        server = Server(made, nodes)
        try:
            facts = await server.said()
            say(f"{facts['nodes']:,} nodes")
            async with AsyncExitStack() as stack:
                clients = [
                    await stack.enter_async_context(client(facts["url"], Path(made), "qa-01"))
                    for _ in range(3)
                ]
                wanted = tags(units_for(nodes))
                works = {
                    "nobody": None,
                    "reading": lambda: reading(clients[0], wanted),
                    "subscribing": lambda: subscribing(clients[1], wanted),
                    "browsing": lambda: browsing(clients[2]),
                }
                _print(say, "the first moments", await server.ask("pauses"))
                for name, work in works.items():
                    running = asyncio.create_task(work()) if work else None
                    await asyncio.sleep(SECONDS / 4)
                    _print(say, name, await server.ask("pauses"))
                    _print(say, f"{name}, orders", await server.ask("orders"))
                    if running:
                        running.cancel()
                        await asyncio.gather(running, return_exceptions=True)
                    await server.ask("pauses")
                _print(say, "all records read anew", await server.ask("reread"))
                _print(say, "a full collection", await server.ask("collect"))
        finally:
            server.popen.kill()
            server.popen.wait()


def _print(say: Any, name: str, facts: dict[str, Any]) -> None:
    worked = " ".join(f"{one * 1e3:.0f}" for one in facts["worked"]) or "none over 10"
    waited = " ".join(f"{one * 1e3:.0f}" for one in facts["waited"]) or "none over 10"
    collected = " ".join(f"{one * 1e3:.0f}" for one in facts["collections"])
    say(f"   {name:24} worked {worked} ms;  waited {waited} ms;  collections {collected} ms")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    if sys.argv[2:]:
        asyncio.run(serve(Path(sys.argv[2]), int(sys.argv[1])))
    else:
        size = int(sys.argv[1]) if sys.argv[1:] else 100_000
        asyncio.run(main(lambda text: (sys.stdout.write(text + "\n"), sys.stdout.flush()), size))
