"""``interlock blocktest``: the eight block tests against any running Interlock."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from mappings.plant.block_tests import BlockTestPlan, load_block_tests
from mappings.problems import Problems
from server.cli import screen
from server.cli.challenge import Challenge, Result, ScriptBrokenError
from server.cli.hmi import NotReachableError
from server.cli.terminals import CredentialsError, Terminals, read_credentials

DESCRIPTION: Final = """\
Try what must not be possible against a running Interlock, over OPC UA only: use a quarantined lot
or the wrong material, weigh out of tolerance or on an overdue scale, work without qualification,
verify one's own step, skip a step, release with an open exception.

The plan says what is tried and which refusal must come; it uses a job order of its own, which it
aborts at the end. Every row names the decision that is on record as evidence. The floor scale must
be empty. Exit code 0 means that all tests held."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    add = parser.add_argument
    add("--endpoint", required=True, metavar="URL", help="opc.tcp://host:port")
    add("--plan", required=True, type=Path, metavar="FILE", help="the plant's blocktest.yaml")
    add(
        "--credentials",
        required=True,
        type=Path,
        metavar="FILE",
        help="passwords of the accounts that the plan names, as JSON",
    )
    add(
        "--certificates",
        required=True,
        type=Path,
        metavar="DIR",
        help="folder of our client certificate (made at first use) and of server.der, if pinned",
    )
    add("--json", type=Path, metavar="FILE", help="write the results there for machines")


def run(options: argparse.Namespace) -> int:
    """Run the tests; 0 when all of them held."""
    complaints = screen.complaints()
    if told := screen.unwritable(options.json):
        complaints.print(told, style="red", markup=False, soft_wrap=True)
        return 1
    plan = load_block_tests(options.plan)
    if isinstance(plan, Problems):
        screen.print_problems(plan, complaints)
        return 1
    try:
        terminals = Terminals(
            endpoint=options.endpoint,
            passwords=read_credentials(options.credentials),
            certificates=options.certificates,
        )
        results = asyncio.run(run_block_tests(plan, terminals))
    except (CredentialsError, NotReachableError, ScriptBrokenError) as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    console = screen.output()
    console.print(screen.block_test_table(results))
    console.print(screen.block_test_summary(results))
    held = screen.all_held(results)
    document = {"held": held, "block_tests": screen.results_as_json(results)}
    screen.write_json(options.json, document)
    return 0 if held else 1


async def run_block_tests(plan: BlockTestPlan, terminals: Terminals) -> tuple[Result, ...]:
    """Open the two sessions that the plan needs, and run it."""
    async with (
        terminals.session(plan.terminal) as terminal,
        terminals.session(plan.planner) as planner,
    ):
        challenge = Challenge(
            plan=plan, passwords=terminals.passwords, terminal=terminal, planner=planner
        )
        return await challenge.run()
