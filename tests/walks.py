"""Walks of a running plant by chance, on the store in memory or on PostgreSQL."""

import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from models.execution import commands as c
from models.execution import records as r
from models.execution.log_row import Cursor
from models.execution.outcome import Outcome
from models.execution.principal import Principal
from server.command_path.load import Known
from server.command_path.ports import ExecutionLog
from tests.chance import Chance
from tests.fix_command_path import Rig, Ticking, running

_STEPS_S: Final = (0.5, 1, 1, 1, 1, 5, 30, 120)
_WEIGHTS: Final = (0.0, 1.0, 1.0, 1.0, 2.0, 10.0)


@dataclass
class Standing(Ticking):
    """A clock that stands until it is moved."""

    @override
    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Present(Mapping[str, "r.Record | None"]):
    """The records that a command path knows now."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known

    @override
    def __getitem__(self, name: str) -> r.Record | None:
        return self._known[name].record

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    @override
    def __len__(self) -> int:
        return len(self._known)


@dataclass
class Walk:
    """A running plant to which chance happens; time passes only between commands."""

    rig: Rig
    clock: Standing
    chance: Chance

    def next(self) -> tuple[c.Command, Principal]:
        """Let time pass, let the scale show something, and return what is tried next."""
        dice = self.chance.random
        self.clock.move(dice.choice(_STEPS_S) if dice.random() < 0.997 else 20_000)
        self.chance.time = self.clock.time
        self.rig.devices.scale(dice.choice(_WEIGHTS))
        if dice.random() < 0.05:
            self.clock.move(10)  # by now the reading is stale
        return self.chance.command()

    async def go(self, steps: int) -> list[Outcome]:
        """Try so many commands, and return what they came to."""
        return [await self.rig.do(*self.next()) for _ in range(steps)]


@asynccontextmanager
async def walking(log: ExecutionLog, seed: int) -> AsyncIterator[Walk]:
    """Run a command path on the log, with the demo's plant on record, and a walk on it."""
    clock = Standing()
    async with running(log, clock, prefix=f"walk-{seed}") as rig:
        if await log.end() == Cursor(0, 0):
            await rig.install()
        dice = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
        yield Walk(rig, clock, Chance(dice, Present(rig.path.records.known), clock.time))
