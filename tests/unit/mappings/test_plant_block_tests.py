"""The plan of the block tests: what may stand in it, and how mistakes are reported."""

from pathlib import Path

import pytest

from mappings.plant.block_tests import BlockTestPlan, load_block_tests
from mappings.problems import Problems

DEMO = Path(__file__).parents[3] / "mappings" / "demo_plant" / "blocktest.yaml"


def test_the_plan_of_the_demo_tries_all_eight() -> None:
    plan = load_block_tests(DEMO)
    assert isinstance(plan, BlockTestPlan)
    assert {row.test for row in plan.script if row.test} == set(range(1, 9))
    assert plan.terminal == "hmi-disp"


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("call: Scan", "call: Sacn", "unknown method 'Sacn', did you mean 'Scan'?"),
        ("refused: exception-open", "refused: exception-opened", "unknown refusal"),
        ("code: AA-2603-C1", "instrument: FLOOR-SCALE-01", "Scan needs 'code'"),
        ("code: AA-2603-C1", "code: AA-2603-C1\n    person: op-01", "Scan takes no 'person'"),
        ("    refused: predecessor-open\n", "", "a test is a row with a number and a refusal"),
        ("quantity: 1.000 kg", "quantity: some", "'some' is not a quantity"),
        ("[ASCORBIC-ACID=AA-2601]", "[AA-2601]", "not every one is a material and its lot"),
        ("planner: planner-01", "plan: planner-01", "unknown key 'plan'"),
    ],
)
def test_a_mistake_is_reported(tmp_path: Path, good: str, bad: str, reason: str) -> None:
    text = DEMO.read_text("utf-8")
    assert good in text
    spoilt = tmp_path / "blocktest.yaml"
    spoilt.write_text(text.replace(good, bad, 1), "utf-8")
    problems = load_block_tests(spoilt)
    assert isinstance(problems, Problems)
    assert any(reason in one.as_text() for one in problems), [one.as_text() for one in problems]


def test_a_missing_plan_is_reported(tmp_path: Path) -> None:
    problems = load_block_tests(tmp_path / "none.yaml")
    assert isinstance(problems, Problems)
    assert "cannot be read" in problems.sorted()[0].reason
