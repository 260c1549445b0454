"""A client stack of somebody else (node-opcua) finds what the standards promise."""

import sys
from pathlib import Path

import pytest

from tests.interop.run import Row, node_stack, run
from tests.interop.target import interop_plant

pytestmark = pytest.mark.integration

_INSTALLED = Path(sys.prefix) / "interop" / "node"
"""Beside the packages of Python, and kept: they are the same for every run."""


async def test_every_check_of_the_foreign_client_passes(tmp_path: Path) -> None:
    stack = node_stack(_INSTALLED)
    if isinstance(stack, str):
        pytest.skip(f"{stack}; `make interop` tries it where it can be had")
    async with interop_plant(tmp_path) as (_, target):
        rows = await run(stack, target)
    assert len(rows) > 20
    assert [row for row in rows if not row.ok] == list[Row]()
