"""The two commands, and what a fresh machine may be asked for."""

import os
import subprocess
import tomllib

import pytest

from tests.tree import PACKAGES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def plan(target: str) -> str:
    """Return what make would do for the target, on a machine where everything is installed."""
    done = [f"--assume-old=.venv/{stamp}" for stamp in ("run.stamp", "dev.stamp", "bin/pip")]
    report = subprocess.run(
        ["make", "--dry-run", *done, target],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return report.stdout


@pytest.mark.parametrize("target", ["demo", "test", "check", "fix", "clean"])
def test_target_exists(target: str) -> None:
    assert plan(target)


def test_test_runs_the_whole_suite_last() -> None:
    lines = [line for line in plan("test").splitlines() if ".venv/bin/" in line]
    assert ".venv/bin/pytest" in lines[-1]
    assert "-m" not in lines[-1].split(), "nothing is left out"


def test_clean_keeps_installations() -> None:
    kept = (".interlock", "interlock-data")
    assert not any(name in plan("clean") for name in kept)


def test_continuous_integration_runs_what_people_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8")


def test_one_distribution_of_six_packages_is_never_uploaded() -> None:
    assert PROJECT["project"]["name"] == "interlock-mes"
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.removesuffix(".*") for name in found} == set(PACKAGES)
