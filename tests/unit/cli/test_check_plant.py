"""``interlock check-plant``: every mistake of a folder at once, before a server starts with it."""

import shutil
from pathlib import Path

import pytest

from server.cli import main

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "mappings" / "demo_plant"
RICH = ROOT / "tests" / "unit" / "mappings" / "rich_plant"


def test_the_plant_that_is_shipped_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-plant", "--relative-days", str(DEMO)]) == 0
    said = capsys.readouterr().out
    assert "NUTRA-01 is well described" in said
    assert "WM-VITC-500 version 1" in said


def test_days_that_would_move_are_a_mistake_in_a_plant_that_is_installed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check-plant", str(DEMO)]) == 1
    assert "counts from a day of installation" in capsys.readouterr().err


def test_every_mistake_is_told_with_its_file_line_reason_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(RICH, tmp_path, dirs_exist_ok=True)
    shutil.copy(DEMO / "blocktest.yaml", tmp_path)
    for file, good, bad in (
        ("plant.yaml", "capacity: 60 l", "capacity: much"),
        ("work_masters/rich.yaml", "plus: [issued]", "plus: [issues]"),
        ("blocktest.yaml", "refused: self-verification", "refused: self-checking"),
    ):
        text = (tmp_path / file).read_text("utf-8")
        (tmp_path / file).write_text(text.replace(good, bad, 1), "utf-8")
    assert main(["check-plant", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"{tmp_path}/plant.yaml:" in said
    assert "no evidence 'issues' is recorded until here; did you mean 'issued'?" in said
    assert "unknown refusal 'self-checking'" in said


def test_a_folder_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-plant", str(tmp_path / "none")]) == 1
    assert "cannot be read" in capsys.readouterr().err
