"""What a gated decision costs: submitted, judged, chained, projected and durable."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from models.execution import commands as c
from models.execution.outcome import Accepted
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


async def prepare(path: CommandPath, stations: int) -> tuple[str, ...]:
    """Return stations with a step in progress each."""
    names = tuple(f"BOOTH-{uuid4().hex[:6]}-{n:02}" for n in range(stations))
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
    for name in names:
        await _must(path, c.StoreJobOrder(
            job_order_id=f"JO-{name}",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        ))  # fmt: skip
        who = w.identity("op-01")
        await _must(
            path, c.OpenStationSession(station=name, job_order_id=f"JO-{name}", identity=who)
        )
        await _must(path, c.StartStep(station=name, step_id="010"))
    return names


async def _must(path: CommandPath, command: c.Command) -> None:
    station = getattr(command, "station", None)
    outcome = await path.submit(command, w.terminal(station) if station else w.ERP)
    assert isinstance(outcome, Accepted), outcome


def evidence(station: str) -> c.Command:
    """Return a command that passes its gates every time."""
    return c.RecordEvidence(
        station=station, evidence_id="booth-is-clear", value="true", source=Source.MANUAL
    )


def skipping(station: str) -> c.Command:
    """Return a command that is refused every time, with its evidence on record."""
    return c.StartStep(station=station, step_id="020")


async def decisions(
    path: CommandPath, commands: tuple[c.Command, ...], each: int, *, check: bool = False
) -> list[float]:
    """Return the seconds of every answer; one writer per command, ``each`` times."""
    answers = await asyncio.gather(*(_writer(path, item, each, check=check) for item in commands))
    return [seconds for answer in answers for seconds in answer]


async def _writer(path: CommandPath, command: c.Command, each: int, *, check: bool) -> list[float]:
    principal = w.terminal(str(getattr(command, "station", "")))
    taken = []
    for _ in range(each):
        began = time.perf_counter()
        if check:
            await path.check(command, principal)
        else:
            await path.submit(command, principal)
        taken.append(time.perf_counter() - began)
    return taken


def settings(state_dir: Path, owner_dsn: str) -> Settings:
    """Return the settings of the benchmark: its own database, or the one that is named."""
    return Settings(config_dir=w.DEMO_PLANT, state_dir=state_dir, owner_dsn=owner_dsn)
