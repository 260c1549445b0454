"""What the phase interface makes of a controller that answers wrongly, late, or for another run."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest

from mappings.language import Phase, PhaseCommand, PhaseMeaning, Tag
from mappings.modbus_address import parse_address
from mappings.problems import Place
from models.execution.phase_state import PhaseState
from models.isa95.work_definition import PhaseParameter
from models.tag_value import Quality, TagValue
from server.queries.phase_task import PhaseTask
from server.workers import phase as phases
from tests.world import NOON

IDLE, RUNNING, HELD, DONE, STOPPED = 1, 2, 3, 4, 5
PHASE: Final = Phase(
    equipment_id="BLEND-01",
    name="blend",
    command_tag="command",
    sequence_tag="sequence",
    echo_tag="echo",
    result_tag="result",
    done=1,
    results={},
    state_tag="state",
    states={
        IDLE: PhaseMeaning.IDLE,
        RUNNING: PhaseMeaning.RUNNING,
        HELD: PhaseMeaning.HELD,
        DONE: PhaseMeaning.COMPLETE,
        STOPPED: PhaseMeaning.STOPPED,
    },
    run_tag="run",
    run_echo_tag="run_echo",
    commands={one: number for number, one in enumerate(PhaseCommand, start=1)},
    parameters={"speed": "speed"},
    acknowledged_s=0.2,
    tries=1,
    reached_s=0.2,
    place=Place("line.yaml"),
)
SPEED: Final = PhaseParameter(name="speed", value=Decimal(30), unit="rpm")
TASK: Final = PhaseTask(
    station="BLEND-01",
    job_order_id="JO-1",
    step_id="010",
    iteration=1,
    began=NOON,
    phase="blend",
    parameters={"speed": SPEED},
    state=None,
)
AFTER: Final = {
    PhaseCommand.RESET: IDLE,
    PhaseCommand.START: RUNNING,
    PhaseCommand.RESTART: RUNNING,
}


@dataclass
class Controller:
    """A controller that does what it is told at once, and what the record knows of its phase."""

    state: float = IDLE
    run: int = 0
    task: PhaseTask | None = TASK
    ahead: timedelta = timedelta(0)
    reports: list[tuple[PhaseState, str]] = field(default_factory=list)
    started: int = 0
    tag: Callable[[str], Tag | None] = lambda _: None
    looks: int = 0
    values: dict[str, float | bool | str] = field(default_factory=lambda: {"result": 1, "echo": 0})
    on_write: Callable[[Mapping[str, float | bool | str]], None] = lambda _: None

    def look(self) -> PhaseTask | None:
        self.looks += 1
        return self.task

    async def write(
        self, values: Mapping[str, float | bool | str], *, read_back: bool = False
    ) -> None:
        del read_back
        self.on_write(values)
        self.values.update(values)
        if "run" in values:
            self.run = int(values["run"])
        if "command" in values:
            self.values["echo"] = values["sequence"]
            command = next(one for one, n in PHASE.commands.items() if n == values["command"])
            self.state = AFTER.get(command, self.state)
            self.started += command is not PhaseCommand.RESET

    def latest(self, tag: str) -> TagValue | None:
        shown = {**self.values, "state": self.state, "run_echo": self.run}
        time = NOON + self.ahead
        return TagValue(tag, shown.get(tag), Quality.GOOD, time, NOON)

    async def report(self, task: PhaseTask, state: PhaseState, reason: str) -> None:
        self.reports.append((state, reason))
        held = state is PhaseState.HELD
        self.task = None if held else replace(task, state=state)


async def turns(
    controller: Controller,
    until: Callable[[], bool],
    *,
    clock: Callable[[], datetime] = lambda: NOON,
) -> None:
    """Let the interface take its turns until something is true."""
    interface = phases.PhaseInterface(
        PHASE,
        controller,
        task=controller.look,
        latest=controller.latest,
        report=controller.report,
        clock=clock,
        fresh_s=1.0,
        tag=controller.tag,
    )
    running = asyncio.create_task(interface.run())
    try:
        async with asyncio.timeout(10):
            while not until():
                assert not running.done(), "the interface goes on whatever happens"
                await asyncio.sleep(0.005)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phases, "TURN_S", 0.01)


async def test_a_phase_is_started_once_and_complete_when_the_controller_says_so() -> None:
    controller = Controller()
    await turns(controller, lambda: bool(controller.reports))
    assert (controller.reports, controller.started) == ([(PhaseState.RUNNING, "")], 1)
    controller.state = DONE
    await turns(controller, lambda: len(controller.reports) > 1)
    assert controller.reports[-1] == (PhaseState.COMPLETE, "")
    assert controller.started == 1


async def test_what_is_complete_since_before_the_step_was_begun_is_another_run() -> None:
    of_before = replace(TASK, began=NOON - timedelta(days=400))
    assert of_before.run != TASK.run, "the same ids on a record that was begun anew"
    controller = Controller(state=DONE, run=of_before.run)
    await turns(controller, lambda: bool(controller.reports))
    assert controller.reports == [(PhaseState.RUNNING, "")]
    assert controller.started == 1, "it was made to run, not believed"


async def test_a_server_that_was_killed_takes_up_its_own_run() -> None:
    controller = Controller(state=DONE, run=TASK.run)
    await turns(controller, lambda: len(controller.reports) > 1)
    assert [state for state, _ in controller.reports] == [PhaseState.RUNNING, PhaseState.COMPLETE]
    assert controller.started == 0


async def test_nothing_is_started_that_was_held_while_the_controller_was_waited_for() -> None:
    controller = Controller(state=STOPPED)

    def gone(values: Mapping[str, float | bool | str]) -> None:
        if "run" in values:
            controller.task, controller.looks = None, 0

    controller.on_write = gone
    await turns(controller, lambda: controller.task is None and controller.looks > 3)
    assert controller.state == IDLE
    assert controller.started == 0


async def test_a_controller_that_runs_something_else_holds_the_phase_and_is_left_alone() -> None:
    for state in (RUNNING, HELD):
        controller = Controller(state=state, run=4711)
        await turns(controller, lambda: bool(controller.reports))  # noqa: B023 -- at once
        assert controller.reports == [(PhaseState.HELD, "the controller is busy with run 4711")]
        assert controller.values == {"result": 1, "echo": 0}, "nothing was written"


@pytest.mark.parametrize("shown", [float("nan"), float("inf")])
async def test_a_state_that_is_no_number_is_not_known_and_ends_nothing(shown: float) -> None:
    controller = Controller(state=shown)
    await turns(controller, lambda: bool(controller.reports))
    assert controller.reports[0][0] is PhaseState.HELD
    assert "is not known" in controller.reports[0][1]


async def test_a_reading_from_the_future_is_none() -> None:
    controller = Controller(state=DONE, run=TASK.run, ahead=timedelta(days=1))
    await turns(controller, lambda: bool(controller.reports))
    assert controller.reports[0][0] is PhaseState.HELD


async def test_what_a_device_says_of_itself_does_not_keep_the_hold_off_the_record() -> None:
    def refuses(values: Mapping[str, float | bool | str]) -> None:
        raise OSError("\x00broken\r\n" * 1000 if "run" in values else "")

    controller = Controller(on_write=refuses)
    await turns(controller, lambda: bool(controller.reports))
    ((state, reason),) = controller.reports
    assert state is PhaseState.HELD
    assert reason.isprintable()
    assert len(reason) <= 500


async def test_a_read_side_that_fails_for_a_moment_is_asked_again() -> None:
    controller, asked = Controller(), list[int]()

    def clock() -> datetime:
        asked.append(1)
        if len(asked) == 3:
            raise RuntimeError("the clock is away")
        return NOON

    await turns(controller, lambda: bool(controller.reports), clock=clock)
    state, reason = controller.reports[0]
    assert (state, "its interface failed" in reason) == (PhaseState.HELD, True)


def _speed(name: str) -> Tag | None:
    """Return how the mapping declares the tag that takes the speed."""
    if name != "speed":
        return None
    return Tag(
        name="speed",
        device="plc",
        address=parse_address("holding.4.float32:unit=rpm"),
        deadband=0,
        meaning="Wished speed",
        writable=True,
        place=Place("line.yaml"),
        range=(5.0, 40.0),
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "gives no value for speed"),
        ({"speed": SPEED, "time": replace(SPEED, name="time")}, "has no parameter time"),
        ({"speed": replace(SPEED, unit="")}, "without a unit; speed takes rpm"),
        ({"speed": replace(SPEED, unit="Hz")}, "is Hz; speed takes rpm"),
        ({"speed": replace(SPEED, value=Decimal(41))}, "speed takes 5 to 40"),
        ({"speed": replace(SPEED, value=Decimal("4.999"))}, "speed takes 5 to 40"),
    ],
)
async def test_nothing_is_written_for_values_that_do_not_fit_the_controller(
    given: Mapping[str, PhaseParameter], why: str
) -> None:
    controller = Controller(task=replace(TASK, parameters=given), tag=_speed)
    await turns(controller, lambda: bool(controller.reports))
    ((state, reason),) = controller.reports
    assert (state, why in reason) == (PhaseState.HELD, True), reason
    assert (controller.run, controller.started) == (0, 0)
