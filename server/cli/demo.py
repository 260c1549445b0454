"""``interlock demo``: a whole plant on this machine, and an order that is walked through it."""

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Final

from server.cli import screen
from server.cli.challenge import ScriptBrokenError
from server.cli.demo_run import DemoFailedError, DemoOptions, DemoRun
from server.cli.erp import ErpRefusedError
from server.cli.hmi import NotReachableError
from server.cli.installation import Installation, NotADemoError
from server.cli.processes import ProcessEndedError
from server.cli.shop_floor import ShopFloorError
from server.cli.terminals import CredentialsError
from server.cli.walk import StuckError

DESCRIPTION: Final = """\
Set up a small plant on this machine: an embedded PostgreSQL, simulated PLCs and the server, each a
process of its own. Then let an ERP send an order, and walk it through its ten steps over OPC UA as
the terminals of the stations would.

With --once the order and the eight block tests run unattended; exit code 0 means that all held.
Without it, the walk is slow enough to watch, and the plant runs on until Ctrl-C."""

_FAILURES: Final = (
    CredentialsError,
    DemoFailedError,
    ErpRefusedError,
    NotADemoError,
    NotReachableError,
    ProcessEndedError,
    ScriptBrokenError,
    ShopFloorError,
    StuckError,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add = parser.add_argument
    add("--once", action="store_true", help="run order and block tests unattended, then stop")
    add("--json", type=Path, metavar="FILE", help="write the results there for machines")
    add(
        "--dir",
        type=Path,
        default=Path(".interlock-demo"),
        metavar="DIR",
        help="folder of the installation (default: ./.interlock-demo)",
    )
    add("--fresh", action="store_true", help="remove the installation with its records first")
    add(
        "--time-scale",
        type=float,
        metavar="X",
        help="simulated seconds per second (default: 5 with --once, else 2)",
    )
    add(
        "--kill-at",
        metavar="STEP",
        help="kill the server (SIGKILL) while this step is in progress, to see it go on",
    )


def run(options: argparse.Namespace) -> int:
    """Run the demo; 0 when all of it held, or when it was stopped by Ctrl-C."""
    complaints = screen.complaints()
    demo = DemoOptions(
        once=options.once,
        fresh=options.fresh,
        time_scale=options.time_scale or (5.0 if options.once else 2.0),
        kill_at=options.kill_at or "",
        json=options.json,
    )
    code = 1
    try:
        code = asyncio.run(_run(DemoRun(Installation(options.dir.resolve()), demo)))
    except* (KeyboardInterrupt, asyncio.CancelledError):
        code = 130 if options.once else 0  # to be stopped is how a demo ends that is watched
    except* _FAILURES as group:  # the walk has tasks beside it; the first reason is the reason
        text = str(group.exceptions[0])
        complaints.print(text, style="red", markup=False, soft_wrap=True)
    return code


async def _run(demo: DemoRun) -> int:
    """Run until done; SIGTERM stops as cleanly as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await demo.run()
