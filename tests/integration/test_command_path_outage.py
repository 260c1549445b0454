"""The database goes away under a running command path, and comes back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from historian import embedded
from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import migrate
from models.execution import commands as c
from models.execution.outcome import Accepted, Fault, Refused
from tests import world as w
from tests.fix_command_path import clearing, running
from tests.fix_database import cluster_folder

pytestmark = pytest.mark.integration

COMPLETE = c.CompleteStep(station="DISP-01")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with cluster_folder() as folder:
        yield folder / "postgresql"
        embedded.stop(folder / "postgresql")


async def test_nobody_waits_and_nothing_is_lost(data_dir: Path) -> None:
    cluster = await asyncio.to_thread(embedded.start, data_dir, durable=False)
    port = cluster.port
    dsn = (await migrate(cluster.owner_dsn)).application_dsn
    log = await PostgresqlExecutionLog.open(dsn, allow_unsafe=True)
    async with running(log) as rig:
        await rig.install()
        await clearing(rig)
        ids = [f"press-{n}" for n in range(10)]

        await asyncio.to_thread(cluster.stop)
        calls = (rig.do(COMPLETE, command_id=one) for one in ids)
        away = await asyncio.wait_for(asyncio.gather(*calls), 30)
        rig.path.records.known.clear()
        checked = await rig.path.check(COMPLETE, w.terminal("DISP-01"))

        await asyncio.to_thread(restart, data_dir, port)
        calls = (rig.do(COMPLETE, command_id=one) for one in ids)
        back = await asyncio.wait_for(asyncio.gather(*calls), 30)
    await log.close()
    assert all(isinstance(outcome, Fault) and outcome.retry for outcome in away), away
    assert isinstance(checked, Fault)
    assert checked.retry
    assert [type(outcome) for outcome in back] == [Accepted] + [Refused] * 9


def restart(data_dir: Path, port: int) -> None:
    """Start the server again where its clients look for it."""
    cluster = embedded.start(data_dir, durable=False)
    if cluster.port != port:
        with psycopg.connect(cluster.owner_dsn, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET port = {port}".encode())
        cluster.stop()
        embedded.start(data_dir, durable=False)
