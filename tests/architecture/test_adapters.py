"""Every adapter has passed the contract of all adapters, against a simulator on the wire."""

import pytest

from tests.tree import ROOT, named

NO_ADAPTERS = frozenset({"__init__", "port"})


def adapters() -> set[str]:
    below = (path.relative_to(ROOT / "adapters") for path in named(".py", "adapters"))
    return {path.parts[0].removesuffix(".py") for path in below} - NO_ADAPTERS


@pytest.mark.parametrize("adapter", sorted(adapters()))
def test_adapter_has_passed_the_contract(adapter: str) -> None:
    contracts = [path for path in named(".py", "tests") if "contracts" in path.parts]
    assert any(f"adapters.{adapter}" in path.read_text(encoding="utf-8") for path in contracts), (
        f"run the contract of all adapters on adapters.{adapter} in tests/contracts/"
    )
