"""Every adapter was tried against a simulator of its device, on the wire."""

import pytest

from tests.tree import ROOT, named

NO_ADAPTERS = frozenset({"__init__", "port"})
ON_THE_WIRE = frozenset({"contracts", "integration"})


def adapters() -> set[str]:
    below = (path.relative_to(ROOT / "adapters") for path in named(".py", "adapters"))
    return {path.parts[0].removesuffix(".py") for path in below} - NO_ADAPTERS


@pytest.mark.parametrize("adapter", sorted(adapters()))
def test_adapter_was_tried_on_the_wire(adapter: str) -> None:
    tests = [path for path in named(".py", "tests") if ON_THE_WIRE & set(path.parts)]
    assert any(f"adapters.{adapter}" in path.read_text(encoding="utf-8") for path in tests), (
        f"add a test of adapters.{adapter} against its simulator to tests/integration/"
    )
