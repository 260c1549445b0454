"""The judge of the block tests: what counts as held, with terminals that answer from a script."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from mappings.plant.block_tests import Attempt, BlockTestPlan, load_block_tests
from mappings.problems import Problems
from server.cli.challenge import Challenge, ScriptBrokenError, explain
from server.cli.hmi import Answer
from server.cli.screen import all_held

PLAN = Path(__file__).parents[3] / "mappings" / "demo_plant" / "blocktest.yaml"
YES = Answer(outcome="Accepted", decision_id="d")


# ruff: noqa: ARG002 -- a scripted terminal looks at little of what it is told


@dataclass
class Scripted:
    """Answers every call as the plan wishes, but for the calls that ``otherwise`` names."""

    plan: BlockTestPlan
    otherwise: Mapping[str, Answer] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    open_rows: list[Attempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open_rows = list(self.plan.script)

    async def call(
        self, method: str, words: Mapping[str, str], *, station: str = "", command_id: str = ""
    ) -> Answer:
        self.calls.append(method)
        if not self.open_rows or self.open_rows[0].call != method:
            return YES  # storing, starting, cleaning up
        answer = self._wished(self.open_rows.pop(0))
        return self.otherwise.get(answer.codes[0], answer) if answer.codes else answer

    async def check(self, method: str, words: Mapping[str, str], *, station: str) -> Answer:
        return self._wished(self.open_rows[0])

    @staticmethod
    def _wished(row: Attempt) -> Answer:
        if row.refused is None:
            return YES
        return Answer(outcome="Refused", codes=(row.refused,), offers=row.offers, decision_id="d-1")


@pytest.fixture
def plan() -> BlockTestPlan:
    loaded = load_block_tests(PLAN)
    assert not isinstance(loaded, Problems)
    return loaded


def challenge(plan: BlockTestPlan, terminal: Scripted) -> Challenge:
    accounts = ("op-01", "op-01b", "op-02", "op-03", "qa-01", "sup-01")
    return Challenge(
        plan=plan,
        passwords=dict.fromkeys(accounts, "secret"),
        terminal=terminal,
        planner=Scripted(replace(plan, script=())),
    )


async def test_all_eight_tests_hold_when_everything_is_refused(plan: BlockTestPlan) -> None:
    results = await challenge(plan, Scripted(plan)).run()
    assert all_held(results)
    assert {one.test for one in results} == set(range(1, 9))
    assert "secret" not in str(results)


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (YES, "accepted!"),
        (Answer(outcome="Refused", codes=("material-wrong",), decision_id="d"), "refused"),
        (Answer(outcome="Refused", codes=("calibration-overdue",)), "no decision is on record"),
        (Answer(outcome="Denied", codes=("role-denied",), decision_id="d"), "role-denied"),
    ],
)
async def test_a_test_does_not_hold_with_any_other_answer(
    plan: BlockTestPlan, answer: Answer, remark: str
) -> None:
    terminal = Scripted(plan, {"calibration-overdue": answer})
    results = await challenge(plan, terminal).run()
    broken = [one for one in results if not one.held]
    assert [one.test for one in broken] == [4]
    assert remark in broken[0].remark


async def test_the_order_of_the_tests_reserves_the_lots_of_the_plan(plan: BlockTestPlan) -> None:
    run = challenge(plan, Scripted(plan))
    await run.run()
    planner = run.planner
    assert isinstance(planner, Scripted)
    assert planner.calls[0] == "StoreWithAllocations"


async def test_only_eligible_lots_may_be_offered(plan: BlockTestPlan) -> None:
    codes = ("material-wrong",)
    offering = Answer(outcome="Refused", codes=codes, offers=("AA-2598",), decision_id="d")
    results = await challenge(plan, Scripted(plan, {"material-wrong": offering})).run()
    assert [one.test for one in results if not one.held] == [2]


async def test_several_refusals_hold_when_the_expected_one_is_among_them(
    plan: BlockTestPlan,
) -> None:
    codes = ("instrument-not-suitable", "calibration-overdue")
    both = Answer(outcome="Refused", codes=codes, decision_id="d")
    results = await challenge(plan, Scripted(plan, {"calibration-overdue": both})).run()
    (result,) = [one for one in results if one.test == 4]
    assert (result.got, result.check, result.held) == (codes, "differs", False)


async def test_a_script_that_breaks_is_said_and_cleaned_up(plan: BlockTestPlan) -> None:
    no = Answer(outcome="Denied", codes=("role-denied",), messages=("not yours",))
    planner = Scripted(replace(plan, script=(Attempt(call="Start", words={}),)))
    run = challenge(plan, Scripted(plan))
    run.planner = planner
    planner.open_rows = [Attempt(call="Start", words={}, refused="exception-open", test=1)]
    planner.otherwise = {"exception-open": no}
    with pytest.raises(ScriptBrokenError, match="Start : denied \\(role-denied\\): not yours"):
        await run.run()


async def test_a_missing_password_is_said(plan: BlockTestPlan) -> None:
    run = challenge(plan, Scripted(plan))
    run.passwords = {}
    with pytest.raises(ScriptBrokenError, match="no account"):
        await run.run()


def test_an_answer_is_explained_in_one_line() -> None:
    assert explain(YES) == "accepted"
    refused = Answer(outcome="Refused", codes=("a", "b"), messages=("one.", "two."))
    assert explain(refused) == "refused (a, b): one.; two."
    assert explain(Answer(outcome="Failed", status="BadNodeIdUnknown")).endswith("BadNodeIdUnknown")
