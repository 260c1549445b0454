"""The six top-level names are ours, whatever else is installed beside us."""

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from tests.tree import PACKAGES, ROOT


@pytest.mark.parametrize("name", PACKAGES)
def test_top_level_name_is_ours(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT), f"{name} is shadowed by {spec.origin}"


@pytest.mark.parametrize("name", [*PACKAGES, "tests"])
def test_nobody_else_installs_our_name(name: str) -> None:
    others = set(importlib.metadata.packages_distributions().get(name, [])) - {"interlock-mes"}
    assert not others, f"{others} also install a top-level {name!r}"
