"""Run the script of the block tests through OPC UA, and judge every answer."""

import contextlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from mappings.plant.block_tests import Attempt, BlockTestPlan
from server.cli.hmi import Answer

_WITHOUT_CHECK: Final = frozenset({"VerifyStep", "Release", "OpenSession"})
"""They ask for a person's password, which a dry run does not."""


class Terminal(Protocol):
    """A session with the server, such as ``hmi.Hmi``."""

    async def call(
        self, method: str, words: Mapping[str, str], *, station: str = "", command_id: str = ""
    ) -> Answer:
        """Call a method."""
        ...

    async def check(self, method: str, words: Mapping[str, str], *, station: str) -> Answer:
        """Ask what a call would be answered."""
        ...


class ScriptBrokenError(Exception):
    """A call that had to be accepted was not; the tests after it would prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One attempt and how it was answered."""

    test: int
    title: str
    attempt: str
    expected: str
    got: tuple[str, ...]
    decision_id: str
    offers: tuple[str, ...]
    check: str
    held: bool
    remark: str = ""


@dataclass(slots=True)
class Challenge:
    """One run of a plan. ``passwords`` are those of all accounts that the plan names."""

    plan: BlockTestPlan
    passwords: Mapping[str, str]
    terminal: Terminal
    planner: Terminal
    report: Callable[[Result], None] = lambda _: None
    job_order_id: str = field(default_factory=lambda: f"CHALLENGE-{secrets.token_hex(4).upper()}")
    _step: str = ""

    async def run(self) -> tuple[Result, ...]:
        """Store a job order, try everything, abort the job order, and return the results."""
        store = "StoreWithAllocations" if self.plan.allocations else "Store"
        await self._must(self.planner, store, self._order())
        await self._must(self.planner, "Start", {})
        try:
            results = await self._run_script()
        except BaseException:
            with contextlib.suppress(Exception):  # what went wrong first is what matters
                await self._clean_up()
            raise
        await self._clean_up()
        return results

    async def _run_script(self) -> tuple[Result, ...]:
        results = []
        for attempt in self.plan.script:
            result = await self._try(attempt)
            if result is not None:
                results.append(result)
                self.report(result)
        return tuple(results)

    async def _try(self, attempt: Attempt) -> Result | None:
        words = self._words(attempt)
        if attempt.test is None:
            if attempt.either_way:
                await self._call(self.terminal, attempt.call, words)
            else:
                await self._must(self.terminal, attempt.call, words)
                self._step = words.get("step", self._step)
            return None
        before = await self._check(attempt.call, words)
        answer = await self._call(self.terminal, attempt.call, words)
        return _judged(attempt, words, answer, before)

    async def _check(self, method: str, words: Mapping[str, str]) -> Answer | None:
        if method in _WITHOUT_CHECK:
            return None
        return await self.terminal.check(method, words, station=self.plan.station)

    async def _call(self, terminal: Terminal, method: str, words: Mapping[str, str]) -> Answer:
        known = {"job_order": self.job_order_id, "step": self._step}
        return await terminal.call(method, {**known, **words}, station=self.plan.station)

    async def _must(self, terminal: Terminal, method: str, words: Mapping[str, str]) -> None:
        answer = await self._call(terminal, method, words)
        if not answer.accepted:
            what = " ".join(text for key, text in words.items() if key != "password")
            raise ScriptBrokenError(f"{method} {what}: {explain(answer)}")

    async def _clean_up(self) -> None:
        await self._call(self.terminal, "CloseSession", {})
        words = {"reason": self.plan.abort_reason, **self._identity(self.plan.abort_person)}
        await self._must(self.planner, "Abort", words)

    def _order(self) -> dict[str, str]:
        return {
            "work_master": self.plan.work_master_id,
            "version": self.plan.work_master_version,
            "quantity": str(self.plan.quantity),
            "allowed_to_start": "false",
            "lot_allocations": "; ".join(self.plan.allocations),
        }

    def _words(self, attempt: Attempt) -> dict[str, str]:
        words = {"source": "manual", "job_order": self.job_order_id, "step": self._step}
        words.update(attempt.words)
        person = words.pop("person", None)
        return words if person is None else {**words, **self._identity(person)}

    def _identity(self, account: str) -> dict[str, str]:
        if account not in self.passwords:
            raise ScriptBrokenError(f"the credentials hold no account '{account}'; add it")
        return {"account": account, "password": self.passwords[account]}


def explain(answer: Answer) -> str:
    """Return an answer in one line."""
    if answer.accepted:
        return "accepted"
    reasons = "; ".join(answer.messages) or answer.status
    codes = ", ".join(answer.codes) or answer.status
    return f"{answer.outcome.lower()} ({codes}): {reasons}"


def _judged(
    attempt: Attempt, words: Mapping[str, str], answer: Answer, before: Answer | None
) -> Result:
    assert attempt.test is not None
    assert attempt.refused is not None
    remarks = []
    if attempt.refused not in answer.codes:
        remarks.append("accepted!" if answer.accepted else explain(answer))
    if not answer.decision_id:
        remarks.append("no decision is on record")
    if attempt.offers and answer.offers != attempt.offers:
        remarks.append(f"offers {', '.join(answer.offers) or 'nothing'}")
    same = before is None or before.codes == answer.codes
    if not same and before is not None:
        remarks.append(f"the dry run said {', '.join(before.codes) or before.outcome}")
    return Result(
        test=attempt.test,
        title=attempt.title,
        attempt=_described(attempt, words),
        expected=attempt.refused,
        got=answer.codes,
        decision_id=answer.decision_id,
        offers=answer.offers,
        check="-" if before is None else ("same" if same else "differs"),
        held=not remarks,
        remark="; ".join(remarks),
    )


def _described(attempt: Attempt, words: Mapping[str, str]) -> str:
    texts = [text for key, text in attempt.words.items() if key != "person"]
    by = f" by {words['account']}" if "account" in words else ""
    return f"{attempt.call} {' '.join(texts)}".strip() + by
