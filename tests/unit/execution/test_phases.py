"""A step that runs an equipment phase is complete only when the equipment has said so."""

from dataclasses import replace
from typing import Final

import pytest

from models.execution import commands as c
from models.execution.job_order_state import JobOrderState
from models.execution.phase_state import PhaseState
from models.execution.step_state import StepState
from models.isa95.work_definition import PhaseSpecification, WorkMaster
from tests import world as w
from tests.lifecycle import ORDER, RECIPE, resume
from tests.world import World

STATION: Final = "BLEND-01"
MASTER: Final[WorkMaster] = replace(
    RECIPE,
    material_definition_id="VITC-500-CAPS",
    steps=tuple(
        replace(
            step,
            equipment_class="blender",
            evidence=(),
            branches=(),
            phase=PhaseSpecification(name="blend") if step.step_id == "010" else None,
        )
        for step in RECIPE.steps
    ),
)


@pytest.fixture
def world() -> World:
    """Return a world in which the step with the phase is in progress."""
    world = World()
    world.must(c.DefineMasterData(items=(*w.PLANT.master_data, MASTER)), w.SYSTEM)
    for command, principal in w.approvals((MASTER,)):
        world.must(command, principal)
    world.must(
        c.StoreJobOrder(
            job_order_id=ORDER,
            work_master_id=MASTER.work_master_id,
            quantity=MASTER.quantity,
            allowed_to_start=True,
        )
    )
    who = w.identity("op-01")
    world.must(c.OpenStationSession(station=STATION, job_order_id=ORDER, identity=who))
    world.must(c.StartStep(station=STATION, step_id="010"))
    return world


def says(state: PhaseState, **more: object) -> c.ReportPhaseState:
    """Return what the phase interface reports."""
    said = c.ReportPhaseState(
        equipment_id=STATION, job_order_id=ORDER, step_id="010", iteration=1, state=state
    )
    return replace(said, **more)  # type: ignore[arg-type]


COMPLETE: Final = c.CompleteStep(station=STATION)


@pytest.mark.parametrize("said", [(), (PhaseState.RUNNING,)], ids=["not started", "running"])
def test_the_step_is_not_complete_before_the_phase(
    world: World, said: tuple[PhaseState, ...]
) -> None:
    for state in said:
        world.must(says(state), w.SYSTEM)
    assert "phase-not-complete" in world.refused(COMPLETE)
    assert world.job_order(ORDER).steps[0].state is StepState.IN_PROGRESS


def test_a_phase_that_ran_and_is_complete_lets_the_step_be_complete(world: World) -> None:
    world.must(says(PhaseState.RUNNING), w.SYSTEM)
    world.must(says(PhaseState.COMPLETE), w.SYSTEM)
    world.must(COMPLETE)
    assert world.job_order(ORDER).steps[0].state is StepState.COMPLETE


def test_a_phase_that_was_never_seen_running_is_not_complete(world: World) -> None:
    assert "phase-state-impossible" in world.refused(says(PhaseState.COMPLETE), w.SYSTEM)
    assert world.job_order(ORDER).steps[0].phase_state is None


def test_a_phase_that_is_held_holds_the_step_and_the_job_order_in_one_decision(
    world: World,
) -> None:
    world.must(says(PhaseState.HELD, reason="no acknowledgement"), w.SYSTEM)
    record = world.job_order(ORDER)
    assert (record.state, record.steps[0].state) == (JobOrderState.INTERRUPTED, StepState.HELD)
    assert "no acknowledgement" in record.steps[0].held_reason


def test_after_the_resumption_the_phase_goes_on(world: World) -> None:
    world.must(says(PhaseState.RUNNING), w.SYSTEM)
    world.must(says(PhaseState.HELD, reason="guard open"), w.SYSTEM)
    assert "step-not-in-progress" in world.refused(says(PhaseState.RUNNING), w.SYSTEM)
    world.must(resume(), w.account("sup-01"))
    assert "phase-not-complete" in world.refused(COMPLETE)
    world.must(says(PhaseState.RUNNING), w.SYSTEM)
    world.must(says(PhaseState.COMPLETE), w.SYSTEM)
    world.must(COMPLETE)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"job_order_id": "JO-0"}, "job-order-unknown"),
        ({"step_id": "999"}, "step-unknown"),
        ({"step_id": "020"}, "step-unknown"),
        ({"iteration": 2}, "step-not-in-progress"),
        ({"equipment_id": "BLEND-02"}, "step-not-in-progress"),
    ],
)
def test_a_report_about_something_else_changes_nothing(
    world: World, wrong: dict[str, object], code: str
) -> None:
    assert code in world.refused(says(PhaseState.RUNNING, **wrong), w.SYSTEM)
    assert world.job_order(ORDER).steps[0].phase_state is None
