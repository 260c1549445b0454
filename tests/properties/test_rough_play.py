"""Job orders that come far by chance: nothing forbidden passes, and something always leads on."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from models.execution import events as e
from models.execution import streams
from models.execution.contributors import contributors
from models.execution.finished import is_finished
from models.execution.job_order_state import JobOrderState
from models.execution.records import JobOrderRecord, MaterialLotRecord, MaterialSublotRecord
from models.execution.step_state import StepState
from models.isa95.material import Disposition
from server.command_path.understand import problems
from tests.order_oracles import changed_rightly, stands_rightly
from tests.rough_play import RECIPES, Play
from tests.whole_view import agrees_with_the_whole
from tests.world import account, terminal

SEEDS: Final = range(12)
COMMANDS: Final = 300
_GOES_ON: Final = (
    StepState.READY,
    StepState.IN_PROGRESS,
    StepState.HELD,
    StepState.EXCEPTION,
    StepState.COMPLETE,
)


@pytest.mark.parametrize("recipe", RECIPES)
def test_nothing_forbidden_passes_and_nothing_gets_stuck(
    recipe: Callable[[random.Random], Play],
) -> None:
    """A command that can be understood is also decided: none of them raises."""
    ended: Counter[str] = Counter()
    for seed in SEEDS:
        play = recipe(random.Random(seed))  # noqa: S311 -- seeded, and not for secrets
        for _ in range(COMMANDS):
            command = play.next()
            if problems(command):
                continue
            before = play.order
            at = getattr(command, "station", None)
            principal = terminal(at) if at else account("qa-01")
            agrees_with_the_whole(play.world, command, principal)
            decision = play.world.do(command, principal)
            for event in decision.events:
                is_allowed(play, before, event)
            changed_rightly(before, play.order)
            stands_rightly(play.order, play.world.states)
            leads_on(play)
            if play.order.state in (JobOrderState.ENDED, JobOrderState.ABORTED):
                break
        ended["released" if play.order.release else play.order.state.value] += 1
    assert ended["released"] > 0, ended


def is_allowed(play: Play, before: JobOrderRecord, event: e.Event) -> None:
    """Assert what no gate may let pass, of an event and what it is about."""
    match event:
        case e.StepBegan():
            ids = [step.step_id for step in before.steps]
            earlier = before.steps[: ids.index(event.step_id)]
            assert all(is_finished(step, play.directive) for step in earlier), "a step is skipped"
        case e.StepVerified():
            step = before.step(event.step_id)
            assert step is not None
            assert event.signature.person_id not in contributors(step), "one's own work"
        case e.WeightCaptured():
            assert is_released(play, event.material_lot_id), "a restricted lot"
            assert event.quantity.value >= 0, "less than nothing"
        case e.MaterialSublotDrawn() | e.MaterialSublotCorrected():
            left = play.world.states[streams.material_sublot(event.material_sublot_id)]
            assert isinstance(left, MaterialSublotRecord)
            assert left.remaining.value >= 0, "more than there was"
        case e.JobOrderReleased():
            assert before.open_exceptions() == ()
            passes = (*before.earlier_passes, *before.steps)
            lots = {item.material_lot_id for step in passes for item in step.consumed}
            assert all(is_released(play, lot_id) for lot_id in lots), "a restricted lot"
        case _:
            pass


def is_released(play: Play, material_lot_id: str) -> bool:
    record = play.world.states[streams.material_lot(material_lot_id)]
    assert isinstance(record, MaterialLotRecord)
    return record.material_lot.disposition is Disposition.UNRESTRICTED


def leads_on(play: Play) -> None:
    """Assert that one step at most is at work, and that some step waits until all are finished."""
    order = play.order
    unfinished = [step for step in order.steps if not is_finished(step, play.directive)]
    waiting = [step for step in unfinished if step.state in _GOES_ON]
    assert len(waiting) <= 1, [(step.step_id, step.state) for step in order.steps]
    if order.state in (JobOrderState.RUNNING, JobOrderState.INTERRUPTED):
        assert waiting or not unfinished, [(step.step_id, step.state) for step in order.steps]
