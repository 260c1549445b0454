"""What the commands print: tables and lines for people, JSON for machines."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mappings.problems import Problems
from server.cli.challenge import Result
from server.cli.proof import Proof

HELD: Final = "held"
NOT_HELD: Final = "NOT HELD"
_FILE_WIDTH: Final = 120


def output() -> Console:
    """Return the console that prints to standard output; a file gets wide lines."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)


def complaints() -> Console:
    """Return the console that prints to standard error."""
    return Console(stderr=True, highlight=False)


def print_problems(problems: Problems, console: Console) -> None:
    """Print every mistake of a file on its own line, unwrapped, as editors read it."""
    for problem in problems.sorted():
        console.print(problem.as_text(), style="red", markup=False, soft_wrap=True)
    count = len(problems)
    console.print(f"{count} mistake{'s' if count > 1 else ''}; nothing was changed", style="bold")


def block_test_table(results: Sequence[Result]) -> Table:
    """Return the table of the block tests."""
    table = Table(title="Block tests", title_justify="left", title_style="bold")
    table.add_column("Test", justify="right", no_wrap=True)
    table.add_column("Attempt", overflow="fold")
    table.add_column("Expected refusal, and got", overflow="fold")
    table.add_column("Decision on record", overflow="fold")
    table.add_column("Held?", no_wrap=True)
    for one in results:
        table.add_row(
            str(one.test),
            Text(f"{one.title}\n{one.attempt}"),
            _expected_and_got(one),
            one.decision_id or "-",
            verdict(one.held),
        )
    return table


def _expected_and_got(one: Result) -> Text:
    if one.expected not in one.got:
        return Text(f"{one.expected}\ngot {', '.join(one.got) or one.remark}", style="red")
    others = [f"and {code}" for code in dict.fromkeys(one.got) if code != one.expected]
    return Text("\n".join([one.expected, *others]))


def block_test_summary(results: Sequence[Result]) -> Text:
    """Return the one line that says whether all tests held."""
    tests = {one.test for one in results}
    broken = sorted({one.test for one in results if not one.held})
    if not broken:
        return Text(f"all {len(tests)} block tests held", style="bold green")
    numbers = ", ".join(str(test) for test in broken)
    lines = [f"{len(tests) - len(broken)} of {len(tests)} block tests held; not held: {numbers}"]
    lines += [f"  {one.test} {one.attempt}: {one.remark}" for one in results if not one.held]
    return Text("\n".join(lines), style="bold red")


def proof_table(proofs: Iterable[Proof]) -> Table:
    """Return the table of the proofs."""
    table = Table(title="On record", title_justify="left", title_style="bold")
    for heading in ("What", "Found", "Held?"):
        table.add_column(heading)
    for one in proofs:
        table.add_row(one.what, Text(one.found), verdict(one.held))
    return table


def verdict(held: bool) -> Text:  # noqa: FBT001 -- the one thing that it is about
    """Return the last cell of a row."""
    return Text(HELD, style="green") if held else Text(NOT_HELD, style="bold red")


def all_held(results: Iterable[Result]) -> bool:
    """Tell whether there are results, and every one of them held."""
    found = tuple(results)
    return bool(found) and all(one.held for one in found)


def results_as_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return the results for machines."""
    return [asdict(one) for one in results]


def unwritable(*files: Path | None) -> str:
    """Return why one of the files could not be written at the end; empty when all could."""
    for file in files:
        if file is not None and (file.is_dir() or not file.absolute().parent.is_dir()):
            return f"{file} can't be written: name a file in a folder that exists"
    return ""


def write_json(path: Path | None, document: object) -> None:
    """Write a document where a machine will look for it; without a path, do nothing."""
    if path is not None:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
