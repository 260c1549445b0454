"""Races: two processes on one database decide about the same things, and neither goes wrong."""

import asyncio
from decimal import Decimal

import pytest

from models.execution import codec
from models.execution import commands as c
from models.execution.outcome import Accepted, Outcome, Refused, codes
from models.execution.records import JobOrderRecord, MaterialSublotRecord
from models.execution.step_state import StepState
from models.isa95.equipment import Equipment, EquipmentLevel
from tests import world as w
from tests.fix_command_path import OwnDatabase, Rig, at_work, cleared, clearing

pytestmark = pytest.mark.integration

BOOTHS = tuple(f"BOOTH-{n}" for n in range(8))
CONTAINER = "AA-2601-C1"  # holds 25 kg


def split(outcomes: list[Outcome]) -> tuple[int, set[str]]:
    """Return how many were accepted, and the codes of all refusals; nothing else may be there."""
    assert all(isinstance(outcome, Accepted | Refused) for outcome in outcomes), outcomes
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    found = {code for outcome in refused for code in codes(outcome.refusals)}
    return len(outcomes) - len(refused), found


async def booth(rig: Rig, name: str) -> None:
    """Bring a job order for 4 kg to where it is weighed, out of the one container."""
    order_id = f"JO-{name}"
    await rig.must(
        c.StoreJobOrder(
            job_order_id=order_id,
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("4"),
            allowed_to_start=True,
        )
    )
    person = w.identity("op-01")
    await rig.must(c.OpenStationSession(station=name, job_order_id=order_id, identity=person))
    await rig.must(c.StartStep(station=name, step_id="010"))
    await rig.must(cleared(name))
    await rig.must(c.CompleteStep(station=name))
    await rig.must(c.VerifyStep(station=name, step_id="010", identity=w.identity("op-02")))
    await rig.must(c.StartStep(station=name, step_id="020"))
    await rig.must(c.ScanMaterial(station=name, code=CONTAINER))


async def booths(rig: Rig) -> None:
    """Put more booths on record, all of them with the floor scale."""
    items = tuple(
        Equipment(
            equipment_id=name,
            description="Another booth",
            level=EquipmentLevel.WORK_UNIT,
            equipment_classes=("dispensing-booth",),
            physical_assets=("FLOOR-SCALE-01",),
            is_station=True,
        )
        for name in BOOTHS
    )
    await rig.must(c.DefineMasterData(items=items), w.SYSTEM)
    for name in BOOTHS:
        await booth(rig, name)


async def test_a_step_is_completed_once(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        await clearing(one)
        calls = ((one, other)[n % 2].do(c.CompleteStep(station="DISP-01")) for n in range(50))
        accepted, refused = split(await asyncio.gather(*calls))
    assert (accepted, refused) == (1, {"step-not-in-progress"})
    assert database.count("StepCompleted") == 1
    assert database.count("CommandRefused") == 49


async def test_a_container_is_never_overdrawn(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        await booths(one)
        other.clock.time = one.clock.time
        for rig in (one, other):
            rig.devices.scale(4.0)
        weigh = [c.CaptureWeight(station=n, instrument_id="FLOOR-SCALE-01") for n in BOOTHS]
        calls = ((one, other)[n % 2].do(command) for n, command in enumerate(weigh))
        accepted, refused = split(await asyncio.gather(*calls))
        (head,) = (await one.log.load([f"material_sublot:{CONTAINER}"])).values()
    assert (accepted, refused) == (6, {"container-overdrawn"})
    assert database.count("MaterialSublotDrawn") == database.count("WeightCaptured") == 6
    left = codec.loads(MaterialSublotRecord, head.state).remaining
    assert left.value == Decimal(25) - 6 * Decimal(4)


async def test_a_station_is_taken_once(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        await one.must(
            c.StoreJobOrder(
                job_order_id="JO-1",
                work_master_id="WM-CHALLENGE",
                quantity=w.kilograms("1"),
                allowed_to_start=True,
            )
        )
        people = [w.identity(account) for account in ("op-01", "op-02")] * 10
        takes = [
            c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=person)
            for person in people
        ]
        calls = ((one, other)[n % 2].do(command) for n, command in enumerate(takes))
        outcomes = await asyncio.gather(*calls)
    accepted, refused = split(outcomes)
    # The person who is there may open the session again; nobody else may.
    winners = {
        take.identity.person_id
        for take, outcome in zip(takes, outcomes, strict=True)
        if isinstance(outcome, Accepted)
    }
    assert (accepted, refused, len(winners)) == (10, {"station-occupied"}, 1)


async def test_a_job_order_is_stored_once(database: OwnDatabase) -> None:
    async with database.rig() as one, database.rig(prefix="other") as other:
        stores = [
            c.StoreJobOrder(
                job_order_id="JO-1", work_master_id="WM-CHALLENGE", quantity=w.kilograms(str(n))
            )
            for n in range(1, 21)
        ]
        calls = ((one, other)[n % 2].do(command) for n, command in enumerate(stores))
        accepted, refused = split(await asyncio.gather(*calls))
    assert (accepted, refused) == (1, {"job-order-exists"})
    assert database.count("JobOrderStored") == 1


async def test_a_job_order_is_split_or_begun_and_never_both(database: OwnDatabase) -> None:
    planner = w.account("planner-01")
    halves = (w.kilograms("0.5"), w.kilograms("0.5"))
    async with database.rig() as one, database.rig(prefix="other") as other:
        await at_work(one)
        calls = [
            other.do(c.SplitJobOrder(job_order_id="JO-1", quantities=halves), planner),
            one.do(c.StartStep(station="DISP-01", step_id="010")),
        ]
        accepted, refused = split(await asyncio.gather(*calls))
    assert (accepted, len(refused)) == (1, 1)
    assert refused <= {"job-order-not-splittable", "job-order-not-active"}
    assert database.count("JobOrderSplit") + database.count("JobOrderRunBegan") == 1


async def test_neighbours_in_one_process_go_on_where_the_one_before_left_off(
    database: OwnDatabase,
) -> None:
    """Commands of one chunk see what those before them did, before any of it is durable."""
    station = "DISP-01"
    async with database.rig() as rig:
        await clearing(rig)
        chain = (
            c.CompleteStep(station=station),
            c.VerifyStep(station=station, step_id="010", identity=w.identity("op-02")),
            c.StartStep(station=station, step_id="020"),
            c.ScanMaterial(station=station, code=CONTAINER),
        )
        outcomes = await asyncio.gather(*(rig.do(command) for command in chain))
        (head,) = (await rig.log.load(["job_order:JO-1"])).values()
    assert split(outcomes) == (4, set())
    order = codec.loads(JobOrderRecord, head.state)
    assert order.step("020").state is StepState.IN_PROGRESS
    transactions = database.ask(
        "SELECT count(DISTINCT transaction) FROM interlock.log_row WHERE type = ANY (%s)",
        ["StepCompleted", "StepVerified", "MaterialIdentified"],
    )
    assert transactions == [(1,)]
