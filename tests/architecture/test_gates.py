"""Every gate that was written also stands, and says what it refuses with."""

import ast
import re
from pathlib import Path

import pytest

from models.execution.refusal_codes import REFUSAL_KINDS
from tests.tree import ROOT, functions, named, where

GATES = ROOT / "models/execution/gates"
REFUSAL_CODES = "models/execution/refusal_codes.py"


def gate_files() -> list[Path]:
    return [path for path in named(".py", "models") if path.parent == GATES and path.stem[0] != "_"]


def listed() -> set[str]:
    """Return every name that stands in a tuple of gates/__init__.py; none while it is absent."""
    if not gate_files():
        return set()
    tree = ast.parse((GATES / "__init__.py").read_text(encoding="utf-8"))
    tuples = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple)]
    return {
        name.id for entries in tuples for name in ast.walk(entries) if isinstance(name, ast.Name)
    }


@pytest.mark.parametrize("path", gate_files(), ids=where)
def test_gate_is_in_its_list(path: Path) -> None:
    assert path.stem in listed(), (
        f"add {path.stem} to its tuple in models/execution/gates/__init__.py; "
        "the place you give it there is the precedence of its refusals"
    )


@pytest.mark.parametrize("path", gate_files(), ids=where)
def test_gate_is_named_like_its_file(path: Path) -> None:
    names = [function.name for function in functions(path)]
    assert path.stem in names, f"{where(path)} must define {path.stem}(); it defines {names}"


@pytest.mark.parametrize("path", gate_files(), ids=where)
def test_gate_says_which_codes_it_refuses_with(path: Path) -> None:
    (gate,) = (function for function in functions(path) if function.name == path.stem)
    codes = set(re.findall(r"``([a-z][a-z0-9-]+)``", ast.get_docstring(gate) or ""))
    assert codes, f"begin its docstring with Refuse ``code``, in {where(path)}"
    assert codes <= REFUSAL_KINDS.keys(), f"add to {REFUSAL_CODES}: {codes - REFUSAL_KINDS.keys()}"


def test_every_listed_gate_exists() -> None:
    gone = {name for name in listed() if name[0].islower()} - {path.stem for path in gate_files()}
    assert not gone, f"drop from models/execution/gates/__init__.py: {gone}"
