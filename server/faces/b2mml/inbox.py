"""The inbox: a document in, its job orders submitted, and the answer out.

Nothing is decided here. Every operations request is one command; the command ids are made of
sender and message, so a document that comes again finds its own outcomes and gives the same
answer, byte for byte.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, unique
from typing import Final, Protocol

from models.execution.commands import StoreJobOrder
from models.execution.log_row import LogRow
from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Refused
from models.execution.principal import Principal
from models.isa95.work_schedule import OperationsSchedule
from server.command_path.ports import Clock
from server.faces.b2mml.answer import Answerer, Reason, reasons
from server.faces.b2mml.codec import Answer, Codec, Received
from server.faces.b2mml.problem import MAX_PROBLEMS, Defect, Problem, Unreadable
from server.faces.b2mml.translate import UNITS, Asked, Objection, requests, translate
from server.faces.b2mml.v0701 import V0701

Submit = Callable[[StoreJobOrder, Principal, str], Awaitable[Outcome]]
"""The single way in, as this face needs it."""

DecisionTime = Callable[[str], Awaitable[datetime | None]]
"""Tells when the command with this id was decided; None when nothing of it is on record."""


class FindsRows(Protocol):
    """The part of the execution log that knows when something was decided."""

    async def find(self, *, command_id: str | None = None) -> Sequence[LogRow]:
        """Return the rows of one command."""
        ...


def decision_times(log: FindsRows) -> DecisionTime:
    """Return a look-up of decision times in the execution log."""

    async def decided(command_id: str) -> datetime | None:
        rows = await log.find(command_id=command_id)
        return rows[0].server_time if rows else None

    return decided


_COMMANDS: Final = uuid.UUID("0d4d6f0e-0b3e-5c4b-8a7e-6d1c2e9f4a11")
_REUSED: Final = "command_id"
_AT_ONCE: Final = 64
"""Commands of one document that wait together; more would push other callers out."""
_MANY: Final = 50
"""From this many requests on the answer is written in a thread, for the same reason as below."""
_LARGE: Final = 64_000
"""From this size on a document is read in a thread, so that others are served meanwhile."""


@unique
class Verdict(Enum):
    """What became of a document; the route turns it into a status."""

    ACCEPTED = "accepted"
    MODIFIED = "modified"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    DENIED = "denied"
    FAULT = "fault"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    UNKNOWN_CHANNEL = "unknown-channel"
    NOTED = "noted"


_VERDICT_OF_DEFECT: Final[Mapping[Defect, Verdict]] = {
    Defect.INVALID: Verdict.REJECTED,
    Defect.MALFORMED: Verdict.MALFORMED,
    Defect.TOO_LARGE: Verdict.TOO_LARGE,
    Defect.UNSUPPORTED: Verdict.REJECTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a document; ``body`` is a B2MML document, empty for a noted one."""

    verdict: Verdict
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Receives documents on behalf of a principal. ``units`` maps the senders' unit codes."""

    codec: Codec
    answerer: Answerer
    submit: Submit
    decision_time: DecisionTime
    clock: Clock
    units: Mapping[str, str] = field(default_factory=lambda: UNITS)

    async def receive(self, body: bytes, principal: Principal) -> Reply:
        """Read a document, submit what it asks for, and answer."""
        if len(body) < _LARGE:
            document = self.codec.read(body)
        else:
            document = await asyncio.to_thread(self.codec.read, body)
        match document:
            case Answer():
                # An answer is never answered: two systems would confirm each other for ever.
                return Reply(verdict=Verdict.NOTED)
            case Unreadable():
                return self.refuse(document)
            case Received():
                return await self._process(document, principal)

    def refuse(self, document: Unreadable) -> Reply:
        """Answer a document that was not understood."""
        body = self.answerer.confirm_rejected(
            V0701, document.application_area, reasons(document.problems), self.clock()
        )
        return Reply(verdict=_VERDICT_OF_DEFECT[document.defect], body=body)

    def refuse_unread(self, verdict: Verdict, code: str, reason: str) -> Reply:
        """Answer what was not even read, because of its size or its type."""
        problem = Problem(code=code, reason=reason)
        unread = Unreadable(defect=Defect.TOO_LARGE, problems=(problem,))
        return replace(self.refuse(unread), verdict=verdict)

    async def _process(self, received: Received, principal: Principal) -> Reply:
        asked, objections = translate(received, self.units)
        ids = command_ids(received, principal, len(asked))
        outcomes = await self._submit_all(asked, ids, principal)
        time = await self._time(ids, outcomes)
        if any(_is_reused(outcome) for outcome in outcomes):
            return self._conflict(received, time)
        fault = next((o for o in outcomes if isinstance(o, Fault)), None)
        if fault is not None:
            return self._fault(received, fault)
        came_to = tuple(zip(asked, outcomes, strict=True))
        if len(came_to) + len(objections) <= _MANY:
            return self._acknowledge(received, came_to, objections, time)
        return await asyncio.to_thread(self._acknowledge, received, came_to, objections, time)

    async def _time(self, ids: Sequence[str], outcomes: Sequence[Outcome]) -> datetime:
        """Return the time of the first decision on record: the same for a repeated document."""
        for command_id, outcome in zip(ids, outcomes, strict=False):
            if isinstance(outcome, Accepted | Refused | Denied) or _is_reused(outcome):
                return await self.decision_time(command_id) or self.clock()
        return self.clock()

    async def _submit_all(
        self, asked: Sequence[Asked], ids: Sequence[str], principal: Principal
    ) -> list[Outcome]:
        """Submit the first command alone: it tells whether the message id was used before."""
        outcomes: list[Outcome] = []
        for start, end in _chunks(len(asked)):
            outcomes += await asyncio.gather(
                *(self.submit(asked[n].command, principal, ids[n]) for n in range(start, end))
            )
            if _is_reused(outcomes[0]) or any(isinstance(o, Fault) for o in outcomes):
                break
        return outcomes

    def _acknowledge(
        self,
        received: Received,
        came_to: Sequence[tuple[Asked, Outcome]],
        objections: Sequence[Objection],
        time: datetime,
    ) -> Reply:
        why = _reasons_against(received, objections)
        why += [reason for one, outcome in came_to for reason in _reasons_of(one, outcome)]
        stored = frozenset(one.request for one, out in came_to if isinstance(out, Accepted))
        verdict = Verdict.ACCEPTED
        nouns = received.schedules
        if not stored:
            verdict = Verdict.REJECTED
        elif why:
            verdict = Verdict.MODIFIED
            nouns = _only(received, stored)
        word = verdict.value.capitalize()
        told = tuple(why[:MAX_PROBLEMS])
        body = self.answerer.acknowledge(received, nouns, word, told, time)
        if came_to and all(isinstance(outcome, Denied) for _, outcome in came_to):
            verdict = Verdict.DENIED
        return Reply(verdict=verdict, body=body)

    def _conflict(self, received: Received, time: datetime) -> Reply:
        reason = Reason(
            code="bodid-reused",
            text="BODID reuse: this message id came before with other content",
            remedy="send changed content as a new message with a new BODID",
        )
        body = self.answerer.acknowledge(received, received.schedules, "Rejected", (reason,), time)
        return Reply(verdict=Verdict.CONFLICT, body=body)

    def _fault(self, received: Received, fault: Fault) -> Reply:
        remedy = "send the same document again" if fault.retry else "call the administrator"
        reason = Reason(code="fault", text=fault.reason, remedy=remedy)
        body = self.answerer.confirm_rejected(
            received.version, received.application_area, (reason,), self.clock(), "SystemError"
        )
        return Reply(verdict=Verdict.FAULT, body=body)


def command_ids(received: Received, principal: Principal, count: int) -> tuple[str, ...]:
    """Return the ids of the commands of a document: sender, message and ordinal number.

    The number and not the request's own id, so that a message id that comes again with other
    requests meets its first command and is found out.
    """
    area = received.application_area
    sender = area.sender if area else None
    name = (sender.logical_id, sender.component_id) if sender else (None, None)
    message = area.bod_id if area else None
    message = message or (sender.reference_id if sender else None) or received.content_hash
    seed = "\x1f".join((principal.account, name[0] or "", name[1] or "", message))
    return tuple(str(uuid.uuid5(_COMMANDS, f"{seed}\x1f{n}")) for n in range(count))


def _chunks(count: int) -> list[tuple[int, int]]:
    starts = [0, *range(1, count, _AT_ONCE)][: count or 0]
    return [(start, min(start + (_AT_ONCE if start else 1), count)) for start in starts]


def _is_reused(outcome: Outcome) -> bool:
    """Tell whether the command path knows the command id with other content."""
    return isinstance(outcome, Invalid) and any(p.where == _REUSED for p in outcome.problems)


def _only(received: Received, stored: frozenset[int]) -> tuple[OperationsSchedule, ...]:
    """Return the schedules with those requests alone that became job orders."""
    kept: dict[int, list[int]] = {}
    for number, (place, _, _) in enumerate(requests(received)):
        if number in stored:
            kept.setdefault(place.steps[0][1], []).append(place.steps[1][1])
    return tuple(
        replace(schedule, requests=tuple(schedule.requests[r] for r in kept[s]))
        for s, schedule in enumerate(received.schedules)
        if s in kept
    )


def _reasons_against(received: Received, objections: Sequence[Objection]) -> list[Reason]:
    """Return the objections with their places, each under the id of its request."""
    names = [request.id.strip() for _, _, request in requests(received)]
    # Both lists go through the requests in order; only within one may places change theirs.
    problems = received.locate(tuple((o.place, o.code, o.reason) for o in objections))
    return [
        Reason(
            code=problem.code,
            text=f"operations request {names[objection.request]}: {problem.text()}",
            subject=names[objection.request],
        )
        for objection, problem in zip(objections, problems, strict=False)
    ]


def _reasons_of(asked: Asked, outcome: Outcome) -> list[Reason]:
    subject = asked.command.job_order_id
    match outcome:
        case Refused(refusals=refusals):
            return [
                Reason(
                    code=refusal.code,
                    text=f"operations request {subject}: {refusal.obstacle}",
                    remedy=refusal.remedy,
                    subject=subject,
                )
                for refusal in refusals
            ]
        case Denied(code=code, reason=reason):
            return [
                Reason(code=code, text=f"operations request {subject}: {reason}", subject=subject)
            ]
        case Invalid(problems=problems):
            return [
                Reason(
                    code="invalid",
                    text=f"operations request {subject}: {problem.where}: {problem.reason}",
                    subject=subject,
                )
                for problem in problems
            ]
        case Accepted() | Fault():
            return []
