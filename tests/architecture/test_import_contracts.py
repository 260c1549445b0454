"""The import contracts hold, and each of them bites."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tree import PACKAGES, ROOT, named

CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}

# One sin per contract: the file that commits it, and the import that is the sin.
SINS = {
    "top": ("models/isa95/sin_top.py", "import historian"),
    "server": ("server/utils.py", "import server.command_path"),
    "domain": ("models/isa95/sin_domain.py", "import models.execution.outcome"),
    "faces": ("server/faces/sin_a/__init__.py", "import server.faces.sin_b"),
    "adapters": ("adapters/port.py", "import adapters.modbus"),
    "pure": ("models/sin_pure.py", "import time"),
    "ports": ("server/command_path/sin_ports.py", "import psycopg"),
    "one-way-in": ("server/faces/sin_a/decides.py", "import models.execution.decide"),
    "one-root": ("server/faces/sin_a/stores.py", "import historian"),
    "simulators": ("simulators/sin_simulators.py", "import models"),
    "simulators-unused": ("mappings/sin_simulators.py", "import simulators"),
    "acyclic": ("models/sin_one.py", "import models.sin_other"),
    "one-home": ("mappings/sin_home.py", "import lxml"),
}
# What the sins need to exist before they can be committed.
SCENERY = {
    "server/faces/__init__.py": "",
    "server/faces/sin_b/__init__.py": "",
    "adapters/modbus.py": "",
    "models/execution/decide.py": "",
    "models/sin_other.py": "import models.sin_one\n",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "400", "NO_COLOR": "1"},
        capture_output=True,
        check=False,
        text=True,
    )


def test_import_contracts_are_kept() -> None:
    report = lint(ROOT)
    assert report.returncode == 0, report.stdout + report.stderr


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Lint a copy of the tree in which every sin was committed; return what was found broken."""
    copy = tmp_path_factory.mktemp("sinful")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path in named(".py", *PACKAGES):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for name, text in SCENERY.items():
        target = copy / name
        if not target.exists() and not target.with_suffix("").is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    for name, sin in SINS.values():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a", encoding="utf-8") as file:
            file.write(f"\n{sin}\n")
    report = lint(copy).stdout
    assert "BROKEN" in report, report
    return {name for name in CONTRACTS.values() if re.search(f"{re.escape(name)} BROKEN", report)}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_bites(contract: str, broken: set[str]) -> None:
    assert contract in SINS, f"add a sin to SINS that the contract {contract!r} must find"
    assert CONTRACTS[contract] in broken, f"{SINS[contract]} went unnoticed"
