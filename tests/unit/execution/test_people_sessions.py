"""Sessions at a station: who is there still, and who may sign with the password alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.execution import commands as c
from models.execution import streams
from models.execution.records import EquipmentRecord, StationRecord
from models.isa95.work_definition import Source
from tests import world as w

START = c.StartStep(station="DISP-01", step_id="010")
TIMEOUT = timedelta(seconds=900)


def evidence() -> c.RecordEvidence:
    return c.RecordEvidence(
        station="DISP-01", evidence_id="booth-is-clear", value="true", source=Source.MANUAL
    )


def opened(account: str = "op-01", **changes: object) -> c.OpenStationSession:
    identity = replace(w.identity(account), **changes)  # type: ignore[arg-type]  # known fields
    return c.OpenStationSession(station="DISP-01", job_order_id="JO-1", identity=identity)


def idle(world: w.World) -> w.World:
    """Let nobody do anything for longer than a session lasts."""
    world.time += TIMEOUT + timedelta(seconds=1)
    return world


AT_THE_STATION = (
    START,
    evidence(),
    c.CompleteStep(station="DISP-01"),
    c.ScanMaterial(station="DISP-01", code="AA-2601-C1"),
    c.CaptureWeight(station="DISP-01", instrument_id="FLOOR-SCALE-01"),
    c.OpenDeviation(station="DISP-01", description="a spill"),
    c.HoldStep(station="DISP-01", reason="a spill"),
    c.VerifyStep(station="DISP-01", step_id="010", identity=w.identity("op-02")),
    c.ConfirmStep(station="DISP-01", step_id="010", identity=w.identity("op-02")),
)


@pytest.mark.parametrize("command", AT_THE_STATION, ids=lambda one: type(one).__name__)
def test_after_the_timeout_nothing_is_done_at_the_station(command: c.Command) -> None:
    world = w.at_station()
    world.must(START)
    assert "session-expired" in idle(world).refused(command)


def test_an_expired_session_can_be_left() -> None:
    world = idle(w.at_station())
    world.must(c.CloseStationSession(station="DISP-01"))


def test_a_session_opened_anew_goes_on() -> None:
    world = idle(w.at_station())
    assert world.refused(START) == ("session-expired",)
    world.must(opened())
    world.must(START)


def test_whoever_went_away_does_not_occupy_the_station() -> None:
    world = w.at_station()
    assert world.refused(opened("op-02")) == ("station-occupied",)
    idle(world).must(opened("op-02"))


def test_work_keeps_the_session_open() -> None:
    world = w.at_station()
    world.time += TIMEOUT - timedelta(seconds=2)
    world.must(START)
    world.time += TIMEOUT - timedelta(seconds=2)
    world.must(evidence())


def test_the_timeout_is_that_of_the_station() -> None:
    world = w.at_station()
    record = world.states[streams.equipment("DISP-01")]
    assert isinstance(record, EquipmentRecord)
    quick = replace(record.equipment, session_timeout_s=60.0)
    world.states[streams.equipment("DISP-01")] = replace(record, equipment=quick)
    world.time += timedelta(seconds=61)
    assert world.refused(START) == ("session-expired",)


def test_a_session_of_which_nobody_knows_the_age_does_not_count() -> None:
    world = w.at_station()
    record = world.states[streams.station("DISP-01")]
    assert isinstance(record, StationRecord)
    world.states[streams.station("DISP-01")] = replace(record, opened_time=None)
    assert world.refused(START) == ("session-expired",)


def test_in_a_session_the_password_alone_signs() -> None:
    world = w.at_station(account="op-02")
    world.must(START)
    world.must(evidence())
    world.must(c.CompleteStep(station="DISP-01"))
    world.must(c.CloseStationSession(station="DISP-01"))
    world.must(opened("sup-01"))
    who = replace(w.identity("sup-01"), continued=True)
    world.must(c.VerifyStep(station="DISP-01", step_id="010", identity=who))
    step = world.job_order("JO-1").step("010")
    assert step is not None
    assert step.verification is not None
    assert step.verification.continued


@pytest.mark.parametrize(
    ("account", "idle_s", "refused"),
    [
        ("op-02", 0, "session-not-continued"),  # whose session it is not
        ("op-01", 901, "session-expired"),  # after the timeout both components again
    ],
)
def test_the_password_alone_signs_for_nobody_else_and_not_for_ever(
    account: str, idle_s: int, refused: str
) -> None:
    world = w.at_station()
    world.must(START)
    world.time += timedelta(seconds=idle_s)
    who = replace(w.identity(account), continued=True)
    verify = c.VerifyStep(station="DISP-01", step_id="010", identity=who)
    assert world.refused(verify) == (refused,)


def test_away_from_a_station_there_is_no_session_to_continue() -> None:
    world = w.at_station()
    who = replace(w.identity("qa-01"), continued=True)
    release = c.ReleaseJobOrder(job_order_id="JO-1", identity=who)
    assert world.refused(release, w.account("qa-01")) == ("session-not-continued",)


def test_nothing_is_written_into_another_batch_from_a_screen_that_shows_it() -> None:
    world = w.at_station()
    world.must(
        c.StoreJobOrder(
            job_order_id="JO-2",
            work_master_id="WM-CHALLENGE",
            quantity=w.kilograms("1"),
            allowed_to_start=True,
        )
    )
    world.must(START)
    before = world.heads[streams.job_order("JO-2")]
    stale = replace(evidence(), job_order_id="JO-2", step_id="010")
    assert world.refused(stale) == ("context-mismatch",)
    assert world.heads[streams.job_order("JO-2")] == before
