"""The demo scripts as somebody who selects a system runs them: everything real, from nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from server.cli.batch_record import digest
from tests.tree import ROOT

TIMEOUT_S = 300

pytestmark = [pytest.mark.integration, pytest.mark.simulation, pytest.mark.timeout(TIMEOUT_S + 60)]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a folder outside of pytest's own, whose access entries other test runs reset."""
    with TemporaryDirectory(prefix="interlock-scripts-") as name:
        yield Path(name)


def interlock(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with no terminal before it."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=cwd,
        check=False,
    )


@pytest.fixture(scope="module")
def played(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what all four scripts wrote for machines, played on one installation."""
    result = folder / "result.json"
    places = ("--dir", str(folder / "plant"), "--json", str(result))
    done = interlock("demo-script", *"ABCD", *places, "--pack", str(folder / "pack.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout, "plain text where there is no terminal"
    assert "NOT HELD" not in done.stdout
    return {one["script"]: one for one in json.loads(result.read_text("utf-8"))["scripts"]}


def codes(script: dict[str, Any]) -> list[str]:
    return [one["expected"] for one in script["attempts"]]


def test_wrong_lots_are_blocked_and_only_eligible_ones_are_offered(
    played: dict[str, dict[str, Any]],
) -> None:
    wanted = ["material-lot-restricted"] * 2 + ["material-lot-expired", "material-wrong"]
    assert codes(played["A"]) == [*wanted, "material-lot-wrong"]


def test_a_weight_out_of_tolerance_takes_a_decision_by_the_right_person(
    played: dict[str, dict[str, Any]],
) -> None:
    wanted = ["weight-out-of-tolerance", "exception-open", "role-not-suitable"]
    assert codes(played["B"]) == [*wanted, "role-not-suitable", "weight-out-of-tolerance"]


def test_an_expired_training_and_an_overdue_calibration_block(
    played: dict[str, dict[str, Any]],
) -> None:
    assert codes(played["C"]) == ["qualification-expired", "calibration-overdue"]


def test_a_batch_with_an_open_deviation_is_not_released(
    played: dict[str, dict[str, Any]],
) -> None:
    assert codes(played["D"]) == ["exception-open"]


@pytest.mark.parametrize("name", "ABCD")
def test_every_attempt_and_nothing_else_is_on_record(
    played: dict[str, dict[str, Any]], name: str
) -> None:
    script = played[name]
    assert script["held"]
    tried = {one["decision_id"]: one for one in script["attempts"]}
    recorded = {one["decision_id"]: one for one in script["on_record"]}
    assert tried.keys() == recorded.keys()
    for decision_id, denial in recorded.items():
        assert denial["face"] == "opcua"
        assert denial["account"]
        assert denial["gates"]
        assert denial["rule_version"]
        assert denial["inputs"] > 0
        assert tried[decision_id]["job_order_id"] in denial["context"]


def test_the_evidence_pack_is_the_record_and_is_held_against_the_log(
    played: dict[str, dict[str, Any]], folder: Path
) -> None:
    pack = json.loads((folder / "pack.json").read_text("utf-8"))
    record = pack["batch_record"]
    assert pack["sha256"] == digest(record)
    assert record["header"]["state"] == "Ended"
    assert record["header"]["job_order_id"] == played["D"]["attempts"][0]["job_order_id"]
    assert [one["exception"]["disposition"] for one in record["exceptions"]] == ["Accept"]
    assert pack["exception_summary"]["refused"] == [["exception-open", 1]]
    (blocked,) = record["refused_attempts"]
    assert blocked["decision_id"] == played["D"]["attempts"][0]["decision_id"]


def places(folder: Path) -> tuple[str, ...]:
    here = folder / "plant"
    return ("--config", str(here / "config"), "--state", str(here / "state"))


def test_an_issued_record_is_built_again_to_the_same_hash(
    played: dict[str, dict[str, Any]], folder: Path
) -> None:
    order = played["D"]["attempts"][0]["job_order_id"]
    again = interlock("batch-record", order, *places(folder), "--check", str(folder / "pack.json"))
    assert again.returncode == 0, again.stdout + again.stderr
    assert "identical" in again.stdout


def test_another_record_than_the_issued_one_is_said(
    played: dict[str, dict[str, Any]], folder: Path
) -> None:
    order = played["B"]["attempts"][0]["job_order_id"]
    other = interlock("batch-record", order, *places(folder), "--check", str(folder / "pack.json"))
    assert other.returncode == 1
    assert "NOT the issued record" in other.stdout


def test_bad_input_of_batch_record_is_said(played: dict[str, dict[str, Any]], folder: Path) -> None:
    order = played["D"]["attempts"][0]["job_order_id"]
    forged = folder / "forged.json"
    forged.write_text((folder / "pack.json").read_text("utf-8").replace("Accept", "Redo"), "utf-8")
    for arguments, said in (
        (("NO-SUCH-ORDER",), "there is no job order 'NO-SUCH-ORDER'"),
        ((order, "--check", str(forged)), "was changed after it was issued"),
        ((order, "--check", str(folder / "none.json")), "cannot be read"),
        ((order, "--check", str(folder / "plant/config/plant.yaml")), "cannot be read"),
        ((order, "--output", str(folder / "no/such/folder.json")), "No such file"),
    ):
        done = interlock("batch-record", *arguments, *places(folder))
        assert done.returncode == 1, arguments
        assert said in done.stderr.replace("\n", " "), done.stderr


def test_a_script_plays_again_on_an_installation_that_was_used(
    played: dict[str, dict[str, Any]], folder: Path
) -> None:
    assert played["C"]["held"]
    again = interlock("demo-script", "C", "--dir", str(folder / "plant"))
    assert again.returncode == 0, again.stdout + again.stderr


def test_without_a_folder_the_plant_is_new_and_leaves_nothing_behind(folder: Path) -> None:
    done = interlock("demo-script", "A", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith("installing the plant in ")
    assert not Path(first.removeprefix("installing the plant in ")).exists()


@pytest.mark.parametrize("arguments", [(), ("E",), ("A", "--no-such-option")])
def test_wrong_usage_is_said(arguments: tuple[str, ...]) -> None:
    done = interlock("demo-script", *arguments)
    assert done.returncode == 2
    assert "usage: interlock" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dir", "/proc/nothing/here"), "can't be made"),
        (("--json", "/no/such/folder/result.json"), "can't be written"),
        (("--pack", "/"), "can't be written"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_said_at_once(
    arguments: tuple[str, ...], said: str
) -> None:
    done = interlock("demo-script", "D", *arguments)
    assert done.returncode == 1
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_folder_with_other_files_is_left_alone(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "mine.txt").write_text("keep", "utf-8")
    done = interlock("demo-script", "A", "--dir", str(other))
    assert done.returncode == 1
    assert "other files" in done.stderr
    assert (other / "mine.txt").read_text("utf-8") == "keep"
