"""What comes next in the demo follows from what the terminals show: one row for each case."""

from dataclasses import replace

import pytest

from server.cli.walk import Action, Shown, StationShown, StuckError, next_action
from server.cli.walk_plan import STEPS, TERMINALS

ORDER = "VITC-1"
EMPTY = StationShown()
OP_01 = StationShown(job_order_id=ORDER, person_id="op-01")


def shown(current: str, state: str, /, **stations: StationShown) -> Shown:
    """Return a job order whose steps before ``current`` are finished."""
    steps = {
        step: "Closed" if step < current else (state if step == current else "Planned")
        for step in STEPS
    }
    faces = {name: stations.get(name.replace("-", "_"), EMPTY) for name in TERMINALS}
    return Shown(job_order_id=ORDER, state="Running", steps=steps, stations=faces)


@pytest.mark.parametrize(
    ("what", "call", "station"),
    [
        (shown("010", "Ready"), "OpenSession", "DISP-01"),
        (shown("010", "Ready", DISP_01=OP_01), "StartStep", "DISP-01"),
        (
            shown("010", "Ready", DISP_01=replace(OP_01, job_order_id="ANOTHER")),
            "CloseSession",
            "DISP-01",
        ),
        (
            shown("010", "Ready", DISP_01=replace(OP_01, person_id="op-03")),
            "CloseSession",
            "DISP-01",
        ),
        (
            shown("010", "InProgress", DISP_01=replace(OP_01, target_material="ASCORBIC-ACID")),
            "Scan",
            "DISP-01",
        ),
        (
            shown(
                "010",
                "InProgress",
                DISP_01=replace(OP_01, target_material="ASCORBIC-ACID", identified="AA-2601-C1"),
            ),
            "CaptureWeight",
            "DISP-01",
        ),
        (shown("010", "InProgress", DISP_01=OP_01), "CompleteStep", "DISP-01"),
        (shown("010", "Complete", DISP_01=OP_01), "VerifyStep", "DISP-01"),
        (shown("040", "Ready", DISP_01=OP_01), "CloseSession", "DISP-01"),
        (shown("040", "InProgress", BLEND_01=OP_01), "CaptureEvidence", "BLEND-01"),
        (shown("060", "InProgress", ENCAP_01=OP_01), "RecordEvidence", "ENCAP-01"),
        (shown("999", ""), "Release", "QA-01"),
    ],
)
def test_the_next_action_follows_from_what_is_shown(what: Shown, call: str, station: str) -> None:
    action = next_action(what)
    assert action is not None
    assert (action.call, action.station) == (call, station)


def test_evidence_that_is_on_record_is_not_asked_for_again() -> None:
    face = replace(OP_01, recorded=("speed", "revolutions"))
    action = next_action(shown("040", "InProgress", BLEND_01=face))
    assert action is not None
    assert action.evidence == "temperature"


def test_a_step_that_needs_no_verification_is_left_when_it_is_complete() -> None:
    what = shown("040", "Complete", BLEND_01=OP_01)
    assert what.current == "050"
    assert next_action(what) == Action(call="CloseSession", station="BLEND-01")


def test_another_job_order_is_left_alone() -> None:
    elsewhere = replace(OP_01, job_order_id="ANOTHER")
    action = next_action(shown("040", "Ready", DISP_01=elsewhere))
    assert action is not None
    assert action.call == "OpenSession"


@pytest.mark.parametrize("state", ["Ended", "Aborted"])
def test_nothing_is_to_be_done_for_an_order_that_has_ended(state: str) -> None:
    assert next_action(replace(shown("010", "Ready"), state=state)) is None


def test_an_exception_stops_the_walk_and_says_why() -> None:
    face = replace(OP_01, open_exceptions=("EX-1 weight-out-of-tolerance: 9 kg",))
    with pytest.raises(StuckError, match="EX-1"):
        next_action(shown("010", "Exception", DISP_01=face))
