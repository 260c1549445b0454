"""The hands and eyes of the demo: looks at the faceplates, does what comes next, looks again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.cli.blender import blend, finished
from server.cli.challenge import explain
from server.cli.hmi import Answer, Hmi
from server.cli.shop_floor import Machine, NotNowError
from server.cli.terminals import Terminals
from server.cli.walk import (
    Action,
    Shown,
    StationShown,
    StuckError,
    can_be_remedied,
    next_action,
    remedies,
)
from server.cli.walk_plan import OBSERVER, STEPS, TERMINALS, Weighing

_LOOK_S: Final = 0.1
_SHOWN_WITHIN_S: Final = 30.0
_READING_WITHIN_S: Final = 120.0
_MAX_REFUSALS: Final = 5
_SLIP_SHOWN_S: Final = 3.0
_ANOTHER_CONTAINER: Final = frozenset({"container-empty", "container-overdrawn"})
_SCAN_AGAIN: Final = _ANOTHER_CONTAINER | {"tare-changed", "tare-unknown"}
_OF_ITS_WEIGHT: Final = 0.1  # how closely a vessel is known, as a part of what it weighs
_AT_THE_END: Final = "temperature"
"""The evidence of the blend that its instruction asks for when it has completed."""

STATION_VARIABLES: Final = (
    "ActiveJobOrderId",
    "PersonId",
    "ActiveStepId",
    "StepState",
    "TargetMaterial",
    "IdentifiedContainer",
    "RequiredEvidence",
    "RecordedEvidence",
    "OpenExceptions",
)

Report = Callable[[Action, Answer], None]


@dataclass(slots=True)
class Walker:
    """Walks one job order. ``report`` hears of every call; ``pace_s`` is a pause after each."""

    terminals: Terminals
    machines: Mapping[str, Machine]
    job_order_id: str
    report: Report
    pace_s: float = 0.0
    _sessions: dict[str, Hmi] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)
    _slipped: set[str] = field(default_factory=set)
    _lot: str = ""

    @contextlib.asynccontextmanager
    async def observing(self) -> AsyncIterator[None]:
        """Open the session that only looks; the others open when they are needed."""
        try:
            await self._session(OBSERVER)
            yield
        finally:
            for session in self._sessions.values():
                await session.close()

    async def walk(self) -> None:
        """Do what comes next until the job order has ended."""
        refusals = 0
        while True:
            action = next_action(await self.look())
            if action is None:
                return
            answer = await self._act(action)
            self.report(action, answer)
            if answer.accepted:
                refusals = 0
                await self._wait_until_shown(action)
                await asyncio.sleep(self.pace_s)
                continue
            refusals += 1  # what was shown may have been a moment old
            if refusals >= _MAX_REFUSALS:
                raise StuckError(f"{action.call} at {action.station}: {explain(answer)}")
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> Shown:
        """Return what is shown now."""
        order = f"JobOrders/{self.job_order_id}"
        paths = [
            f"{order}/State",
            f"{order}/MaterialLotId",
            *(f"{order}/Steps/{step}/State" for step in STEPS),
        ]
        paths += [f"Stations/{one}/{name}" for one in TERMINALS for name in STATION_VARIABLES]
        values = iter(await self.observe(*paths))
        state, self._lot = str(next(values) or ""), str(next(values) or "")
        steps = {step: str(next(values) or "") for step in STEPS}
        stations = {one: _station([next(values) for _ in STATION_VARIABLES]) for one in TERMINALS}
        return Shown(job_order_id=self.job_order_id, state=state, steps=steps, stations=stations)

    async def observe(self, *paths: str) -> tuple[Any, ...]:
        """Return the values of variables, as the observer of the plant sees them."""
        return await (await self._session(OBSERVER)).read(*paths)

    async def _wait_until_shown(self, action: Action) -> None:
        """Wait until the terminals show that something else is to be done."""
        with contextlib.suppress(TimeoutError, StuckError):
            async with asyncio.timeout(_SHOWN_WITHIN_S):
                while next_action(await self.look()) == action:  # noqa: ASYNC110 -- the server's state
                    await asyncio.sleep(_LOOK_S)

    async def _session(self, account: str) -> Hmi:
        if account not in self._sessions:
            session = Hmi(self.terminals.login(account))
            await session.connect()
            self._sessions[account] = session
        return self._sessions[account]

    async def _act(self, action: Action) -> Answer:
        await self._prepare(action)
        match action.call:
            case "Scan":
                return await self._scan(action)
            case "CaptureWeight":
                return await self._weigh(action)
            case "CaptureEvidence":
                return await self._capture(action)
            case _:
                return await self._call(action)

    async def _prepare(self, action: Action) -> None:
        """Do what the gates, asked without doing anything, say is still to be done."""
        codes = (await self._check(action)).codes if can_be_remedied(action) else ()
        for one in remedies(action, codes):
            self.report(one, await self._call(one))

    async def _call(self, action: Action, **more: str) -> Answer:
        terminal = await self._session(action.account or TERMINALS[action.station])
        return await terminal.call(
            action.call, {**self._words(action), **more}, station=action.station
        )

    def _words(self, action: Action) -> dict[str, str]:
        words = {"job_order": self.job_order_id, "step": action.step, "evidence": action.evidence}
        if action.person:
            words["account"] = action.person
            words["password"] = self.terminals.passwords[action.person]
        if action.value is not None:
            words["value"] = action.value.value
            words["source"] = action.value.source
            words["instrument"] = action.value.instrument
        words |= action.words
        return {name: text.replace("{lot}", self._lot) for name, text in words.items()}

    async def _check(self, action: Action, **more: str) -> Answer:
        terminal = await self._session(TERMINALS[action.station])
        words = {**self._words(action), **more}
        return await terminal.check(action.call, words, station=action.station)

    async def _scan(self, action: Action) -> Answer:
        """Tare the vessel, and scan the first container, in the order of expiry, that is taken."""
        weighing = _weighing(action)
        await self._tare(weighing)
        await self._slip(action, weighing.slip)
        answer = Answer(outcome="Failed", messages=("no container is left; use --fresh",))
        for container in weighing.containers:
            if container not in self._tried:
                answer = await self._call(action, code=container)
                if not _ANOTHER_CONTAINER & set(answer.codes):
                    return answer
                self._tried.add(container)
        return answer

    async def _slip(self, action: Action, container: str) -> None:
        """Scan a wrong container first, once and only for those who watch."""
        if self.pace_s and container and action.step not in self._slipped:
            self._slipped.add(action.step)
            self.report(action, await self._call(action, code=container))
            await asyncio.sleep(_SLIP_SHOWN_S)

    async def _weigh(self, action: Action) -> Answer:
        """Put the material on the scale, wait until its weight may be taken, and take it."""
        weighing = _weighing(action)
        filled_kg = weighing.vessel_kg + weighing.mass_kg
        await self._put(weighing, filled_kg)
        before = await self._wait_until_possible(action, instrument=weighing.instrument)
        if _SCAN_AGAIN & set(before.codes):
            await self._scan_again(action, set(before.codes))
            await self._put(weighing, filled_kg)
            before = await self._wait_until_possible(action, instrument=weighing.instrument)
        answer = await self._call(action, instrument=weighing.instrument)
        await self._put(weighing, 0.0)
        await self._scale(weighing, "clear-tare")
        return answer

    async def _tare(self, weighing: Weighing) -> None:
        """Put the empty vessel on the scale, tare it, and wait until the server has read that."""
        await self._scale(weighing, "clear-tare")
        await self._put(weighing, weighing.vessel_kg)
        try:
            async with asyncio.timeout(_READING_WITHIN_S):
                await self._until_the_vessel_is_shown(weighing, "net_weight")
                await self._press_tare(weighing)
                await self._until_the_vessel_is_shown(weighing, "tare")
        except TimeoutError as error:
            raise StuckError(
                f"the vessel on {weighing.instrument} can't be tared: the scale does not come to"
                " rest, or the server does not read it"
            ) from error

    async def _press_tare(self, weighing: Weighing) -> None:
        """Press the key until the scale takes it: at rest."""
        while True:
            with contextlib.suppress(NotNowError):
                await self._scale(weighing, "tare")
                return
            await asyncio.sleep(_LOOK_S)

    async def _until_the_vessel_is_shown(self, weighing: Weighing, value: str) -> None:
        """Wait until the server shows what the vessel weighs as this value, at rest."""
        scale = f"ISA95/PhysicalAssets/{weighing.instrument}"
        near = weighing.vessel_kg * _OF_ITS_WEIGHT
        while True:
            shown, at_rest = await self.observe(f"{scale}/{value}", f"{scale}/stable")
            if at_rest and abs(float(shown or 0) - weighing.vessel_kg) <= near:
                return
            await asyncio.sleep(_LOOK_S)

    async def _put(self, weighing: Weighing, mass_kg: float) -> None:
        """Let exactly so much lie on the scale."""
        await self._scale(weighing, "remove")
        if mass_kg:
            await self._scale(weighing, "place", mass_kg=mass_kg)

    async def _scale(self, weighing: Weighing, do: str, **words: object) -> None:
        await self.machines["dispensing"].hand(do, device=weighing.scale, **words)

    async def _scan_again(self, action: Action, codes: set[str]) -> None:
        """Scan another container, or the same one again with the tare that the scale has now."""
        terminal = TERMINALS[action.station]
        (code,) = await (await self._session(terminal)).read(
            f"Stations/{action.station}/IdentifiedContainer"
        )
        if codes & _ANOTHER_CONTAINER:
            self._tried.add(str(code))
        scan = Action(call="Scan", station=action.station, step=action.step)
        self.report(scan, await self._scan(scan))

    async def _capture(self, action: Action) -> Answer:
        """Let the machine run and wait until its value may be taken, then take it."""
        if STEPS[action.step].blends:
            is_speed = action.evidence == "speed"
            await blend(self.machines["blender"], anew=is_speed)
            if action.evidence == _AT_THE_END:
                await finished(self.machines["blender"])
        await self._wait_until_possible(action)
        return await self._call(action)

    async def _wait_until_possible(self, action: Action, **more: str) -> Answer:
        """Ask the gates, without doing anything, until they would accept the call."""
        return await wait_for(
            lambda: self._check(action, **more),
            lambda answer: answer.accepted or bool(_SCAN_AGAIN & set(answer.codes)),
        )


async def wait_for(
    ask: Callable[[], Awaitable[Answer]], enough: Callable[[Answer], bool]
) -> Answer:
    """Ask until the answer is enough, or for so long that it never will be."""
    answer = await ask()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_READING_WITHIN_S):
            while not enough(answer):
                await asyncio.sleep(_LOOK_S)
                answer = await ask()
    return answer


def _weighing(action: Action) -> Weighing:
    weighing = STEPS[action.step].weighing
    assert weighing is not None, f"step {action.step} weighs nothing"
    return weighing


def _station(values: list[Any]) -> StationShown:
    order, person, step, state, target, identified, required, recorded, exceptions = values
    return StationShown(
        job_order_id=order or "",
        person_id=person or "",
        step_id=step or "",
        step_state=state or "",
        target_material=target or "",
        identified=identified or "",
        required=tuple(_first_word(text) for text in required or ()),
        recorded=tuple(_first_word(text) for text in recorded or ()),
        open_exceptions=tuple(exceptions or ()),
    )


def _first_word(text: str) -> str:
    """Return the id of a piece of evidence, which stands first in its line."""
    return text.partition(" ")[0]
