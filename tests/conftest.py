"""What every test may rely on: the fixtures of ``tests/fix_*.py``, and a patient hypothesis."""

from pathlib import Path

from hypothesis import HealthCheck, settings

pytest_plugins = sorted(f"tests.{path.stem}" for path in Path(__file__).parent.glob("fix_*.py"))

# A busy machine is slow, not wrong: only what an example proves counts, never how long it took.
settings.register_profile(
    "interlock", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("interlock")
