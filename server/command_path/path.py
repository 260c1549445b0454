"""Submit: the one way in. Whatever changes the record goes through here, in chunks."""

import asyncio
import hmac
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from models.execution import codec, events
from models.execution.commands import Command
from models.execution.decide import decide
from models.execution.decision import Decision
from models.execution.log_row import Appended, Conflict, Repeated, StoredOutcome
from models.execution.outcome import (
    Accepted,
    Denied,
    Fault,
    Invalid,
    Outcome,
    Problem,
    Refused,
)
from models.execution.principal import Principal
from server.command_path.authorize import authorize, locked_out
from server.command_path.load import Loaded, Records, TamperedRecordError
from server.command_path.ports import Clock, ExecutionLog, IdSource
from server.command_path.understand import problems
from server.command_path.write import Attempt, Draft

diagnostics = logging.getLogger("interlock.command_path")

MAX_WAITING: Final = 1000
"""Commands that may wait for a decision; one more is told to try again."""

MAX_CHUNK: Final = 64
"""Commands that one commit takes together."""

MAX_ANSWERED: Final = 1000
"""Answers kept in memory for repeated command ids; older ones are in the log."""

MAX_TRIES: Final = 8
"""How often a chunk is decided anew after losing a race, before it is a fault."""

_BUSY = Fault(reason="too many commands are waiting; try again", retry=True)
_RACE = Fault(reason="others kept changing what this is about; try again", retry=True)
_STOPPED = Fault(reason="Interlock is stopping; send it again, with the same id", retry=True)


@dataclass(slots=True)
class _Request:
    """A command that waits for its answer."""

    command: Command
    principal: Principal
    command_id: str
    fingerprint: bytes
    answer: asyncio.Future[Outcome]
    outcome: Outcome | None = field(default=None)


class CommandPath:
    """Decides commands in chunks: load, decide one after the other, append once, answer each.

    ``run`` has to be running for ``submit`` to be answered. A command that fails never fails its
    neighbours; nobody waits for a timer.
    """

    def __init__(
        self,
        log: ExecutionLog,
        records: Records,
        key: bytes,
        clock: Clock,
        new_id: IdSource,
    ) -> None:
        self._log = log
        self.records = records
        self._key = key
        self._clock = clock
        self._new_id = new_id
        self._waiting: asyncio.Queue[_Request] = asyncio.Queue(MAX_WAITING)
        self._answered: OrderedDict[str, StoredOutcome] = OrderedDict()
        self._stopped = False

    async def submit(
        self, command: Command, principal: Principal, command_id: str | None = None
    ) -> Outcome:
        """Decide the command, put what happened on record, and return what it came to.

        The same ``command_id`` with the same content is decided once, however often it is sent.
        """
        command_id = command_id or self._new_id()
        wrong = problems(command) + _id_problems(command_id)
        if wrong:
            return Invalid(problems=wrong)
        if self._stopped:
            return _STOPPED
        made = _fingerprint(self._key, command_id, command, principal)
        request = _Request(
            command, principal, command_id, made, asyncio.get_running_loop().create_future()
        )
        try:
            self._waiting.put_nowait(request)
        except asyncio.QueueFull:
            return _BUSY
        return await request.answer

    async def check(self, command: Command, principal: Principal) -> Outcome:
        """Return what the command would come to now; the same verdict, and nothing is written."""
        wrong = problems(command)
        if wrong:
            return Invalid(problems=wrong)
        denied = authorize(command, principal)
        if denied is not None:
            return denied
        try:
            loaded = await self.records.load(command, principal, self._clock(), newer={})
            denied = locked_out(command, principal, loaded.snapshot)
            if denied is not None:
                return denied
            decision = decide(command, principal, loaded.snapshot)
            self.records.trim()
        except Exception as error:  # noqa: BLE001 -- the boundary: a dry run fails like the real one
            diagnostics.exception("a check could not be decided")
            return _fault(error)
        if decision.refusals:
            return Refused(refusals=decision.refusals)
        return Accepted(result=decision.result)

    async def run(self) -> None:
        """Answer commands until cancelled; whoever still waits then is told to try again."""
        self._stopped, requests = False, list[_Request]()
        try:
            while True:
                requests = [await self._waiting.get()]
                requests += self._take(MAX_CHUNK - 1)
                await self._settle(requests)
                self.records.trim()
        finally:
            self._stopped = True
            for request in (*requests, *self._take(MAX_WAITING)):
                _answer(request, _STOPPED)

    def _take(self, limit: int) -> list[_Request]:
        """Return what waits, without waiting."""
        return [self._waiting.get_nowait() for _ in range(min(limit, self._waiting.qsize()))]

    async def _settle(self, requests: Sequence[_Request]) -> None:
        """Answer every request of a chunk, whatever happens."""
        try:
            await self._append(requests)
        except Exception as error:  # noqa: BLE001 -- the boundary: nobody is left without an answer
            if len(requests) > 1 and not isinstance(error, OSError | TimeoutError):
                self.records.known.clear()
                for request in requests:
                    if not request.answer.done():
                        await self._settle([request])
                return
            diagnostics.exception("the chunk could not be appended")
            self.records.known.clear()
            for request in requests:
                _answer(request, _fault(error))

    async def _append(self, requests: Sequence[_Request]) -> None:
        pending = [request for request in requests if not self._repeated(request)]
        for _ in range(MAX_TRIES):
            if not pending:
                return
            draft = await self._draft(pending)
            pending = [request for request in pending if request.outcome is not None]
            match await self._log.append(draft.chunk()):
                case Appended():
                    self._committed(pending, draft)
                    return
                case Conflict(streams):
                    self.records.forget(streams)
                case Repeated(command_ids):
                    await self._recall(command_ids)
                    pending = [request for request in pending if not self._repeated(request)]
        for request in pending:
            _answer(request, _RACE)

    async def _draft(self, requests: Sequence[_Request]) -> Draft:
        """Decide the requests one after the other, each on what those before it left behind."""
        draft = Draft(key=self._key, known=self.records.known, states={})
        seen: set[str] = set()
        for request in requests:
            request.outcome = None
            if request.command_id in seen:
                continue  # its twin is decided first; this one is answered from the store
            seen.add(request.command_id)
            try:
                request.outcome = await self._decide(request, draft)
            except Exception as error:  # noqa: BLE001 -- one command never fails its neighbours
                diagnostics.exception("%s could not be decided", request.command_id)
                _answer(request, _fault(error))
        for request in requests:
            if request.outcome is None and not request.answer.done():
                self._waiting_twin(request)
        return draft

    def _waiting_twin(self, request: _Request) -> None:
        """Let the later of two commands with one id wait for the next chunk."""
        try:
            self._waiting.put_nowait(request)
        except asyncio.QueueFull:
            _answer(request, _BUSY)

    async def _decide(self, request: _Request, draft: Draft) -> Outcome:
        time = self._clock()
        command, principal = request.command, request.principal
        loaded = await self.records.load(command, principal, time, newer=draft.states)
        denied = authorize(command, principal) or locked_out(command, principal, loaded.snapshot)
        if denied is not None:
            decision, outcome = _denial(request, denied)
        else:
            decision = decide(command, principal, loaded.snapshot)
            decision, outcome = _recorded(request, decision, loaded)
        draft.read(loaded.known)
        station = getattr(command, "station", None)
        attempt = Attempt(
            command_id=request.command_id, principal=principal, time=time, station=station
        )
        draft.write(attempt, decision)
        draft.outcomes.append(
            StoredOutcome(
                command_id=request.command_id,
                fingerprint=request.fingerprint,
                outcome=codec.dumps(outcome),
            )
        )
        return outcome

    def _committed(self, requests: Sequence[_Request], draft: Draft) -> None:
        for stream, known in draft.states.items():
            self.records.keep(stream, known)
        for stored in draft.outcomes:
            self._remember(stored)
        for request in requests:
            if request.outcome is not None:
                _answer(request, request.outcome)

    def _remember(self, stored: StoredOutcome) -> None:
        self._answered[stored.command_id] = stored
        while len(self._answered) > MAX_ANSWERED:
            self._answered.popitem(last=False)

    async def _recall(self, command_ids: Sequence[str]) -> None:
        for stored in (await self._log.outcomes(command_ids)).values():
            self._remember(stored)

    def _repeated(self, request: _Request) -> bool:
        """Answer a command that was answered before; return whether it was."""
        stored = self._answered.get(request.command_id)
        if stored is None:
            return False
        _answer(request, _again(stored, request.fingerprint))
        return True


def _answer(request: _Request, outcome: Outcome) -> None:
    if not request.answer.done():  # the caller may have gone
        request.answer.set_result(outcome)


def _fingerprint(key: bytes, command_id: str, command: Command, principal: Principal) -> bytes:
    """Return what tells a repeated command from another one under its id.

    It is keyed, so that nobody with only a database account can plant an answer beforehand.
    """
    text = f"command:{command_id}\x1f{principal.account}\x1f{codec.dumps(command)}"
    return hmac.digest(key, text.encode(), "sha256")


def _id_problems(command_id: str) -> tuple[Problem, ...]:
    if len(command_id) > 200 or not command_id.isprintable():  # noqa: PLR2004 -- its one use
        reason = "is longer than 200 characters, or can't be printed"
        return (Problem(where="command_id", reason=reason),)
    return ()


def _again(stored: StoredOutcome, fingerprint: bytes) -> Outcome:
    """Return the stored answer, or that the id was used for something else."""
    if stored.fingerprint != fingerprint:
        reason = f"{stored.command_id} was already used for another command; use a new id"
        return Invalid(problems=(Problem(where="command_id", reason=reason),))
    outcome: Outcome = codec.loads(Outcome, stored.outcome)
    if isinstance(outcome, Accepted | Refused | Denied):
        return replace(outcome, duplicate=True)
    return outcome


def _denial(request: _Request, denied: Denied) -> tuple[Decision, Outcome]:
    event = events.CommandDenied(
        account=request.principal.account,
        command=type(request.command).__name__,
        arguments=codec.dumps(request.command),
        code=denied.code,
        reason=denied.reason,
    )
    return Decision(events=(event,)), replace(denied, decision_id=request.command_id)


def _recorded(request: _Request, decision: Decision, loaded: Loaded) -> tuple[Decision, Outcome]:
    """Add the evidence of a refusal: what was asked, and all that the gates looked at."""
    if not decision.refusals:
        return decision, Accepted(decision_id=request.command_id, result=decision.result)
    event = events.CommandRefused(
        account=request.principal.account,
        command=type(request.command).__name__,
        arguments=codec.dumps(request.command),
        refusals=decision.refusals,
        seen=tuple(sorted((name, known.version) for name, known in loaded.known.items())),
        live=tuple(loaded.snapshot.live[tag] for tag in sorted(loaded.snapshot.live)),
        job_order_id=decision.job_order_id,
        step_id=decision.step_id,
    )
    refused = Refused(refusals=decision.refusals, decision_id=request.command_id)
    return replace(decision, events=(event, *decision.events)), refused


def _fault(error: BaseException) -> Fault:
    if isinstance(error, TamperedRecordError):
        return Fault(reason=str(error), retry=False)
    if isinstance(error, OSError | TimeoutError):
        return Fault(
            reason="the execution log can't be reached; send it again, with the same id", retry=True
        )
    return Fault(reason="an internal fault; nothing was done", retry=False)
