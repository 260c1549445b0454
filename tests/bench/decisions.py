"""What a gated decision costs: submitted, judged, chained, projected and durable."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from models.execution import commands as c
from models.execution.outcome import Accepted, Refused
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.work_definition import Source
from models.tag_value import TagValue
from server.bootstrap.database import open_database
from server.command_path.load import Records
from server.command_path.path import CommandPath
from server.settings import Settings
from tests import world as w


class NoDevices:
    """A plant whose devices are silent; these decisions need none."""

    def latest(self, tag: str) -> TagValue | None:
        """Return that nothing was ever read."""
        del tag


@asynccontextmanager
async def command_path(settings: Settings) -> AsyncIterator[CommandPath]:
    """Return a command path on the settings' database."""
    key = bytes(32)
    async with open_database(settings, _now) as database:
        records = Records(database.execution_log, NoDevices(), key)
        path = CommandPath(
            database.execution_log, records, key=key, clock=_now, new_id=lambda: str(uuid4())
        )
        running = asyncio.create_task(path.run())
        try:
            yield path
        finally:
            running.cancel()


def _now() -> datetime:
    return datetime.now(UTC)


async def stations(path: CommandPath, count: int) -> tuple[str, ...]:
    """Return the names of so many new stations."""
    names = tuple(f"BOOTH-{uuid4().hex[:6]}-{n:02}" for n in range(count))
    booths = tuple(
        Equipment(
            equipment_id=name,
            description="Booth of the benchmark",
            level=EquipmentLevel.WORK_UNIT,
            equipment_classes=("dispensing-booth",),
            is_station=True,
        )
        for name in names
    )
    await path.submit(c.DefineMasterData(items=(*w.PLANT.master_data, *booths)), w.SYSTEM)
    for command, principal in w.approvals(w.PLANT.work_masters):
        await path.submit(command, principal)
    return names


async def work(path: CommandPath, station: str, each: int) -> tuple[c.Command, ...]:
    """Return so many commands that are all accepted, one after the other, and store their orders.

    What a step takes, for one job order after the other: session, start, evidence, completion,
    verification.
    """
    commands: list[c.Command] = []
    while len(commands) < each:
        order_id = f"JO-{uuid4().hex[:8]}-{station}"
        await _must(path, c.StoreJobOrder(
            job_order_id=order_id,
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        ))  # fmt: skip
        commands += _step_of(station, order_id)
    return tuple(commands[:each])


def _step_of(station: str, order_id: str) -> tuple[c.Command, ...]:
    performer, verifier = w.identity("op-01"), w.identity("op-02")
    return (
        c.OpenStationSession(station=station, job_order_id=order_id, identity=performer),
        c.StartStep(station=station, step_id="010"),
        c.RecordEvidence(
            station=station, evidence_id="booth-is-clear", value="true", source=Source.MANUAL
        ),
        c.CompleteStep(station=station),
        c.VerifyStep(station=station, step_id="010", identity=verifier),
    )


async def _must(path: CommandPath, command: c.Command) -> None:
    station = getattr(command, "station", None)
    outcome = await path.submit(command, w.terminal(station) if station else w.ERP)
    assert isinstance(outcome, Accepted), outcome


def next_step(station: str) -> c.Command:
    """Return what would be accepted when the work is done."""
    return c.StartStep(station=station, step_id="020")


def skipping(station: str) -> c.Command:
    """Return a command that is refused every time, with its evidence on record."""
    return c.StartStep(station=station, step_id="030")


async def decisions(
    path: CommandPath, work: Sequence[Sequence[c.Command]], *, accepted: bool, check: bool = False
) -> list[float]:
    """Return the seconds of every answer; one writer for each sequence of commands."""
    expected = Accepted if accepted else Refused
    answers = await asyncio.gather(
        *(_writer(path, commands, expected, check=check) for commands in work)
    )
    return [seconds for answer in answers for seconds in answer]


async def _writer(
    path: CommandPath,
    commands: Sequence[c.Command],
    expected: type[Accepted | Refused],
    *,
    check: bool,
) -> list[float]:
    principal = w.terminal(str(getattr(commands[0], "station", "")))
    taken = []
    for command in commands:
        began = time.perf_counter()
        if check:
            outcome = await path.check(command, principal)
        else:
            outcome = await path.submit(command, principal)
        taken.append(time.perf_counter() - began)
        assert isinstance(outcome, expected), outcome
    return taken


def settings(state_dir: Path, owner_dsn: str) -> Settings:
    """Return the settings of the benchmark: its own database, or the one that is named."""
    return Settings(config_dir=w.DEMO_PLANT, state_dir=state_dir, owner_dsn=owner_dsn)
