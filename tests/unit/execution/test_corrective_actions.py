"""A corrective action is carried out, judged by somebody else, and closed only when it helped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.commands import ExceptionDisposition as Way
from models.execution.principal import Identity
from models.execution.records import CorrectiveActionRecord
from tests.packing import ORDER, QA_2, RELEASE, Batch, batch, packed
from tests.world import NOON, identity

SUP, QA = identity("sup-01"), identity("qa-01")
OPEN = c.OpenCorrectiveAction(
    corrective_action_id="CAPA-1",
    job_order_id=ORDER,
    exception_id=f"{ORDER}-E1",
    description="train again",
    due_time=NOON + timedelta(days=30),
    identity=SUP,
)
RECORD = c.RecordCorrectiveAction(
    corrective_action_id="CAPA-1", description="trained", identity=SUP
)
CLOSE = c.CloseCorrectiveAction(
    corrective_action_id="CAPA-1", description="three batches seen", effective=True, identity=QA
)


def with_deviation(here: Batch | None = None) -> Batch:
    found = here or batch()
    found.world.must(c.OpenDeviation(station="DISP-01", description="a spill"))
    return found


def action(here: Batch) -> CorrectiveActionRecord:
    record = here.world.states[streams.corrective_action("CAPA-1")]
    assert isinstance(record, CorrectiveActionRecord)
    return record


def test_it_is_linked_to_its_exception_and_closed_when_it_helped() -> None:
    here = with_deviation()
    here.world.must(OPEN)
    assert here.last.corrective_actions == ("CAPA-1",)
    here.world.must(RECORD)
    here.world.must(CLOSE)
    found = action(here)
    assert (found.effective, found.carried_out, found.judged) == (
        True,
        "trained",
        "three batches seen",
    )
    assert found.closed is not None
    assert found.closed.person_id == "qa-01"


def test_it_does_not_close_before_it_was_carried_out() -> None:
    here = with_deviation()
    here.world.must(OPEN)
    assert here.world.refused(CLOSE) == ("corrective-action-not-carried-out",)
    assert action(here).closed is None


def test_one_that_did_not_help_stays_open_and_is_carried_out_anew() -> None:
    here = with_deviation()
    here.world.must(OPEN)
    here.world.must(RECORD)
    here.world.must(replace(CLOSE, effective=False))
    assert (action(here).closed, action(here).effective) == (None, False)
    assert here.world.refused(CLOSE) == ("corrective-action-not-carried-out",)
    here.world.must(RECORD)
    here.world.must(CLOSE)


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (replace(CLOSE, identity=SUP), ("role-not-suitable", "self-judgement")),
        (replace(CLOSE, identity=replace(QA, person_id="sup-01")), ("self-judgement",)),
        (replace(CLOSE, corrective_action_id="CAPA-2"), ("corrective-action-unknown",)),
        (replace(RECORD, corrective_action_id="CAPA-2"), ("corrective-action-unknown",)),
        (replace(RECORD, identity=identity("op-01")), ("role-not-suitable",)),
        (OPEN, ("corrective-action-exists",)),
        (
            replace(OPEN, corrective_action_id="CAPA-2", exception_id="JO-9-E9"),
            ("exception-unknown",),
        ),
        (replace(OPEN, corrective_action_id="CAPA-2", job_order_id="JO-0"), ("job-order-unknown",)),
        (
            replace(OPEN, corrective_action_id="CAPA-2", identity=identity("op-01")),
            ("role-not-suitable",),
        ),
    ],
)
def test_who_and_what_is_refused(
    command: c.OpenCorrectiveAction | c.RecordCorrectiveAction | c.CloseCorrectiveAction,
    refused: tuple[str, ...],
) -> None:
    here = with_deviation()
    here.world.must(OPEN)
    here.world.must(RECORD)
    assert here.world.refused(command) == refused


def test_what_is_closed_stays_closed() -> None:
    here = with_deviation()
    for command in (OPEN, RECORD, CLOSE):
        here.world.must(command)
    assert here.world.refused(RECORD) == ("corrective-action-closed",)
    assert here.world.refused(CLOSE) == ("corrective-action-closed",)


@pytest.mark.parametrize("who", [SUP, QA])
def test_it_is_opened_after_the_release_too(who: Identity) -> None:
    here = with_deviation(packed())
    assert here.dispose(Way.ACCEPT, QA_2) == ()
    here.world.must(RELEASE)
    here.world.must(replace(OPEN, identity=who))
