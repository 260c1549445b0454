"""The OPC UA server beside stock asyncua: the same requests from the same client, in one run.

What is compared is the processor time of the server per request: other work on the machine makes
it wait, and does not make it work more.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from asyncua import Client, ua

from tests.bench.opcua_load import Load
from tests.bench.opcua_servers import METHOD, WAITING
from tests.opcua_plant import client_certificate, trust

NODES = 10_000
SPACE_NODES = 20_000
"""Of both; stock asyncua takes half a minute to remove 200 nodes from 100,000."""
MANY_NODES = 100_000
"""Of ours alone."""
ORDER_NODES = 200
ITEMS = 500
ROUNDS = 15


@dataclass
class Process:
    """One server in its process."""

    kind: str
    folder: Path
    facts: dict[str, Any]
    popen: subprocess.Popen[str]

    async def ask(self, what: str) -> dict[str, Any]:
        """Let the server do something, and return what it says."""
        assert self.popen.stdin is not None
        self.popen.stdin.write(what + "\n")
        self.popen.stdin.flush()
        return await self.line()

    async def line(self) -> dict[str, Any]:
        """Return the next line of the server."""
        assert self.popen.stdout is not None
        text = await asyncio.to_thread(self.popen.stdout.readline)
        answer: dict[str, Any] = json.loads(text)
        return answer

    async def load(self, mode: str) -> Load:
        """Connect with a security mode: None_, Sign or SignAndEncrypt."""
        url = f"opc.tcp://127.0.0.1:{self.facts['port']}"
        own = client_certificate()
        name = "own/certificate.der" if self.kind == "ours" else "stock.der"
        server = self.folder / name
        certificates = (own.certificate_path, own.private_key_path, server)
        return await Load.connect(url, None if mode == "None_" else certificates, mode)

    def node(self, name: str) -> ua.NodeId:
        """Return a node of the bench."""
        return ua.NodeId(name, self.facts["index"])


@asynccontextmanager
async def serving(kind: str, nodes: int) -> AsyncIterator[Process]:
    """Run a server while it is needed."""
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        trust(Path(folder), client_certificate())
        command = [sys.executable, "-m", "tests.bench.opcua_servers", kind, str(nodes), folder]
        popen = subprocess.Popen(  # noqa: ASYNC220 - before anything is measured
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        process = Process(kind, Path(folder), {}, popen)
        try:
            process.facts = await process.line()
            yield process
        finally:
            popen.kill()
            popen.wait()


def reads(server: Process, count: int) -> Any:
    """Return a request that reads so many values."""
    wanted = [
        ua.ReadValueId(server.node(f"v/{number * 37 % NODES}"), ua.AttributeIds.Value)
        for number in range(count)
    ]
    both = ua.TimestampsToReturn.Both
    parameters = ua.ReadParameters(TimestampsToReturn=both, NodesToRead=wanted)
    return ua.ReadRequest(Parameters=parameters)


def write(server: Process) -> Any:
    """Return a request that writes a value."""
    value = ua.DataValue(ua.Variant(1.5, ua.VariantType.Double))
    one = ua.WriteValue(server.node("v/0"), ua.AttributeIds.Value, None, value)
    return ua.WriteRequest(Parameters=ua.WriteParameters(NodesToWrite=[one]))


def call(server: Process, name: str = METHOD) -> Any:
    """Return a request that calls a trivial method."""
    argument = ua.Variant(2.0, ua.VariantType.Double)
    one = ua.CallMethodRequest(ua.NodeId(ua.ObjectIds.ObjectsFolder), server.node(name), [argument])
    return ua.CallRequest(Parameters=ua.CallParameters(MethodsToCall=[one]))


def browses(server: Process, folders: int) -> Any:
    """Return a request that browses so many folders of a hundred variables."""
    wanted = [
        ua.BrowseDescription(
            NodeId=server.node(f"folder/{number}"),
            BrowseDirection=ua.BrowseDirection.Forward,
            ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
            IncludeSubtypes=True,
            ResultMask=ua.BrowseResultMask.All,
        )
        for number in range(folders)
    ]
    return ua.BrowseRequest(Parameters=ua.BrowseParameters(NodesToBrowse=wanted))


ROWS = (
    ("Read 1", "None_", lambda server: reads(server, 1), ua.ReadResponse, 20_000, 1),
    ("Read 100", "None_", lambda server: reads(server, 100), ua.ReadResponse, 1_000, 100),
    ("Browse a folder of 100", "None_", lambda s: browses(s, 1), ua.BrowseResponse, 400, 100),
    ("Write 1, signed", "Sign", write, ua.WriteResponse, 5_000, 1),
    ("Call, signed", "Sign", call, ua.CallResponse, 5_000, 1),
    ("Read 1, encrypted", "SignAndEncrypt", lambda s: reads(s, 1), ua.ReadResponse, 5_000, 1),
    ("Call, encrypted", "SignAndEncrypt", call, ua.CallResponse, 5_000, 1),
    ("Call in a task, signed", "Sign", lambda s: call(s, WAITING), ua.CallResponse, 5_000, 1),
)  # fmt: skip
"""Name, security, request, response, how many requests, and what one of them counts for."""


async def rate(server: Process, row: tuple[Any, ...]) -> tuple[float, float]:
    """Return how many per second, and the server's processor time for each in microseconds."""
    _, mode, make, response, count, worth = row
    load = await server.load(mode)
    body = load.pack(make(server))
    await load.run([body], 20)
    check(load.answer(response))
    before = (await server.ask("cpu"))["cpu"]
    lasted = await load.run([body], count)
    busy = (await server.ask("cpu"))["cpu"] - before
    load.close()
    return count * worth / lasted, busy / count / worth * 1e6


def check(answer: Any) -> None:
    """Stop if what was measured was a refusal."""
    answer.ResponseHeader.ServiceResult.check()
    results = answer.Parameters.Results if hasattr(answer, "Parameters") else answer.Results
    for one in results:
        (one if isinstance(one, ua.StatusCode) else one.StatusCode).check()


async def services(say: Any, runs: int, only: str = "") -> None:
    """Print the services beside each other: the median of so many runs, by turns."""
    async with serving("stock", NODES) as stock, serving("ours", NODES) as ours:
        for row in ROWS:
            if only and only not in row[0]:
                continue
            taken = [(await rate(stock, row), await rate(ours, row)) for _ in range(runs)]
            theirs, mine = (
                [statistics.median(one[which][what] for one in taken) for what in (0, 1)]
                for which in (0, 1)
            )
            ratios = sorted(stock_one[1] / our_one[1] for stock_one, our_one in taken)
            say(
                f"   {row[0]:28}{theirs[0]:12,.0f}{mine[0]:12,.0f}{theirs[1]:10.1f}{mine[1]:10.1f}"
                f"   x {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
            )


class Counted:
    """Counts what a subscription delivers."""

    def __init__(self) -> None:
        self.number = 0

    def datachange_notification(self, *_: Any) -> None:
        """Count one value."""
        self.number += 1

    def status_change_notification(self, *_: Any) -> None:
        """Take no notice."""


async def notified(server: Process) -> tuple[float, float]:
    """Return the server's processor time for each delivered value in microseconds, and how many."""
    client = Client(f"opc.tcp://127.0.0.1:{server.facts['port']}", timeout=30)
    async with client:
        counted = Counted()
        subscription = await client.create_subscription(100, counted)
        watched = [client.get_node(server.node(f"v/{number}")) for number in range(ITEMS)]
        await subscription.subscribe_data_change(watched, queuesize=10)  # else some make way
        await asyncio.sleep(1)  # the initial values
        counted.number = 0
        before = (await server.ask("cpu"))["cpu"]
        await server.ask(f"update {ITEMS} 0.1 {ROUNDS}")
        await asyncio.sleep(1)
        busy = (await server.ask("cpu"))["cpu"] - before
    return busy / max(1, counted.number) * 1e6, counted.number / (ITEMS * ROUNDS)


async def notifications(say: Any, runs: int) -> None:
    """Print what a notification costs, and how many of those that were due came."""
    async with serving("stock", ITEMS) as stock, serving("ours", ITEMS) as ours:
        taken = [(await notified(stock), await notified(ours)) for _ in range(runs)]
    theirs, mine = (statistics.median(one[which][0] for one in taken) for which in (0, 1))
    came, all_came = (min(one[which][1] for one in taken) for which in (0, 1))
    ratios = sorted(stock_one[0] / our_one[0] for stock_one, our_one in taken)
    say(
        f"   {f'{ITEMS} items at 10 Hz':28}{came:11.0%} {all_came:11.0%} {theirs:10.1f}{mine:10.1f}"
        f"   x {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f};"
        f" each that was delivered)"
    )


async def space(say: Any, nodes: int) -> None:
    """Print how long a large address space takes, and what it costs to change it."""
    for kind, count in (("stock", nodes), ("ours", nodes), ("ours", MANY_NODES)):
        async with serving(kind, count) as server:
            facts, changed = server.facts, await server.ask(f"change {ORDER_NODES}")
        say(
            f"   {kind}: {count:,} variables ready after {facts['ready']:.1f} s"
            f" (inserting {facts['inserted']:.1f} s), {facts['rss']:.0f} MB;"
            f" {ORDER_NODES} more {changed['add'] * 1e3:.1f} ms, away again"
            f" {changed['remove'] * 1e3:.1f} ms (the longest {changed['remove_max'] * 1e3:.1f} ms)"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=opcua")
    parser.add_argument(
        "what", nargs="?", default="", help="space, notifications, or part of a row"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often; the median is printed")
    parser.add_argument("--nodes", type=int, default=SPACE_NODES, help="the size for both servers")
    words = sys.argv[1:]
    return parser.parse_args(words[1:] if words[:1] == ["opcua"] else words)


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    versions = f"Python {platform.python_version()}, asyncua {metadata.version('asyncua')}"
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {load}, {versions}"
    )


async def main(say: Any) -> None:
    """Measure and print."""
    options = _options()
    only = options.what
    say(_machine())
    say(f"{'':31}{'stock /s':>12}{'ours /s':>12}{'stock µs':>10}{'ours µs':>10}   ratio")
    if only not in {"space", "notifications"}:
        await services(say, options.runs, only)
    if only in {"", "notifications"}:
        await notifications(say, options.runs)
    if only in {"", "space"}:
        await space(say, options.nodes)
    say(_machine())


if __name__ == "__main__":
    asyncio.run(main(lambda text: (sys.stdout.write(text + "\n"), sys.stdout.flush())))
