"""``make bench``: our decisions beside the bare commit of the same database, in one run.

Machines are noisy: only the ratios of one run count. ``INTERLOCK_TEST_DSN`` names another
database than the embedded one.

``make bench ARGS=opcua`` measures the OPC UA server beside stock asyncua instead, and
``ARGS="opcua space --nodes=100000"`` only its address space, of that size for both.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from historian import embedded
from tests.bench import bare_commit, c_client, decisions, opcua, verdicts

STATIONS = 50


async def main() -> None:
    """Measure, print, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        dsn = os.environ.get("INTERLOCK_TEST_DSN", "")
        cluster = None if dsn else embedded.start(Path(folder) / "postgresql")
        try:
            await _run(Path(folder), dsn or (cluster.owner_dsn if cluster else ""))
        finally:
            if cluster:
                cluster.stop()


async def _run(folder: Path, owner_dsn: str) -> None:
    _say(f"{'':44}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}")
    options = decisions.settings(folder / "state", owner_dsn)
    async with bare_commit.tables(owner_dsn), decisions.command_path(options) as path:
        stations = await decisions.stations(path, STATIONS)
        for writers, each in ((1, 1000), (STATIONS, 60)):
            some = stations[:writers]
            work = [await decisions.work(path, name, each) for name in some]
            following = [(decisions.next_step(name),) * each for name in some]
            skipping = [(decisions.skipping(name),) * each for name in some]
            _say(f"-- {writers} station{'s' if writers > 1 else ''}")
            bare = await _row(
                "bare commit, 4 statements", bare_commit.commits(owner_dsn, writers, each)
            )
            client_in_c = await _row(
                "client in C, 4 statements", c_client.commits(owner_dsn, writers)
            )
            busy = time.process_time()
            ours = await _row("decision, accepted", decisions.decisions(path, work, accepted=True))
            busy = (time.process_time() - busy) / (writers * each)
            no = await _row(
                "decision, refused and recorded",
                decisions.decisions(path, skipping, accepted=False),
            )
            await _row(
                "check (nothing written)",
                decisions.decisions(path, following, accepted=True, check=True),
            )
            _say(
                f"   accepted / bare: p50 x {ours[1] / bare[1]:.2f},"
                f" rate x {ours[0] / bare[0]:.2f};"
                f" refused / bare: p50 x {no[1] / bare[1]:.2f},"
                f" rate x {no[0] / bare[0]:.2f}"
            )
            _say(f"   accepted: {busy * 1e3:.2f} ms of this process's processor time each")
            if client_in_c[1]:
                _say(
                    f"   accepted / client in C: p50 x {ours[1] / client_in_c[1]:.2f},"
                    f" rate x {ours[0] / client_in_c[0]:.2f}"
                )
    _verdicts()


def _verdicts() -> None:
    """Print what a verdict costs without any database."""
    _say("-- the verdict alone, processor time")
    for name, (world, command) in verdicts.cases().items():
        count = verdicts.gates(world, command)
        _print(f"{name}, {count} gates", sorted(verdicts.seconds(world, command)))


async def _row(name: str, measure: Awaitable[list[float]]) -> tuple[float, float]:
    began = time.perf_counter()
    taken = sorted(await measure)
    if not taken:
        _say(f"   {name:41}{'not on this machine':>30}")
        return 0.0, 0.0
    return _print(name, taken, time.perf_counter() - began)


def _print(name: str, taken: list[float], lasted_s: float = 0.0) -> tuple[float, float]:
    rate = len(taken) / (lasted_s or sum(taken))
    p50, p99 = statistics.median(taken) * 1e3, taken[int(len(taken) * 0.99) - 1] * 1e3
    _say(f"   {name:41}{rate:12,.0f}{p50:9.2f}{p99:9.2f}")
    return rate, p50


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


asyncio.run(opcua.main(_say) if "opcua" in sys.argv[1:2] else main())
