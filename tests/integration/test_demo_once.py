"""The demo as a newcomer runs it: everything real, and the server killed in the middle."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from historian import embedded

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 420

pytestmark = [pytest.mark.integration, pytest.mark.simulation, pytest.mark.timeout(TIMEOUT_S + 30)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder outside of pytest's own, whose access entries other test runs reset."""
    with TemporaryDirectory(prefix="interlock-demo-") as name:
        yield Path(name)


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


def test_the_order_goes_on_where_it_was_when_the_server_is_killed(folder: Path) -> None:
    done, result = demo(folder, "--kill-at", "020")
    assert done.returncode == 0, done.stdout + done.stderr
    assert result["held"] is True
    for done_by in ("reviewed by sup-01", "approved by qa-01"):
        assert f"master batch record WM-VITC-500 version 1 {done_by}" in done.stdout
    assert result["server_restarts"] == 1
    assert {one["test"] for one in result["block_tests"]} == set(range(1, 9))
    assert all(one["decision_id"] for one in result["block_tests"])
    assert all(one["held"] for one in result["proofs"])

    again, second = demo(folder)
    assert again.returncode == 0, again.stdout + again.stderr
    assert second["job_order_id"] != result["job_order_id"], "the first order has ended"


def test_a_row_that_was_changed_behind_our_back_is_found(folder: Path) -> None:
    done, _ = demo(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    state = folder / "demo" / "state"
    assert "unbroken" in verify_log(folder, expected=0)
    cluster = embedded.start(state / "postgresql")
    try:
        assert tares(cluster.owner_dsn) == [0.6, 0.4, 0.05], (
            "each vessel was tared and is on record"
        )
        position = change_a_weight(cluster.owner_dsn)
    finally:
        cluster.stop()
    told = verify_log(folder, expected=1)
    assert f"(position {position})" in told.splitlines()[0]
    assert "its content was changed after it was written" in told


def verify_log(folder: Path, *, expected: int) -> str:
    """Run ``interlock verify-log`` and return what it told."""
    here = folder / "demo"
    places = ["--config", str(here / "config"), "--state", str(here / "state")]
    done = subprocess.run(
        [sys.executable, "-m", "server", "verify-log", *places],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stderr + done.stdout


def tares(owner_dsn: str) -> list[float]:
    """Return the tares of the weights of the order, oldest first."""
    with psycopg.connect(owner_dsn) as connection:
        rows = connection.execute(
            "SELECT payload->'tare'->>'value' FROM interlock.log_row"
            " WHERE type = 'WeightCaptured' AND stream LIKE 'job_order:VITC-%' ORDER BY position"
        ).fetchall()
    return [round(float(value), 2) for (value,) in rows]


def change_a_weight(owner_dsn: str) -> int:
    """Do what only the owner of the database can: change a row, and return its position."""
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("ALTER TABLE interlock.log_row DISABLE TRIGGER USER")
        row = connection.execute(
            "UPDATE interlock.log_row SET payload = replace(payload::text, '10.04', '10.00')::json"
            " WHERE position = (SELECT min(position) FROM interlock.log_row"
            " WHERE type = 'WeightCaptured') RETURNING position"
        ).fetchone()
    assert row is not None, "no weight is on record"
    return int(row[0])
