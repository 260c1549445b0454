"""Review and approve the drafts of a plant over OPC UA, as the two people that it takes."""

from collections.abc import Callable, Iterable
from typing import Final

from models.isa95.work_definition import WorkMaster
from server.cli.challenge import ScriptBrokenError, explain
from server.cli.hmi import Answer
from server.cli.terminals import Terminals

REVIEWER: Final = "sup-01"
APPROVER: Final = "qa-01"
_DONE_BEFORE: Final = frozenset({"work-master-not-draft", "work-master-not-reviewed"})


async def approve_work_masters(
    terminals: Terminals, work_masters: Iterable[WorkMaster], say: Callable[[str], None]
) -> None:
    """Have each version signed that is still a draft; raises ScriptBrokenError if it can't be.

    The plant's files bring in drafts and nothing else: without two signatures nothing is executed.
    """
    async with terminals.session(REVIEWER) as reviewer, terminals.session(APPROVER) as approver:
        for master in work_masters:
            name = f"{master.work_master_id} version {master.version}"
            words = {"work_master": master.work_master_id, "version": master.version}
            for session, call, done in (
                (reviewer, "Review", "reviewed"),
                (approver, "Approve", "approved"),
            ):
                password = terminals.passwords[session.account]
                signed = {**words, "account": session.account, "password": password}
                answer = await session.call(call, signed)
                if _is_new(answer, f"{call} {name}"):
                    say(f"master batch record {name} {done} by {session.account}")


def _is_new(answer: Answer, what: str) -> bool:
    """Return whether the signature was given now; false when it was there before."""
    if not answer.accepted and not _DONE_BEFORE & set(answer.codes):
        raise ScriptBrokenError(f"{what}: {explain(answer)}")
    return answer.accepted
