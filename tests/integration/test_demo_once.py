"""The demo as a newcomer runs it: everything real, and the server killed in the middle."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 420

pytestmark = [pytest.mark.integration, pytest.mark.simulation, pytest.mark.timeout(TIMEOUT_S + 30)]


def demo(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run ``interlock demo --once`` and return how it ended and what it wrote for machines."""
    result = folder / "result.json"
    places = ["--dir", str(folder / "demo"), "--json", str(result)]
    done = subprocess.run(
        [sys.executable, "-m", "server", "demo", "--once", "--time-scale", "10", *places, *options],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=ROOT,
        check=False,
    )
    return done, json.loads(result.read_text()) if result.exists() else {}


def test_the_order_goes_on_where_it_was_when_the_server_is_killed(tmp_path: Path) -> None:
    done, result = demo(tmp_path, "--kill-at", "020")
    assert done.returncode == 0, done.stdout + done.stderr
    assert result["held"] is True
    assert result["server_restarts"] == 1
    assert {one["test"] for one in result["block_tests"]} == set(range(1, 9))
    assert all(one["decision_id"] for one in result["block_tests"])
    assert all(one["held"] for one in result["proofs"])

    again, second = demo(tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert second["job_order_id"] != result["job_order_id"], "the first order has ended"
