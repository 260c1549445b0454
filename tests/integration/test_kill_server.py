"""Kill the server, again and again, while it works: what it acknowledged is there, exactly once.

Callers do what a terminal does: every command has an id of its own, and goes out again with the
same id until it is answered.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from historian.execution_log import PostgresqlExecutionLog
from models.execution.event_types import EVENT_VERSIONS
from server.cli.log_examination import examine_log
from tests.doors.running_plant import RunningPlant, running_plant
from tests.fix_command_path import hold_against_the_log
from tests.fix_database import cluster_folder

pytestmark = [pytest.mark.integration, pytest.mark.simulation, pytest.mark.timeout(240)]

ROUNDS = 20
CALLERS = 6
ENOUGH_ROUNDS = 5
STOP_AFTER_S = 45.0
"""On a slow machine, no further round begins after this, if there were enough."""


@dataclass
class Calls:
    """What the callers have sent, and what they were answered."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    lost: int = 0
    kills: int = 0


@dataclass
class Caller:
    """Stores job orders and skips steps, one command after the other, each until it is answered."""

    number: int
    plant: RunningPlant
    http: httpx.AsyncClient
    calls: Calls
    sent: int = 0

    async def run(self, until: asyncio.Event) -> None:
        while not until.is_set():
            self.sent += 1
            name = f"K{self.number}-{self.sent}"
            await self._until_answered(f"store-{name}", "/job-orders", _order(name), "planner-01")
            await self._until_answered(f"start-{name}", f"/job-orders/{name}/start", None, "erp-01")
            step = "/stations/DISP-01/steps/020/start"
            await self._until_answered(f"skip-{name}", step, None, "hmi-disp")

    async def _until_answered(
        self, command_id: str, path: str, body: dict[str, str] | None, account: str
    ) -> None:
        while True:
            try:
                response = await self.http.post(
                    self.plant.rest_url + path,
                    json=body,
                    headers={"Idempotency-Key": command_id},
                    auth=(account, self.plant.passwords[account]),
                )
            except httpx.TransportError:
                self.calls.lost += 1
                await asyncio.sleep(0.05)  # as a terminal would: the server is being started
                continue
            if response.status_code == 503:
                await asyncio.sleep(0.05)
                continue
            self.calls.acknowledged[command_id] = response.status_code
            self.calls.duplicates += bool(response.json().get("duplicate"))
            return


def _order(name: str) -> dict[str, str]:
    return {"job_order_id": name, "work_master_id": "WM-CHALLENGE", "quantity": "1.000 kg"}


async def _killing(plant: RunningPlant, calls: Calls) -> None:
    """Kill the server at random moments, some of them while it is still starting to answer."""
    chance = random.Random(9)  # noqa: S311 -- seeded, and not for secrets
    began = asyncio.get_running_loop().time()
    while calls.kills < ROUNDS:
        late = asyncio.get_running_loop().time() - began > STOP_AFTER_S
        if late and calls.kills >= ENOUGH_ROUNDS:
            return
        acknowledged = len(calls.acknowledged)
        async with asyncio.timeout(60):
            while len(calls.acknowledged) == acknowledged:  # noqa: ASYNC110 -- another process
                await asyncio.sleep(0.005)
        await asyncio.sleep(chance.random() * 0.3)
        plant.server.kill()
        await plant.server.wait()
        calls.kills += 1
        await plant.start()


@asynccontextmanager
async def _called(plant: RunningPlant, calls: Calls) -> AsyncIterator[None]:
    over = asyncio.Event()
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=30, limits=limits) as http, asyncio.TaskGroup() as tasks:
        for number in range(CALLERS):
            tasks.create_task(Caller(number, plant, http, calls).run(over))
        yield
        over.set()


@dataclass
class Outcome:
    """What was found when all was over."""

    calls: Calls
    rows: list[tuple[object, ...]]
    broken: list[str]
    projections: int


async def _run() -> Outcome:
    calls = Calls()
    with cluster_folder() as folder:
        async with running_plant(folder, machines=False) as plant:
            async with _called(plant, calls):
                await _killing(plant, calls)
            rows = plant.ask(
                "SELECT command_id, type, count(*), count(DISTINCT transaction)"
                " FROM interlock.log_row GROUP BY command_id, type"
            )
            log = await PostgresqlExecutionLog.open(plant.application_dsn)
            try:
                report = await examine_log(log, plant.log_key)
                projections = await hold_against_the_log(log)
            finally:
                await log.close()
    return Outcome(calls, rows, [f"{x.where}: {x.reason}" for x in report.in_order], projections)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return asyncio.run(_run())


def test_it_was_really_killed_in_the_middle_of_work(outcome: Outcome) -> None:
    assert outcome.calls.kills >= ENOUGH_ROUNDS
    assert outcome.calls.lost >= outcome.calls.kills, "callers were cut off each time"
    assert len(outcome.calls.acknowledged) > outcome.calls.kills, "and did work in between"


def test_every_acknowledged_command_is_on_record(outcome: Outcome) -> None:
    recorded = {command_id for command_id, *_ in outcome.rows}
    assert outcome.calls.acknowledged.keys() <= recorded


def test_no_command_has_two_effects(outcome: Outcome) -> None:
    assert {row[1] for row in outcome.rows} <= EVENT_VERSIONS.keys()
    ours = [row for row in outcome.rows if str(row[0]).startswith(("store-", "start-", "skip-"))]
    assert ours
    for command_id, kind, count, transactions in ours:
        assert (count, transactions) == (1, 1), f"{command_id}: {kind}"


def test_every_command_was_answered_as_it_was_decided(outcome: Outcome) -> None:
    kinds = {"store": "JobOrderStored", "start": "JobOrderAllowedToStart", "skip": "CommandRefused"}
    statuses = {"store": 201, "start": 200, "skip": 409}
    found = {(command_id, kind) for command_id, kind, *_ in outcome.rows}
    for command_id, status in outcome.calls.acknowledged.items():
        what = command_id.partition("-")[0]
        assert status == statuses[what], command_id
        assert (command_id, kinds[what]) in found


def test_a_command_is_whole_or_not_there(outcome: Outcome) -> None:
    """The four events of storing a job order are there together, or none of them is."""
    kinds: dict[str, Counter[str]] = {}
    for command_id, kind, count, _ in outcome.rows:
        kinds.setdefault(str(command_id), Counter())[str(kind)] += int(str(count))
    whole = Counter(
        ["WorkDirectiveCopied", "JobOrderStored", "MaterialLotDefined", "MaterialLotListed"]
    )
    stores = [found for command_id, found in kinds.items() if command_id.startswith("store-")]
    assert all(found == whole for found in stores)


def test_the_log_is_unbroken_and_makes_the_projections(outcome: Outcome) -> None:
    assert outcome.broken == []
    assert outcome.projections > 100
