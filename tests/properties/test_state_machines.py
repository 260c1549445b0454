"""The two state machines: every pair of state and move, random paths, and 10 000 random walks."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution import records as r
from models.execution import streams
from models.execution.commands import ExceptionDisposition
from models.execution.decide import decide
from models.execution.evolve import evolve
from models.execution.finished import is_finished, is_given_up
from models.execution.job_order_state import (
    JOB_ORDER_TRANSITIONS,
    JobOrderState,
    JobOrderTransition,
)
from models.execution.snapshot import Snapshot
from models.execution.step_state import STEP_TRANSITIONS, StepState, StepTransition
from tests import lifecycle as cell
from tests import world as w
from tests.lifecycle import CELL, LOT, ORDER, RECIPE, Cell
from tests.order_oracles import changed_rightly, stands_rightly
from tests.world import World, identity

START_STEP: Final = c.StartStep(station=CELL, step_id="030")
STEP: Final = "030"
"""The step that is brought into every state: it is verified, and a branch may lead past it."""


def _running() -> Cell:
    """Return a cell whose job order has all its work done, but is not released."""
    return cell.working().record("020", "8.5").complete().perform("040")


def _revoked() -> Cell:
    here = cell.cell().enter()
    here.world.must(cell.REVOKE)
    return here


def _after(here: Cell, *commands: c.Command) -> Cell:
    for command in commands:
        here.world.must(command)
    return here


ORDERS: Final[Mapping[JobOrderState, Callable[[], Cell]]] = {
    JobOrderState.NOT_ALLOWED_TO_START: _revoked,
    JobOrderState.ALLOWED_TO_START: lambda: cell.cell().enter(),
    JobOrderState.RUNNING: _running,
    JobOrderState.INTERRUPTED: lambda: _after(_running(), cell.pause()),
    JobOrderState.ENDED: lambda: _after(_running(), cell.release()),
    JobOrderState.ABORTED: lambda: _after(_running(), cell.abort()),
}
ORDER_COMMANDS: Final[Mapping[JobOrderTransition, c.Command]] = {
    JobOrderTransition.START: cell.START,
    JobOrderTransition.REVOKE_START: cell.REVOKE,
    JobOrderTransition.RUN: c.StartStep(station=CELL, step_id="010"),
    JobOrderTransition.PAUSE: cell.pause(),
    JobOrderTransition.RESUME: cell.resume(),
    JobOrderTransition.RELEASE: cell.release(),
    JobOrderTransition.STOP: cell.STOP,
    JobOrderTransition.UPDATE: cell.update(),
    JobOrderTransition.CANCEL: cell.CANCEL,
    JobOrderTransition.SPLIT: cell.split("600", "400"),
    JobOrderTransition.ABORT: cell.abort(),
}


@pytest.mark.parametrize("transition", JobOrderTransition, ids=lambda item: item.value)
@pytest.mark.parametrize("state", JobOrderState, ids=lambda item: item.value)
def test_a_job_order_moves_as_the_table_says_or_refuses_and_stays(
    state: JobOrderState, transition: JobOrderTransition
) -> None:
    world = ORDERS[state]().world
    before = world.job_order(ORDER)
    assert before.state is state
    decision = world.do(ORDER_COMMANDS[transition])
    after = JOB_ORDER_TRANSITIONS.get((state, transition))
    if after is None:
        assert decision.refusals
        assert world.job_order(ORDER) == before
    else:
        assert not decision.refusals
        assert world.job_order(ORDER).state is after


def _begun() -> Cell:
    return cell.working().record("020", "7").complete().start(STEP).record(STEP, "ok")


def _verified() -> Cell:
    return _after(_begun().complete(), cell.VERIFY)


STEPS: Final[Mapping[StepState, Callable[[], Cell]]] = {
    StepState.PLANNED: lambda: cell.cell().enter().perform("010"),
    StepState.READY: lambda: cell.working().record("020", "7").complete(),
    StepState.IN_PROGRESS: _begun,
    StepState.HELD: lambda: _after(_begun(), cell.HOLD),
    StepState.EXCEPTION: lambda: _after(_begun(), cell.DEVIATION),
    StepState.COMPLETE: lambda: _begun().complete(),
    StepState.VERIFIED: _verified,
    StepState.NOT_SELECTED: lambda: cell.working().record("020", "8.5").complete(),
    StepState.CLOSED: lambda: _after(_verified().perform("040"), cell.release()),
    StepState.ABORTED: lambda: _after(_begun(), cell.abort()),
}


STEP_COMMANDS: Final[Mapping[StepTransition, c.Command]] = {
    StepTransition.BEGIN: START_STEP,
    StepTransition.HOLD: cell.HOLD,
    StepTransition.RESUME: cell.resume(),
    StepTransition.OPEN_EXCEPTION: cell.DEVIATION,
    StepTransition.COMPLETE: cell.COMPLETE,
    StepTransition.VERIFY: cell.VERIFY,
    StepTransition.ABORT: cell.abort(),
}
"""The transitions that a command of its own asks for; the others follow from another step."""


@pytest.mark.parametrize("transition", STEP_COMMANDS, ids=lambda item: item.value)
@pytest.mark.parametrize("state", StepState, ids=lambda item: item.value)
def test_a_step_moves_as_the_table_says_or_stays(
    state: StepState, transition: StepTransition
) -> None:
    here = STEPS[state]()
    before = here.world.job_order(ORDER).step(STEP)
    assert before is not None
    assert before.state is state
    here.world.do(STEP_COMMANDS[transition])
    after = STEP_TRANSITIONS.get((state, transition), state)
    assert here.state(STEP) == after.value


MOVES: Final[Mapping[StepTransition, e.Event]] = {
    StepTransition.MAKE_READY: e.StepBecameReady(job_order_id=ORDER, step_id=STEP),
    StepTransition.LEAVE_OUT: e.StepNotSelected(job_order_id=ORDER, step_id=STEP),
    StepTransition.BEGIN: e.StepBegan(
        job_order_id=ORDER, step_id=STEP, station=CELL, person_id="op-01"
    ),
    StepTransition.HOLD: e.StepHeld(job_order_id=ORDER, step_id=STEP, reason="by chance"),
    StepTransition.RESUME: e.StepResumed(job_order_id=ORDER, step_id=STEP),
    StepTransition.COMPLETE: e.StepCompleted(job_order_id=ORDER, step_id=STEP, person_id="op-01"),
    StepTransition.REOPEN: e.StepReopened(
        job_order_id=ORDER, step_id=STEP, iteration=2, reason="by chance"
    ),
    StepTransition.CLOSE: e.StepClosed(job_order_id=ORDER, step_id=STEP),
    StepTransition.ABORT: e.StepAborted(job_order_id=ORDER, step_id=STEP),
}


@pytest.mark.parametrize("transition", MOVES, ids=lambda item: item.value)
@pytest.mark.parametrize("state", StepState, ids=lambda item: item.value)
def test_no_event_moves_a_step_past_the_table(state: StepState, transition: StepTransition) -> None:
    """A history that holds such a move was not written by the decisions, and does not replay."""
    order = cell.cell().world.job_order(ORDER)
    steps = tuple(replace(x, state=state) if x.step_id == STEP else x for x in order.steps)
    order = replace(order, steps=steps)
    after = STEP_TRANSITIONS.get((state, transition))
    if after is None:
        with pytest.raises(KeyError):
            evolve(order, MOVES[transition], w.NOON)
    else:
        moved = evolve(order, MOVES[transition], w.NOON)
        assert isinstance(moved, r.JobOrderRecord)
        found = moved.step(STEP)
        assert found is not None
        assert found.state is after


def oracle(values: list[tuple[str, str]]) -> list[str]:
    """Return the steps to perform, told from the values alone: the recipe in other words."""
    path, at, lows, agains = list[str](), "010", 0, 0
    for step_id, value in values:
        assert step_id == at
        path.append(at)
        if at == "010":
            at = "020"
        elif at == "020":
            ph = float(value)
            if ph <= 4:
                lows += 1
                at = "010" if lows <= 2 else "stopped"
            elif ph >= 9:
                at = "stopped"
            else:
                at = "040" if ph >= 8 else "030"
        elif at == "030":
            agains += value == "again"
            at = "040" if value != "again" else ("020" if agains <= 1 else "stopped")
        else:
            at = "done"
    return [*path, at]


@pytest.mark.parametrize("seed", range(300))
def test_the_path_through_three_branches_is_the_one_that_the_values_ask_for(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
    here = cell.cell().enter()
    values, path, at = list[tuple[str, str]](), list[str](), "010"
    while at in cell.EVIDENCE:
        value = {
            "010": "true",
            "020": f"{chance.choice((3.5, 4, 4.1, 5, 7, 7.99, 8, 8.9, 9, 11))}",
            "030": chance.choice(("ok", "again")),
            "040": "true",
        }[at]
        here.start(at).record(at, value)
        values.append((at, value))
        path.append(at)
        refused = here.world.refused(cell.COMPLETE)
        if at == "030" and not refused:
            here.world.must(cell.VERIFY)
        ready = [x.step_id for x in here.world.job_order(ORDER).steps if x.state is StepState.READY]
        at = "stopped" if refused else (ready[0] if ready else "done")
    assert [*path, at] == oracle(values)


class Heads(dict[str, w.Known]):
    """Any stream has a head: what these walks sign is not looked at again."""

    def __missing__(self, name: str) -> w.Known:
        return w.ABSENT


@dataclass
class Walk:
    """A job order to which chance happens; each event is held against the tables."""

    chance: random.Random
    states: dict[str, r.Record | None]
    time: datetime = w.NOON
    accepted: set[str] = field(default_factory=set)
    seen: set[StepState | JobOrderState] = field(default_factory=set)

    @property
    def order(self) -> r.JobOrderRecord:
        found = self.states[f"job_order:{ORDER}"]
        assert isinstance(found, r.JobOrderRecord)
        return found

    def go(self, commands: int) -> None:
        for _ in range(commands):
            self.do(self.command())
            if self.order.state in (JobOrderState.ENDED, JobOrderState.ABORTED):
                return

    def do(self, command: c.Command) -> None:
        station = getattr(command, "station", None)
        principal = w.terminal(station) if station else w.ERP
        known = Snapshot(time=self.time, states=self.states, live={}, heads=Heads())
        before, decision = self.order, decide(command, principal, known)
        if not decision.refusals:
            self.accepted.add(type(command).__name__)
        for event in decision.events:
            self.happen(event)
        self.time += timedelta(seconds=1)
        if decision.events:
            consistent(self.order)
            changed_rightly(before, self.order)
            stands_rightly(self.order, self.states)

    def happen(self, event: e.Event) -> None:
        stream = streams.stream_of(event)
        before = self.states.get(stream)
        after = self.states[stream] = evolve(before, event, self.time)
        if isinstance(before, r.JobOrderRecord) and isinstance(after, r.JobOrderRecord):
            legal(before, after)
            self.seen |= {after.state, *(step.state for step in after.steps)}

    def command(self) -> c.Command:
        """Return mostly what comes next, or else anything."""
        likely = self.likely() if self.chance.random() < 0.8 else None
        return likely or self.chance.choice(ANY)(self)

    def likely(self) -> c.Command | None:
        order = self.order
        if order.open_exceptions() and self.chance.random() < 0.6:
            return self.disposition()
        if order.state is JobOrderState.INTERRUPTED:
            return cell.resume(self.chance.choice(("sup-01", "qa-01")))
        for item in order.steps:
            match item.state:
                case StepState.READY:
                    return c.StartStep(station=CELL, step_id=item.step_id)
                case StepState.IN_PROGRESS if item.evidence:
                    return cell.COMPLETE
                case StepState.IN_PROGRESS:
                    return self.record()
                case StepState.COMPLETE if item.step_id == STEP:
                    return cell.VERIFY
                case _:
                    pass
        return cell.release()

    def record(self) -> c.Command:
        step = self.order.step_at(CELL)
        step_id = step.step_id if step else "010"
        values = {"020": ("3", "5", "7", "8", "9"), "030": ("ok", "again")}
        return cell.record(step_id, self.chance.choice(values.get(step_id, ("true",))))

    def disposition(self) -> c.Command:
        number = self.chance.randint(1, max(1, len(self.order.exceptions)))
        how = self.chance.choice(tuple(ExceptionDisposition))
        target = self.chance.choice(("", "", "010", "020", "030"))
        account = self.chance.choice(("qa-01", "sup-01", "op-02"))
        return cell.dispose(how, account, number, target)


ANY: Final[tuple[Callable[[Walk], c.Command], ...]] = (
    lambda _: cell.START,
    lambda _: cell.REVOKE,
    lambda x: c.StartStep(station=CELL, step_id=x.chance.choice(tuple(cell.EVIDENCE))),
    Walk.record,
    lambda _: cell.COMPLETE,
    lambda _: cell.VERIFY,
    lambda x: c.VerifyStep(
        station=CELL,
        step_id=x.chance.choice(tuple(cell.EVIDENCE)),
        identity=identity(x.chance.choice(("op-01", "op-02"))),
    ),
    lambda _: cell.HOLD,
    lambda x: cell.pause(x.chance.choice(("sup-01", "op-02"))),
    lambda _: cell.resume(),
    lambda _: cell.DEVIATION,
    Walk.disposition,
    lambda _: cell.release(),
    lambda x: cell.abort() if x.chance.random() < 0.2 else cell.abort("op-02"),
    lambda _: cell.split("400", "600"),
    lambda x: x.chance.choice((cell.CANCEL, cell.STOP, cell.CLEAR, cell.PUT_ON_HOLD)),
    lambda x: cell.update(x.chance.choice(("1000", "500"))),
)


def legal(before: r.JobOrderRecord, after: r.JobOrderRecord) -> None:
    """Hold one event's change of state against the published tables."""
    assert after.state is before.state or (before.state, after.state) in ORDER_MOVES
    for was, now in zip(before.steps, after.steps, strict=True):
        assert now.state is was.state or (was.state, now.state) in STEP_MOVES


ORDER_MOVES: Final = {(state, to) for (state, _), to in JOB_ORDER_TRANSITIONS.items()}
STEP_MOVES: Final = {(state, to) for (state, _), to in STEP_TRANSITIONS.items()}
_UNDER_WAY: Final = (StepState.IN_PROGRESS, StepState.EXCEPTION)


def consistent(order: r.JobOrderRecord) -> None:
    """Hold the job order and its steps against each other."""
    states = [step.state for step in order.steps]
    running = order.state is JobOrderState.RUNNING
    held = order.state is JobOrderState.INTERRUPTED
    assert not any(state in _UNDER_WAY for state in states) or running
    assert StepState.HELD not in states or held
    assert StepState.CLOSED not in states or order.state is JobOrderState.ENDED
    assert StepState.ABORTED not in states or is_given_up(order)
    assert bool(order.held_reason) == held or is_given_up(order)
    for index, step in enumerate(order.steps):
        if step.state not in (StepState.PLANNED, StepState.READY, StepState.ABORTED):
            assert all(is_finished(x, RECIPE) for x in order.steps[:index])
        signature = step.verification
        assert signature is None or signature.person_id not in step.performers
        assert [one.iteration for one in order.passes(step.step_id)] == list(
            range(1, step.iteration + 1)
        )


def test_ten_thousand_random_walks_reach_every_state_and_no_illegal_one() -> None:
    world: World = cell.cell().enter().world
    needed = {name: state for name, state in world.states.items() if _matters(name)}
    accepted, seen = set[str](), set[StepState | JobOrderState]()
    for seed in range(10_000):
        walk = Walk(random.Random(seed), dict(needed))  # noqa: S311 -- not for secrets
        try:
            walk.go(20)
        except AssertionError as error:
            msg = f"seed {seed}: {walk.order}"
            raise AssertionError(msg) from error
        accepted |= walk.accepted
        seen |= walk.seen
    assert seen == {*StepState, *JobOrderState}
    assert accepted >= {
        "AbortJobOrder",
        "CancelJobOrder",
        "CompleteStep",
        "DispositionException",
        "HoldJobOrder",
        "HoldStep",
        "OpenDeviation",
        "PauseJobOrder",
        "RecordEvidence",
        "ReleaseJobOrder",
        "ResumeJobOrder",
        "RevokeStartJobOrder",
        "SplitJobOrder",
        "StartJobOrder",
        "StartStep",
        "StopJobOrder",
        "UpdateJobOrder",
        "VerifyStep",
    }


def _matters(name: str) -> bool:
    kinds = ("person:", "station:", "job_order:", "work_directive:", "equipment:", "account:")
    masters = f"work_master:{RECIPE.work_master_id}"
    return name.startswith(kinds) or name in (f"material_lot:{LOT}", masters)
