"""Readiness and the real call: 10,000 random contexts, and not one disagreement."""

from collections import Counter
from typing import Final

import pytest

from historian.in_memory import InMemoryExecutionLog
from models.execution.outcome import Accepted, Denied, Outcome, Refused
from server.command_path.authorize import COMMAND_ROLES
from tests.chance import MAKERS
from tests.walks import walking

WORLDS: Final = 20
CONTEXTS: Final = 500


def verdict(outcome: Outcome) -> object:
    """Return what an outcome says, without the id under which it is on record."""
    match outcome:
        case Accepted(result=result):
            return "accepted", result
        case Refused(refusals=refusals):
            return "refused", refusals
        case Denied(code=code, reason=reason):
            return "denied", code, reason
        case _:
            return outcome


def test_every_kind_of_command_is_tried() -> None:
    assert MAKERS.keys() == COMMAND_ROLES.keys()


@pytest.mark.parametrize("seed", range(WORLDS))
async def test_a_dry_run_and_the_real_call_agree_in_500_contexts_each(seed: int) -> None:
    log = InMemoryExecutionLog()
    came_to: Counter[str] = Counter()
    async with walking(log, seed) as walk:
        for _ in range(CONTEXTS):
            command, principal = walk.next()
            before = await log.end()
            ready = await walk.rig.path.check(command, principal)
            assert await log.end() == before, f"a dry run of {command} wrote something"
            happened = await walk.rig.do(command, principal)
            assert verdict(ready) == verdict(happened), command
            came_to[type(happened).__name__] += 1
            if isinstance(happened, Refused | Denied):
                assert await log.end() != before, f"nothing is on record of {command}"
    assert came_to["Fault"] == 0
    assert min(came_to["Accepted"], came_to["Refused"]) > CONTEXTS / 10, came_to
