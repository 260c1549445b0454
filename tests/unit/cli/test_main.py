"""The command line itself: its help, its exit codes, and what it does not import."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from server.cli import COMMANDS, main

ROOT = Path(__file__).parents[3]
LINES = ROOT / "mappings" / "lines"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"usage: interlock {command}" in text
    assert len(text.splitlines()) > 5


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"interlock {version('interlock-mes')}\n"


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["blocktest"], ["run", "--nonsense"]])
def test_wrong_usage_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "usage: interlock" in capsys.readouterr().err


def test_the_help_imports_neither_opc_ua_nor_the_web() -> None:
    code = (
        "import sys, server.cli; server.cli.main(['--help']); "
        "print(sorted({'asyncua', 'fastapi', 'rich', 'yaml', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_mappings_that_are_shipped_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in sorted(LINES.glob("*.yaml"))]
    assert main(["check-mapping", *files]) == 0
    assert capsys.readouterr().out.count("tests passed") == len(files)


def test_a_wrong_mapping_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (LINES / "dispensing.yaml").read_text("utf-8")
    spoilt = tmp_path / "dispensing.yaml"
    spoilt.write_text(text.replace("input.6.float32", "input.6.float33", 1), "utf-8")
    assert main(["check-mapping", str(spoilt)]) == 1
    assert f"{spoilt}:" in capsys.readouterr().out


def test_a_missing_plan_of_the_block_tests_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--credentials", str(tmp_path / "c"), "--certificates", str(tmp_path)]
    arguments = ["blocktest", "--endpoint", "opc.tcp://127.0.0.1:1", "--plan", str(tmp_path / "p")]
    assert main([*arguments, *places]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_settings_that_cannot_work_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "--config", str(tmp_path / "none"), "--state", str(tmp_path)]
    assert main(arguments) == 1
    assert "config_dir" in capsys.readouterr().err
