"""What a station shows as allowed is what its gates would accept, and nothing else."""

from collections.abc import Awaitable, Callable

import pytest

from models.execution import commands as c
from models.execution import records as r
from models.execution import streams
from models.execution.decide import decide
from models.execution.outcome import Accepted, Outcome, Refused
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot
from server.queries.actions import Actions, actions
from tests import world as w
from tests.world import World

Prepare = Callable[[], World]


def check_in(world: World) -> Callable[[c.Command, Principal], Awaitable[Outcome]]:
    async def check(command: c.Command, principal: Principal) -> Outcome:
        decision = decide(command, principal, world.snapshot(command, principal))
        return Refused(refusals=decision.refusals) if decision.refusals else Accepted()

    return check


async def at(world: World, step_id: str) -> Actions:
    directive = world.states[streams.work_directive("JO-1")]
    assert isinstance(directive, r.WorkDirectiveRecord)
    step, wanted = world.job_order("JO-1").step(step_id), directive.work_directive.step(step_id)
    assert step is not None
    assert wanted is not None
    view = Snapshot(time=world.time, states=world.states, live=world.live)
    return await actions("DISP-01", step, wanted, view, check_in(world))


def weighing(weight: float) -> Prepare:
    def prepare() -> World:
        world = w.identified()
        world.scale_shows("FLOOR-SCALE-01", weight)
        return world

    return prepare


def cleared() -> World:
    world = w.at_station()
    world.must(c.StartStep(station="DISP-01", step_id="010"))
    return world


def held() -> World:
    world = cleared()
    world.must(c.HoldStep(station="DISP-01", reason="a spill"))
    return world


@pytest.mark.parametrize(
    ("prepare", "step_id", "allowed", "blocked"),
    [
        (w.at_station, "010", ["StartStep"], []),
        (w.at_station, "020", [], ["StartStep"]),
        (cleared, "010", ["RecordEvidence booth-is-clear", "HoldStep"], ["CompleteStep"]),
        (held, "010", ["ResumeJobOrder"],
         ["RecordEvidence booth-is-clear", "CompleteStep", "HoldStep"]),
        (w.dispensing, "020", ["Scan", "HoldStep"], ["CompleteStep"]),
        (weighing(1.0), "020", ["Scan", "CaptureWeight FLOOR-SCALE-01", "HoldStep"],
         ["CompleteStep"]),
        (weighing(2.0), "020", ["Scan", "HoldStep"],
         ["CaptureWeight FLOOR-SCALE-01", "CompleteStep"]),
    ],
)  # fmt: skip
async def test_actions(
    prepare: Prepare, step_id: str, allowed: list[str], blocked: list[str]
) -> None:
    found = await at(prepare(), step_id)
    assert list(found.allowed) == allowed
    assert list(dict.fromkeys(text.partition(":")[0] for text in found.blocked)) == blocked


async def test_a_complete_step_waits_for_another_person() -> None:
    world = cleared()
    world.must(
        c.RecordEvidence(
            station="DISP-01",
            evidence_id="booth-is-clear",
            value="true",
            source=w.Source.MANUAL,
        )
    )
    world.must(c.CompleteStep(station="DISP-01"))
    assert (await at(world, "010")).allowed == ("VerifyStep",)
