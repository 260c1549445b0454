"""Random commands on the demo plant: nothing illegal ever becomes true."""

import random
from collections.abc import Callable, Iterator

import pytest

from models.execution import codec, streams
from models.execution import commands as c
from models.execution.commands import ExceptionDisposition
from models.execution.decide import decide
from models.execution.event_types import EVENT_VERSIONS, read_event
from models.execution.evolve import evolve
from models.execution.job_order_state import JOB_ORDER_TRANSITIONS
from models.execution.records import JobOrderRecord, Record
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from models.isa95.work_definition import Source
from tests import world as w
from tests.order_oracles import changed_rightly, stands_rightly
from tests.whole_view import agrees_with_the_whole
from tests.world import World, identity

STATIONS = ("DISP-01", "PACK-01", "QA-01")
ACCOUNTS = ("op-01", "op-01b", "op-02", "op-03", "qa-01", "sup-01")
STEPS = ("010", "020", "030", "999")
CODES = ("AA-2601-C1", "AA-2603-C1", "MCC-2601-C1", "AA-2601", "nothing")
ORDERS = ("JO-1", "JO-2", "JO-9")

Make = Callable[[random.Random], c.Command]


def _session(r: random.Random) -> c.Command:
    return c.OpenStationSession(
        station=r.choice(STATIONS),
        job_order_id=r.choice(ORDERS[:2]),
        identity=identity(r.choice(ACCOUNTS)),
    )


def _evidence(r: random.Random) -> c.Command:
    return c.RecordEvidence(
        station=r.choice(STATIONS),
        evidence_id=r.choice(("booth-is-clear", "record-reviewed")),
        value=r.choice(("true", "true", "true", "false", "?")),
        source=r.choice((Source.MANUAL, Source.MANUAL, Source.SCAN)),
    )


def _disposition(r: random.Random) -> c.Command:
    order_id = r.choice(ORDERS)
    return c.DispositionException(
        job_order_id=order_id,
        exception_id=f"{order_id}-E{r.randint(1, 3)}",
        disposition=r.choice(tuple(ExceptionDisposition)),
        reason="by chance",
        identity=identity(r.choice(ACCOUNTS)),
    )


def _store(r: random.Random) -> c.Command:
    return c.StoreJobOrder(
        job_order_id=r.choice(ORDERS[:2]),
        work_master_id="WM-CHALLENGE",
        quantity=w.kilograms(r.choice(("1", "2", "0"))),
        allowed_to_start=r.random() < 0.8,
    )


def _update(r: random.Random) -> c.Command:
    return c.UpdateJobOrder(
        job_order_id=r.choice(ORDERS),
        work_master_id=r.choice(("WM-CHALLENGE", "WM-CHALLENGE", "WM-VITC-500")),
        quantity=w.kilograms(r.choice(("1", "1", "2", "0", "-1"))),
        priority=r.choice((None, 1)),
        stations=r.choice(((), (), STATIONS, ("DISP-01", "QA-01"))),
    )


def _control(r: random.Random) -> c.Command:
    """Return what other systems ask of a job order; what ends one is rare."""
    order_id = r.choice(ORDERS)
    if r.random() < 0.9:
        return r.choice(
            (
                c.HoldJobOrder(job_order_id=order_id, reason="by chance"),
                c.RevokeStartJobOrder(job_order_id=order_id),
                c.ClearJobOrder(job_order_id=order_id),
            )
        )
    return r.choice(
        (
            c.StopJobOrder(job_order_id=order_id, reason="by chance"),
            c.CancelJobOrder(job_order_id=order_id, reason="by chance"),
            c.SplitJobOrder(
                job_order_id=order_id, quantities=(w.kilograms("0.5"), w.kilograms("0.5"))
            ),
        )
    )


def _resume(r: random.Random) -> c.Command:
    return c.ResumeJobOrder(
        job_order_id=r.choice(ORDERS), reason="by chance", identity=identity("sup-01")
    )


MAKERS: tuple[Make, ...] = (
    _update,
    _control,
    _resume,
    _resume,
    _store,
    lambda r: c.StartJobOrder(job_order_id=r.choice(ORDERS)),
    _session,
    _session,
    lambda r: c.CloseStationSession(station=r.choice(STATIONS)),
    lambda r: c.StartStep(station=r.choice(STATIONS), step_id=r.choice(STEPS)),
    lambda r: c.StartStep(station="DISP-01", step_id=r.choice(STEPS)),
    lambda r: c.ScanMaterial(station="DISP-01", code=r.choice(CODES)),
    lambda _: c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01"),
    _evidence,
    _evidence,
    lambda r: c.CompleteStep(station=r.choice(STATIONS)),
    lambda r: c.VerifyStep(
        station=r.choice(STATIONS), step_id=r.choice(STEPS), identity=identity(r.choice(ACCOUNTS))
    ),
    lambda r: c.OpenDeviation(station=r.choice(STATIONS), description="by chance"),
    _disposition,
    _disposition,
    lambda r: c.ReleaseJobOrder(
        job_order_id=r.choice(ORDERS), identity=identity(r.choice(ACCOUNTS))
    ),
)


def _orders(world: World) -> Iterator[JobOrderRecord]:
    yield from (record for record in world.states.values() if isinstance(record, JobOrderRecord))


def _legal(before: dict[str, JobOrderRecord], world: World) -> None:
    """Hold every change of state against the published tables."""
    for order in _orders(world):
        stands_rightly(order, world.states)
        was = before.get(order.job_order_id)
        if was is None:
            continue
        changed_rightly(was, order)
        moves = {(s, to) for (s, _), to in JOB_ORDER_TRANSITIONS.items()}
        assert order.state is was.state or (was.state, order.state) in moves
        step_moves = {(s, to) for (s, _), to in STEP_TRANSITIONS.items()}
        # A rework makes its first step ready in the same decision.
        step_moves |= {
            (s, StepState.READY) for s, how in STEP_TRANSITIONS if how is StepTransition.REOPEN
        }
        if [one.step_id for one in order.steps] != [one.step_id for one in was.steps]:
            assert order.start_time is None, "an update before work gave it other steps"
            continue
        for now, then in zip(order.steps, was.steps, strict=True):
            assert now.state is then.state or (then.state, now.state) in step_moves
        _in_order(order)


def _in_order(order: JobOrderRecord) -> None:
    """No step has begun while one before it is unfinished; verified means by somebody else."""
    begun = [step.state not in (StepState.PLANNED, StepState.READY) for step in order.steps]
    assert begun == sorted(begun, reverse=True)
    for step in order.steps:
        signature = step.verification
        assert signature is None or signature.person_id not in step.performers


@pytest.mark.parametrize("seed", range(20))
def test_500_random_commands_do_nothing_illegal(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
    world = w.installed()
    accepted = 0
    for _ in range(500):
        world.scale_shows("FLOOR-SCALE-01", chance.choice((0.0, 1.0, 2.0)))
        command = chance.choice(MAKERS)(chance)
        before = {order.job_order_id: order for order in _orders(world)}
        station = getattr(command, "station", None)
        principal = w.terminal(station) if station else w.ERP
        snapshot = world.snapshot(command, principal)
        readiness = decide(command, principal, snapshot)
        happened = decide(command, principal, snapshot)
        agrees_with_the_whole(world, command, principal)
        assert readiness == happened, "asking twice gives the same answer"
        assert world.do(command).refusals == readiness.refusals
        accepted += not readiness.refusals
        _legal(before, world)
    assert accepted > 20, f"seed {seed} never got anywhere"


@pytest.mark.parametrize("seed", range(3))
def test_records_are_rebuilt_from_the_events_alone(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
    world = w.installed()
    times = [world.time] * len(world.events)
    for _ in range(300):
        world.scale_shows("FLOOR-SCALE-01", chance.choice((0.0, 1.0, 2.0)))
        at = world.time
        world.do(chance.choice(MAKERS)(chance))
        times += [at] * (len(world.events) - len(times))
    rebuilt: dict[str, Record] = {}
    for event, time in zip(world.events, times, strict=True):
        name = type(event).__name__
        again = read_event(name, EVENT_VERSIONS[name], codec.dumps(event))
        assert again == event
        stream = streams.stream_of(again)
        rebuilt[stream] = evolve(rebuilt.get(stream), again, time)
    stored = {name: record for name, record in world.states.items() if record is not None}
    install_time = {n: r for n, r in stored.items() if n.startswith(("job_order:", "station:"))}
    assert {name: rebuilt[name] for name in install_time} == install_time
    assert rebuilt.keys() == stored.keys()
    for name, record in rebuilt.items():
        assert codec.loads(streams.record_kind(name), codec.dumps(record)) == record
