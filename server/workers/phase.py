"""Phases: run the equipment phase of a step on its controller (ISA-88 Part 1, 6.5).

Nothing is assumed. A command counts when the controller has shown its number again, a phase is
complete when the controller says so of our run, and whatever does not come in time is a phase
that is held, with its step and its job order. What is to be done next is read from the controller
and from the record at every turn, so a server that was killed goes on where the machine is.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from mappings.language import Phase, PhaseCommand, PhaseMeaning, Tag
from models.execution import commands as c
from models.execution.outcome import Accepted, Outcome
from models.execution.phase_state import PhaseState
from models.execution.principal import Principal
from models.tag_value import Quality, TagValue
from server.command_path.ports import Clock
from server.queries.phase_task import PhaseTask
from server.workers.phase_values import values_to_write

diagnostics = logging.getLogger("interlock.phase")

TURN_S: Final = 0.1
"""The pause between two looks at the controller."""

_FOLLOWED_S: Final = 2.0
"""How long the read side may need to show what was reported."""

_CLOCK_TOLERANCE_S: Final = 2.0
"""How far the clock of a device may be ahead."""

_MAX_REASON: Final = 500
"""Characters of a reason: what a device says may be of any length."""

_SEQUENCES: Final = 65_535
_TO_BE_RESET: Final = (PhaseMeaning.COMPLETE, PhaseMeaning.STOPPED)


class Device(Protocol):
    """The writing side of an adapter."""

    async def write(
        self, values: Mapping[str, float | bool | str], *, read_back: bool = False
    ) -> None:
        """Write tags of the device; raises when it does not take them."""
        ...


Report = Callable[[PhaseTask, PhaseState, str], Awaitable[None]]
"""Puts a state of the phase on record, with the reason."""


class Submit(Protocol):
    """The one way in."""

    async def __call__(
        self, command: c.Command, principal: Principal, command_id: str | None = None
    ) -> Outcome:
        """Submit the command."""
        ...


def reporter(submit: Submit, principal: Principal) -> Report:
    """Return what puts the state of a phase on record; after a refusal the next turn decides."""

    async def report(task: PhaseTask, state: PhaseState, reason: str) -> None:
        command = c.ReportPhaseState(
            equipment_id=task.station,
            job_order_id=task.job_order_id,
            step_id=task.step_id,
            iteration=task.iteration,
            state=state,
            reason=reason,
        )
        outcome = await submit(command, principal)
        if not isinstance(outcome, Accepted):
            diagnostics.warning("%s is not on record: %s", command, outcome)

    return report


class PhaseFaultError(Exception):
    """The phase can't go on; the text says why, for the person who finds it held."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the controller shows: what its state means, and of which run."""

    number: int
    meaning: PhaseMeaning
    run: int


class PhaseInterface:
    """Drives the phase of one piece of equipment; ``run`` until cancelled.

    ``task`` tells what is to run now, ``latest`` the reading of a tag. A reading that is bad or
    older than ``fresh_s`` is none. ``permit_tag`` shows that the permit has arrived; ``tag`` is how
    the mapping declares one, for the units and ranges of what is handed over.
    """

    def __init__(  # noqa: PLR0913 -- each is a thing of its own
        self,
        phase: Phase,
        device: Device,
        *,
        task: Callable[[], PhaseTask | None],
        latest: Callable[[str], TagValue | None],
        report: Report,
        clock: Clock,
        fresh_s: float,
        permit_tag: str | None = None,
        tag: Callable[[str], Tag | None] = lambda _: None,
    ) -> None:
        self._phase = phase
        self._device = device
        self._task = task
        self._latest = latest
        self._report = report
        self._clock = clock
        self._fresh_s = fresh_s
        self._permit_tag = permit_tag
        self._tag = tag
        # Where a killed server left off is not known; the time of day is a number of its own.
        self._sequence = int(clock().timestamp()) % _SEQUENCES

    async def run(self) -> None:
        """Take one turn after the other."""
        while True:
            try:
                task = self._task()
                if task is not None and task.state is not PhaseState.COMPLETE:
                    await self._taken(task)
            except Exception:  # noqa: BLE001 -- what is to run is read again at the next turn
                diagnostics.exception("a turn of %s failed", self._phase.equipment_id)
            await asyncio.sleep(TURN_S)

    async def _taken(self, task: PhaseTask) -> None:
        """Take a turn; whatever goes wrong with it is a phase that is held."""
        try:
            await self._turn(task)
        except PhaseFaultError as fault:
            await self._tell(task, PhaseState.HELD, str(fault))
        except Exception as error:  # noqa: BLE001 -- what is not known is held
            diagnostics.exception("a turn of %s failed", self._phase.equipment_id)
            await self._tell(task, PhaseState.HELD, f"its interface failed: {error!r}")

    async def _turn(self, task: PhaseTask) -> None:
        if task.phase != self._phase.name:
            raise PhaseFaultError(f"{self._phase.equipment_id} has no phase {task.phase!r}")
        seen = await self._settled()
        if seen.run != task.run or seen.meaning in (PhaseMeaning.IDLE, PhaseMeaning.STOPPED):
            await self._begin(task, seen)
        elif seen.meaning is PhaseMeaning.HELD:
            await self._restart(task, seen)
        elif task.state is not PhaseState.RUNNING:
            await self._tell(task, PhaseState.RUNNING, "")
        elif seen.meaning is PhaseMeaning.COMPLETE:
            await self._tell(task, PhaseState.COMPLETE, "")

    async def _begin(self, task: PhaseTask, seen: _Seen) -> None:
        """Hand over the values and start, from whatever state lets it."""
        if task.state is PhaseState.RUNNING:
            raise PhaseFaultError(f"the controller no longer runs it: {self._named(seen)}")
        if seen.meaning in (PhaseMeaning.RUNNING, PhaseMeaning.HELD):
            raise PhaseFaultError(f"the controller is busy with run {seen.run}")
        if seen.meaning in _TO_BE_RESET:
            await self._command(PhaseCommand.RESET)
            await self._until(PhaseMeaning.IDLE)
        await self._hand_over(task)
        await self._permitted()
        if not self._is_wanted(task):
            return  # held, stopped or left while the controller was waited for
        await self._command(PhaseCommand.START)
        await self._until(PhaseMeaning.RUNNING, PhaseMeaning.COMPLETE, PhaseMeaning.HELD)

    async def _restart(self, task: PhaseTask, seen: _Seen) -> None:
        """Go on with a held phase only after its hold is on record and was lifted by people."""
        if task.state is not PhaseState.HELD:
            raise PhaseFaultError(f"the controller holds it: {self._named(seen)}")
        await self._permitted()
        if not self._is_wanted(task):
            return
        await self._command(PhaseCommand.RESTART)
        await self._until(PhaseMeaning.RUNNING, PhaseMeaning.COMPLETE)

    def _is_wanted(self, task: PhaseTask) -> bool:
        """Tell whether this is still what is to run: nothing is started by a look of before."""
        now = self._task()
        return now is not None and (now.run, now.state) == (task.run, task.state)

    async def _permitted(self) -> None:
        """Wait for the permit, which travels on its own and is written once per heartbeat."""
        tag = self._permit_tag
        if tag is not None and not await self._comes(
            lambda: self._number(tag) == 1, self._phase.reached_s
        ):
            raise PhaseFaultError("the permit did not arrive at the controller")

    async def _hand_over(self, task: PhaseTask) -> None:
        try:
            values = values_to_write(self._phase, task.parameters, self._tag)
        except ValueError as misfit:
            raise PhaseFaultError(f"its parameters do not fit: {misfit}") from misfit
        try:
            await self._device.write({**values, self._phase.run_tag: task.run}, read_back=True)
        except Exception as error:
            raise PhaseFaultError(f"its parameters were not taken: {error}") from error

    async def _command(self, command: PhaseCommand) -> None:
        """Write the command until the controller shows its number; the same number runs once."""
        phase = self._phase
        self._sequence = self._sequence % _SEQUENCES + 1
        if self._number(phase.echo_tag) == self._sequence:
            self._sequence = self._sequence % _SEQUENCES + 1
        values = {phase.command_tag: phase.commands[command], phase.sequence_tag: self._sequence}
        for _ in range(phase.tries):
            try:
                await self._device.write(values)
            except Exception as error:  # noqa: BLE001 -- the boundary to a device: it is one try
                diagnostics.warning("%s: %s", phase.equipment_id, error)
            if await self._is_echoed():
                result = self._number(phase.result_tag)
                if result == phase.done:
                    return
                text = phase.results.get(result or 0, f"result {result}")
                raise PhaseFaultError(f"the controller refused {command.value}: {text}")
        times = f"{phase.tries} times within {phase.acknowledged_s:g} s each"
        raise PhaseFaultError(f"the controller did not acknowledge {command.value}, tried {times}")

    async def _is_echoed(self) -> bool:
        return await self._comes(
            lambda: self._number(self._phase.echo_tag) == self._sequence,
            self._phase.acknowledged_s,
        )

    async def _until(self, *wanted: PhaseMeaning) -> None:
        def is_there() -> bool:
            seen = self._seen()
            return seen is not None and seen.meaning in wanted

        if not await self._comes(is_there, self._phase.reached_s):
            seen = self._seen()
            what = self._named(seen) if seen else "its state is not known"
            names = " or ".join(meaning.value for meaning in wanted)
            raise PhaseFaultError(f"not {names} after {self._phase.reached_s:g} s: {what}")

    async def _settled(self) -> _Seen:
        """Return what the controller shows once it is not between two states."""
        found: list[_Seen] = []

        def is_settled() -> bool:
            seen = self._seen()
            if seen is not None and seen.meaning is not PhaseMeaning.CHANGING:
                found.append(seen)
            return bool(found)

        if await self._comes(is_settled, self._phase.reached_s):
            return found[0]
        raise PhaseFaultError(
            f"the state of the controller is not known since {self._phase.reached_s:g} s"
        )

    async def _comes(self, is_true: Callable[[], bool], within_s: float) -> bool:
        """Wait until something is true, by the clock that only goes forward."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within_s
        while not is_true():
            if loop.time() >= end:
                return False
            await asyncio.sleep(min(TURN_S, within_s / 10))
        return True

    def _seen(self) -> _Seen | None:
        number, run = self._number(self._phase.state_tag), self._number(self._phase.run_echo_tag)
        if number is None or run is None:
            return None
        meaning = self._phase.states.get(number, PhaseMeaning.CHANGING)
        return _Seen(number, meaning, run)

    def _number(self, tag: str) -> int | None:
        """Return the reading of a tag as a number, None unless it can be trusted."""
        reading = self._latest(tag)
        if reading is None or reading.quality is not Quality.GOOD:
            return None
        if not isinstance(reading.value, int | float) or not math.isfinite(reading.value):
            return None
        age_s = (self._clock() - reading.source_time).total_seconds()
        # One from the future would stay fresh, and in the way of all that come after it.
        return int(reading.value) if -_CLOCK_TOLERANCE_S <= age_s <= self._fresh_s else None

    def _named(self, seen: _Seen) -> str:
        return f"state {seen.number} ({seen.meaning.value}) of run {seen.run}"

    async def _tell(self, task: PhaseTask, state: PhaseState, reason: str) -> None:
        if reason:
            diagnostics.warning("phase %s at %s: %s", task.phase, task.station, reason)
        try:
            await self._report(task, state, _readable(reason))
            await self._comes(lambda: self._is_known(task, state), _FOLLOWED_S)
        except Exception:  # noqa: BLE001 -- the next turn reports it again
            diagnostics.exception("phase %s at %s is not on record", task.phase, task.station)

    def _is_known(self, task: PhaseTask, state: PhaseState) -> bool:
        """Tell whether the read side, which follows the record, shows what was reported."""
        now = self._task()
        return now is None or now.run != task.run or now.state is state


def _readable(reason: str) -> str:
    """Return a reason that the record takes: a hold must not fail by what a device has said."""
    text = "".join(x if x.isprintable() else " " for x in reason[:_MAX_REASON])
    return text.strip()
