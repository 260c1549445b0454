"""The stage of a demo script: people at terminals who do things, and try what must not be possible.

Everything goes through OPC UA sessions, as it would from a screen beside the line.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from models.execution.refusal_codes import REFUSAL_KINDS
from server.cli.challenge import ScriptBrokenError, explain
from server.cli.hmi import Answer, Hmi
from server.cli.shop_floor import Machine
from server.cli.terminals import Terminals
from server.cli.walk_plan import TERMINALS
from server.cli.walker import wait_for

PLANNER: Final = "planner-01"
SCALE: Final = "FLOOR-SCALE-01"
_DEVICE: Final = "FLOOR-SCALE"
_SHOWN: Final = f"ISA95/PhysicalAssets/{SCALE}"
_DIVISION_KG: Final = 0.02
_SETTLES_WITHIN_S: Final = 60.0
_LOOK_S: Final = 0.1
_INDENT: Final = " " * 10


@dataclass(frozen=True, slots=True)
class Refusal:
    """What must come back: the code, these offers in this order, and a word of the answer."""

    code: str
    offers: tuple[str, ...] | None = None
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One wrong action: what was tried by whom, and how it was answered."""

    title: str
    call: str
    job_order_id: str
    person: str
    expected: str
    got: tuple[str, ...]
    decision_id: str
    held: bool
    remark: str = ""


@dataclass(slots=True)
class Stage:
    """The hands and eyes of one script. ``say`` prints a line."""

    terminals: Terminals
    machines: Mapping[str, Machine]
    say: Callable[[str], None]
    station: str = "DISP-01"
    person: str = ""
    job_order_id: str = ""
    tried: list[Tried] = field(default_factory=list)
    _sessions: dict[str, Hmi] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Close every session when the script is over."""
        try:
            yield
        finally:
            for session in self._sessions.values():
                await session.close()

    def scene(self, text: str) -> None:
        """Say what comes next."""
        self.say("")
        self.say(f"-- {text}")

    async def do(self, call: str, *, session: str = "", signer: str = "", **words: str) -> Answer:
        """Do what has to be accepted; raises ScriptBrokenError when it is not."""
        answer = await self._call(call, session, signer, words)
        if not answer.accepted:
            raise ScriptBrokenError(f"{call} {_shown(words)}: {explain(answer)}")
        came_to = answer.result or "accepted"
        self.say(f"   did    {call} {_shown(words)}{_by(signer or session)}: {came_to}")
        return answer

    async def refused(
        self, title: str, wanted: Refusal, call: str, *, signer: str = "", **words: str
    ) -> None:
        """Try what must not be possible: it holds when it is refused as wanted, on record."""
        answer = await self._call(call, "", signer, words)
        remarks = list(_remarks(answer, wanted))
        self.say(f"   TRIED  {title}: {call} {_shown(words)}{_by(signer or self.person)}")
        for line in _lines(answer):
            self.say(f"{_INDENT}{line}")
        self.say(f"{_INDENT}{'held' if not remarks else 'NOT HELD: ' + '; '.join(remarks)}")
        tried = Tried(
            title=title,
            call=call,
            job_order_id=self.job_order_id,
            person=signer or self.person,
            expected=wanted.code,
            got=answer.codes,
            decision_id=answer.decision_id,
            held=not remarks,
            remark="; ".join(remarks),
        )
        self.tried.append(tried)

    async def store(self, work_master: str = "WM-CHALLENGE", allocations: str = "") -> None:
        """Let the planner store a job order, with lots allocated to it or without."""
        self.job_order_id = f"DEMO-{secrets.token_hex(3).upper()}"
        words = {
            "work_master": work_master,
            "version": "1",
            "quantity": "1.000 kg",
            "allowed_to_start": "true",
        }
        if allocations:
            words["lot_allocations"] = allocations
        call = "StoreWithAllocations" if allocations else "Store"
        await self.do(call, session=PLANNER, job_order=self.job_order_id, **words)

    async def take(self, station: str, person: str) -> None:
        """Let a person take a station for the job order, after whoever stands there has left."""
        self.station = station
        await self._call("CloseSession", "", "", {})  # whoever was there; nobody is fine, too
        await self.do("OpenSession", signer=person, job_order=self.job_order_id)
        self.person = person

    async def clear_booth(self) -> None:
        """Perform the first step of the challenge: the booth is clear, and a second person saw."""
        await self.take("DISP-01", "op-01")
        await self.do("StartStep", step="010")
        await self.do("RecordEvidence", evidence="booth-is-clear", value="true", source="manual")
        await self.do("CompleteStep")
        await self.do("VerifyStep", signer="op-02", step="010")

    async def put_on_scale(self, mass_kg: float) -> None:
        """Put so much on the floor scale, and wait until it has settled."""
        booth = self.machines["dispensing"]
        await booth.hand("remove", device=_DEVICE)
        await self._until_shown(0.0)  # else what lay there before is taken for what is put there
        await booth.hand("place", device=_DEVICE, mass_kg=mass_kg)
        self.say(f"   hand   puts {mass_kg:.3f} kg on the floor scale")
        await self._until_shown(mass_kg)

    async def empty_scale(self) -> None:
        """Take everything off the floor scale."""
        await self.machines["dispensing"].hand("remove", device=_DEVICE)

    async def _until_shown(self, mass_kg: float) -> None:
        """Wait until the server shows that the scale shows so much, at rest."""
        async with asyncio.timeout(_SETTLES_WITHIN_S):
            while True:
                shown, at_rest = await self.read(f"{_SHOWN}/net_weight", f"{_SHOWN}/stable")
                if at_rest and abs(float(shown or 0) - mass_kg) <= _DIVISION_KG:
                    return
                await asyncio.sleep(_LOOK_S)

    async def open_exception(self) -> str:
        """Return the exception of the job order that waits for a decision, as the order shows."""
        path = f"JobOrders/{self.job_order_id}/OpenExceptions"

        async def shown() -> Answer:
            (items,) = await self.read(path)
            ids = tuple(str(item).partition(" ")[0].rstrip(":") for item in items or ())
            return Answer(outcome="Accepted", codes=ids)

        answer = await wait_for(shown, lambda found: bool(found.codes))
        if not answer.codes:
            raise ScriptBrokenError(f"{self.job_order_id} shows no open exception")
        return answer.codes[-1]

    async def read(self, *paths: str) -> tuple[Any, ...]:
        """Return the values of variables, as the terminal of the station sees them."""
        return await (await self._session(TERMINALS[self.station])).read(*paths)

    async def _call(self, call: str, account: str, person: str, words: Mapping[str, str]) -> Answer:
        session = await self._session(account or TERMINALS[self.station])
        return await session.call(call, self._words(person, words), station=self.station)

    def _words(self, signer: str, words: Mapping[str, str]) -> dict[str, str]:
        known = {"job_order": self.job_order_id, **words}
        if signer:
            known |= {"account": signer, "password": self.terminals.passwords[signer]}
        return known

    async def _session(self, account: str) -> Hmi:
        if account not in self._sessions:
            session = Hmi(self.terminals.login(account))
            await session.connect()
            self._sessions[account] = session
        return self._sessions[account]


def _remarks(answer: Answer, wanted: Refusal) -> Iterator[str]:
    """Yield what is wrong with an answer that had to be this refusal."""
    if wanted.code not in answer.codes:
        yield f"it had to be {wanted.code}, and was {explain(answer)}"
    if not answer.decision_id:
        yield "no decision is on record"
    if wanted.offers is not None and answer.offers != wanted.offers:
        found = ", ".join(answer.offers) or "nothing"
        yield f"it offers {found}, not {', '.join(wanted.offers)}"
    if wanted.says and wanted.says not in " ".join((*answer.messages, *answer.offers)):
        yield f"it does not say {wanted.says}"


def _lines(answer: Answer) -> list[str]:
    if answer.accepted:
        return ["ACCEPTED"]
    lines = []
    for code, message in zip(answer.codes, answer.messages, strict=False):
        gate = REFUSAL_KINDS[code].gate if code in REFUSAL_KINDS else "authorize"
        lines += [f"blocked by {gate}: {code}", f"  {message}"]
    if answer.offers:
        lines.append(f"  it offers {', '.join(answer.offers)}")
    return [*lines, f"  decision {answer.decision_id or '-'}"]


def _shown(words: Mapping[str, str]) -> str:
    hidden = {"allowed_to_start", "source", "version"}
    return " ".join(text for name, text in words.items() if name not in hidden and text)


def _by(who: str) -> str:
    return f" by {who}" if who else ""
