"""What every test may rely on: the fixtures of ``tests/fix_*.py``, and a patient hypothesis."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = sorted(f"tests.{path.stem}" for path in Path(__file__).parent.glob("fix_*.py"))

# A busy machine is slow, not wrong: only what an example proves counts, never how long it took.
settings.register_profile(
    "interlock", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("interlock")

LONG: Final = (
    "test_no_bypass",
    "test_demo_once",
    "test_demo_scripts",
    "test_kill_server",
    "test_phase_interface",
    "test_state_machines",
    "test_certs_at_the_console",
    "test_unlock_at_the_console",
    "test_interop",
)
"""Files that take long; begun first, so that no process is left alone with them at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of long files first, and leave the others in the order they came in."""
    items.sort(key=lambda item: item.path.stem not in LONG)
