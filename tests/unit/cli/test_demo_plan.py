"""The plans of the demo against the gates themselves, in memory: no server, no device, no wire."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mappings.plant.block_tests import BlockTestPlan, load_block_tests
from models.execution import commands as c
from models.execution import streams
from models.execution.decide import decide
from models.execution.decision import Decision
from models.execution.job_order_state import JobOrderState
from models.execution.outcome import codes
from models.execution.principal import Principal, Role
from models.execution.records import StationRecord
from models.isa95.equipment import Cleanliness
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from server.cli.challenge import Challenge
from server.cli.hmi import Answer
from server.cli.screen import all_held
from server.cli.walk import (
    Action,
    Shown,
    StationShown,
    can_be_remedied,
    next_action,
    remedies,
)
from server.cli.walk_plan import STEPS, TERMINALS, WORK_MASTER_ID
from tests.world import World, account, identity, installed, stored, terminal

PLAN: Final = Path(__file__).parents[3] / "mappings" / "demo_plant" / "blocktest.yaml"
PLANNER: Final = Principal(
    account="planner-01", roles=frozenset({Role.PLANNER}), face="opcua", person_id=None
)


def allocated(text: str) -> Iterator[tuple[str, str]]:
    """Yield material and lot of each allocation, written as MATERIAL=LOT; …"""
    for item in filter(None, text.split(";")):
        material, _, lot = item.strip().partition("=")
        yield material, lot


COMMANDS: Final[Mapping[str, Callable[[str, Mapping[str, str]], c.Command]]] = {
    "OpenSession": lambda at, w: c.OpenStationSession(
        station=at, job_order_id=w["job_order"], identity=identity(w["account"])
    ),
    "CloseSession": lambda at, _: c.CloseStationSession(station=at),
    "StartStep": lambda at, w: c.StartStep(station=at, step_id=w["step"]),
    "Scan": lambda at, w: c.ScanMaterial(station=at, code=w["code"]),
    "CaptureWeight": lambda at, w: c.CaptureWeight(station=at, instrument_id=w["instrument"]),
    "CaptureEvidence": lambda at, w: c.CaptureEvidence(station=at, evidence_id=w["evidence"]),
    "RecordEvidence": lambda at, w: c.RecordEvidence(
        station=at,
        evidence_id=w["evidence"],
        value=w["value"],
        source=Source(w["source"]),
        instrument_id=w.get("instrument") or None,
    ),
    "CompleteStep": lambda at, _: c.CompleteStep(station=at),
    "VerifyStep": lambda at, w: c.VerifyStep(
        station=at, step_id=w["step"], identity=identity(w["account"])
    ),
    "Release": lambda _, w: c.ReleaseJobOrder(
        job_order_id=w["job_order"], identity=identity(w["account"])
    ),
    "Store": lambda _, w: c.StoreJobOrder(
        job_order_id=w["job_order"],
        work_master_id=w["work_master"],
        work_master_version=w["version"],
        quantity=Quantity.parse(w["quantity"]),
    ),
    "StoreWithAllocations": lambda _, w: c.StoreJobOrder(
        job_order_id=w["job_order"],
        work_master_id=w["work_master"],
        work_master_version=w["version"],
        quantity=Quantity.parse(w["quantity"]),
        lot_allocations=tuple(allocated(w["lot_allocations"])),
    ),
    "Start": lambda _, w: c.StartJobOrder(job_order_id=w["job_order"]),
    "RecordCleaning": lambda _, w: c.RecordCleaning(
        equipment_id=w["equipment"],
        cleanliness=Cleanliness(w["cleanliness"]),
        identity=identity(w["account"]),
    ),
    "ConfirmInstruction": lambda at, w: c.ConfirmInstruction(
        station=at, step_id=w["step"], document_id=w["document"], revision=w["revision"]
    ),
    "VerifyDevice": lambda at, w: c.VerifyDevice(
        station=at,
        physical_asset_id=w["instrument"],
        passed=w["passed"] == "true",
        description=w["description"],
    ),
    "MoveContainer": lambda _, w: c.MoveSublot(
        material_sublot_id=w["container"], storage_location=w["storage_location"]
    ),
    "RecordTestResult": lambda _, w: c.RecordTestResult(
        material_lot_id=w["material_lot"], test_id=w["test"], value=w["value"]
    ),
    "Abort": lambda _, w: c.AbortJobOrder(
        job_order_id=w["job_order"], reason=w["reason"], identity=identity(w["account"])
    ),
}


@dataclass
class InMemory:
    """A terminal whose calls are decided at once, without a wire."""

    world: World
    principal: Principal

    async def call(
        self, method: str, words: Mapping[str, str], *, station: str = "", command_id: str = ""
    ) -> Answer:
        del command_id
        return answer(self.world.do(COMMANDS[method](station, words), self.principal))

    async def check(self, method: str, words: Mapping[str, str], *, station: str) -> Answer:
        command = COMMANDS[method](station, words)
        snapshot = self.world.snapshot(command, self.principal)
        return answer(decide(command, self.principal, snapshot))


def answer(decision: Decision) -> Answer:
    refusals = decision.refusals
    return Answer(
        outcome="Refused" if refusals else "Accepted",
        codes=tuple(one.code for one in refusals),
        messages=tuple(f"{one.obstacle} {one.remedy}" for one in refusals),
        offers=next((one.offers for one in refusals if one.offers), ()),
        decision_id="d",
    )


async def test_the_gates_hold_all_eight_block_tests() -> None:
    plan = load_block_tests(PLAN)
    assert isinstance(plan, BlockTestPlan)
    world = installed()
    world.scale_shows("FLOOR-SCALE-01", 0.0)
    challenge = Challenge(
        plan=plan,
        passwords=dict.fromkeys(("op-01", "op-01b", "op-02", "op-03", "qa-01", "sup-01"), "p"),
        terminal=InMemory(world, terminal("DISP-01")),
        planner=InMemory(world, PLANNER),
    )
    # In memory nothing passes between two calls, but a scale speaks several times a second.
    challenge.report = lambda _: world.scale_shows("FLOOR-SCALE-01", 0.0)
    results = await challenge.run()
    assert all_held(results), [(one.test, one.remark) for one in results if not one.held]
    assert world.job_order(challenge.job_order_id).state is JobOrderState.ABORTED


def test_the_people_of_the_demo_bring_the_order_to_its_end() -> None:
    world = stored(work_master_id=WORK_MASTER_ID)
    for _ in range(100):
        action = next_action(shown(world))
        if action is None:
            break
        devices_show(world, action)
        for one in (*needed_first(world, action), action):
            decision = world.do(command(one), principal(one))
            assert not decision.refusals, (one, decision.refusals)
    order = world.job_order("JO-1")
    assert order.state is JobOrderState.ENDED
    assert order.release is not None
    assert not order.exceptions


def principal(action: Action) -> Principal:
    return account(action.account) if action.account else terminal(action.station)


def needed_first(world: World, action: Action) -> tuple[Action, ...]:
    """Return what a dry run says that has to be done before."""
    if not can_be_remedied(action):
        return remedies(action, ())
    asked, who = command(action), terminal(action.station)
    return remedies(action, codes(decide(asked, who, world.snapshot(asked, who)).refusals))


def shown(world: World) -> Shown:
    """Return what faceplates would show."""
    order = world.job_order("JO-1")
    return Shown(
        job_order_id="JO-1",
        state=order.state.value,
        steps={step.step_id: step.state.value for step in order.steps},
        stations={one: faceplate(world, one) for one in TERMINALS},
    )


def faceplate(world: World, station: str) -> StationShown:
    session = world.states.get(streams.station(station))
    if not isinstance(session, StationRecord) or session.person_id is None:
        return StationShown()
    step = world.job_order("JO-1").step_at(station)
    plan = STEPS[step.step_id] if step else None
    open_weighing = plan and step and plan.weighing and not step.consumed
    return StationShown(
        job_order_id=session.job_order_id or "",
        person_id=session.person_id,
        target_material="to weigh" if open_weighing else "",
        identified=step.identified.material_sublot_id if step and step.identified else "",
        recorded=tuple(one.evidence_id for one in step.evidence) if step else (),
    )


def devices_show(world: World, action: Action) -> None:
    """Let the devices show what they would show after the hands did their work."""
    weighing = STEPS[action.step].weighing if action.step else None
    if weighing is not None:
        world.scale_shows(weighing.instrument, weighing.mass_kg)
    for name, value in (("speed", 12.0), ("revolutions", 8), ("temperature", 21.5)):
        world.shows(f"BLENDER-01.{name}", value)


def command(action: Action) -> c.Command:
    words = {"job_order": "JO-1", "step": action.step, "account": action.person}
    words["evidence"] = action.evidence
    if action.value is not None:
        words |= {"value": action.value.value, "source": action.value.source}
        words["instrument"] = action.value.instrument
    weighing = STEPS[action.step].weighing if action.step else None
    if weighing is not None:
        words |= {"code": weighing.containers[0], "instrument": weighing.instrument}
    words |= action.words
    words = {name: text.replace("{lot}", "LOT-JO-1") for name, text in words.items()}
    return COMMANDS[action.call](action.station, words)
