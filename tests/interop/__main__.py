"""Run the interop table against a plant of its own: ``make interop``."""

import argparse
import asyncio
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.interop.run import Row, Stack, node_stack, open62541_stack, run
from tests.interop.target import interop_plant
from tests.tree import ROOT

PAGE: Final = ROOT / "docs" / "interop.md"
_BEGIN: Final = "<!-- made by: make interop -->"
_END: Final = "<!-- end of what make interop makes -->"
_INSTALLED: Final = Path(sys.prefix) / "interop"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _tables(stacks: Sequence[Stack]) -> dict[str, Sequence[Row]]:
    found = {}
    for stack in stacks:
        with tempfile.TemporaryDirectory(prefix="interop-") as folder:
            async with interop_plant(Path(folder)) as (_, target):
                rows = found[f"{stack.name} {stack.version}"] = await run(stack, target)
        good = sum(row.ok for row in rows)
        _say(f"\n{stack.name} {stack.version}: {good} of {len(rows)}")
        for row in rows:
            _say(f"  {'ok    ' if row.ok else 'FAILED'} {row.check}  {row.detail}")
    return found


def _page(tables: dict[str, Sequence[Row]]) -> str:
    today = datetime.now(UTC).date()
    lines = [f"Run on {today}, Python {platform.python_version()}, {platform.system()}."]
    for name, rows in tables.items():
        lines += ["", f"### {name}", "", "| check | result |", "|---|---|"]
        for row in rows:
            said = f"passed{': ' if row.detail else ''}{row.detail}" if row.ok else row.detail
            lines.append(f"| {row.check} | {said.replace('|', '/').replace(chr(10), ' ')} |")
    return "\n".join(lines)


def _write(tables: dict[str, Sequence[Row]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    made = f"{head}{_BEGIN}\n\n{_page(tables)}\n\n{_END}{tail}"
    PAGE.write_text(made, encoding="utf-8")


def main() -> int:
    """Return 1 when a check failed or no foreign stack could be had."""
    parser = argparse.ArgumentParser(prog="make interop", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/interop.md anew")
    options = parser.parse_args()
    had = [node_stack(_INSTALLED / "node"), open62541_stack(_INSTALLED / "open62541")]
    for one in had:
        if isinstance(one, str):
            _say(f"left out: {one}")
    stacks = [one for one in had if isinstance(one, Stack)]
    tables = asyncio.run(_tables(stacks))
    if options.write and tables:
        _write(tables)
    return 0 if stacks and all(row.ok for rows in tables.values() for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
