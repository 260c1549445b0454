"""What the tables say about block tests that held, and about those that did not."""

import json
from pathlib import Path

from rich.console import Console, RenderableType

from server.cli.challenge import Result
from server.cli.proof import Proof
from server.cli.screen import (
    block_test_summary,
    block_test_table,
    proof_table,
    results_as_json,
    write_json,
)

HELD = Result(
    test=4,
    title="Weigh on a scale whose calibration is overdue",
    attempt="CaptureWeight BENCH-SCALE-02",
    expected="calibration-overdue",
    got=("instrument-not-suitable", "calibration-overdue"),
    decision_id="d-4",
    offers=(),
    check="same",
    held=True,
)
BROKEN = Result(
    test=3,
    title="Weigh out of tolerance",
    attempt="CaptureWeight FLOOR-SCALE-01",
    expected="weight-out-of-tolerance",
    got=(),
    decision_id="",
    offers=(),
    check="same",
    held=False,
    remark="accepted!",
)


def drawn(what: RenderableType, width: int = 120) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def test_the_table_shows_every_refusal_and_its_evidence() -> None:
    text = drawn(block_test_table([HELD]))
    for wanted in ("calibration-overdue", "and instrument-not-suitable", "d-4", "held"):
        assert wanted in text


def test_the_table_says_what_did_not_hold() -> None:
    text = drawn(block_test_table([HELD, BROKEN]))
    assert "NOT HELD" in text
    assert "got accepted!" in text


def test_the_evidence_is_whole_on_a_narrow_screen() -> None:
    text = drawn(block_test_table([HELD]), width=60)
    assert "…" not in text


def test_the_summary_counts_tests_and_not_rows() -> None:
    assert "all 1 block tests held" in drawn(block_test_summary([HELD, HELD]))
    text = drawn(block_test_summary([HELD, BROKEN, BROKEN]))
    assert "1 of 2 block tests held; not held: 3" in text


def test_proofs_are_shown() -> None:
    text = drawn(proof_table([Proof(what="the log is unbroken", held=False, found="row 7")]))
    assert "the log is unbroken" in text
    assert "NOT HELD" in text


def test_machines_read_the_same(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    write_json(file, {"block_tests": results_as_json([HELD, BROKEN])})
    read = json.loads(file.read_text())["block_tests"]
    assert [one["held"] for one in read] == [True, False]
    assert read[0]["decision_id"] == "d-4"
    write_json(None, {})
