"""Alarms: kept true by the records, seen and put aside by people, and never a way past a gate."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.execution import alarms as a
from models.execution import commands as c
from models.execution import streams
from models.execution.alarm_kinds import ALARM_KINDS, alarm_id, names_of
from models.execution.principal import Principal, Role
from models.execution.records import AlarmRecord
from models.execution.snapshot import Snapshot
from models.isa95.equipment import EquipmentStatus
from models.isa95.equipment_event import EquipmentEvent, EquipmentEventKind
from tests import world as w

SUPERVISOR = w.account("sup-01")
QUALITY = w.account("qa-01")
MAINTENANCE = Principal(account="maint-01", roles=frozenset({Role.MAINTENANCE}), face="rest")
LOST = "communication:FLOOR-SCALE-01"
REPORT = c.ReportAlarm(
    alarm_id=LOST,
    physical_asset_id="FLOOR-SCALE-01",
    description="FLOOR-SCALE-01 says nothing",
    state="Lost",
    severity=700,
)
SHELVE = c.ShelveAlarm(alarm_id=LOST, duration_s=Decimal(600))


def standing(world: w.World, name: str) -> a.Alarm | None:
    return a.find(name, Snapshot(time=world.time, states=world.states, live={}))


def retained(world: w.World, name: str) -> bool:
    view = Snapshot(time=world.time, states=world.states, live={})
    alarm = a.find(name, view)
    return alarm is not None and a.is_retained(alarm, view.alarm(name))


def lost() -> w.World:
    world = w.installed()
    world.must(REPORT, w.SYSTEM)
    return world


def with_deviation() -> tuple[w.World, str]:
    world = w.dispensing()
    opened = world.must(c.OpenDeviation(station="DISP-01", description="A foreign particle"))
    return world, alarm_id("exception", "JO-1", opened.result)


def test_an_open_exception_is_an_alarm_until_its_disposition() -> None:
    world, name = with_deviation()
    alarm = standing(world, name)
    assert alarm is not None
    assert alarm.active
    assert (alarm.severity, alarm.job_order_id, alarm.subject) == (600, "JO-1", "job_order:JO-1")
    exception_id = names_of(name)[1]
    world.must(
        c.DispositionException(
            job_order_id="JO-1",
            exception_id=exception_id,
            disposition=c.ExceptionDisposition.ACCEPT,
            reason="It was the label",
            identity=w.identity("qa-01"),
        ),
        QUALITY,
    )
    settled = standing(world, name)
    assert settled is not None
    assert not settled.active
    assert not retained(world, name), "the signed disposition says that it was seen"
    again = c.AcknowledgeAlarm(alarm_id=name)
    assert world.refused(again, SUPERVISOR) == ("alarm-already-acknowledged",)


def test_acknowledging_and_confirming_settles_no_exception() -> None:
    world, name = with_deviation()
    world.must(c.AcknowledgeAlarm(alarm_id=name, remark="seen"), SUPERVISOR)
    world.must(c.ConfirmAlarm(alarm_id=name), SUPERVISOR)
    alarm = standing(world, name)
    assert alarm is not None
    assert alarm.active
    assert retained(world, name)
    assert world.job_order("JO-1").open_exceptions()
    assert "exception-open" in world.refused(
        c.ReleaseJobOrder(job_order_id="JO-1", identity=w.identity("qa-01")), QUALITY
    )


def test_the_same_is_acknowledged_and_confirmed_once_and_in_this_order() -> None:
    world = lost()
    acknowledge, confirm = c.AcknowledgeAlarm(alarm_id=LOST), c.ConfirmAlarm(alarm_id=LOST)
    assert world.refused(confirm, SUPERVISOR) == ("alarm-not-acknowledged",)
    world.must(acknowledge, SUPERVISOR)
    assert world.refused(acknowledge, QUALITY) == ("alarm-already-acknowledged",)
    world.must(confirm, SUPERVISOR)
    assert world.refused(confirm, QUALITY) == ("alarm-already-confirmed",)


def test_an_alarm_that_is_over_is_kept_until_somebody_has_seen_and_confirmed_it() -> None:
    world = lost()
    world.must(replace(REPORT, state="", description="It is back"), w.SYSTEM)
    assert retained(world, LOST)
    world.must(c.AcknowledgeAlarm(alarm_id=LOST), SUPERVISOR)
    assert retained(world, LOST)
    world.must(c.ConfirmAlarm(alarm_id=LOST), SUPERVISOR)
    assert not retained(world, LOST)


def test_what_was_seen_is_bound_to_one_occurrence() -> None:
    world = lost()
    first = standing(world, LOST)
    assert first is not None
    world.must(replace(REPORT, state=""), w.SYSTEM)
    world.must(REPORT, w.SYSTEM)
    late = c.AcknowledgeAlarm(alarm_id=LOST, occurrence=first.occurrence)
    assert world.refused(late, SUPERVISOR) == ("alarm-came-up-again",)
    world.must(c.AcknowledgeAlarm(alarm_id=LOST), SUPERVISOR)
    graver = replace(REPORT, state="Gone", severity=800)
    world.must(graver, w.SYSTEM)
    now = standing(world, LOST)
    said = Snapshot(time=world.time, states=world.states, live={}).alarm(LOST)
    assert now is not None
    assert not a.is_acknowledged(now, said), "what became graver was not seen yet"
    world.must(c.AcknowledgeAlarm(alarm_id=LOST), SUPERVISOR)
    world.must(replace(REPORT, state="Lost"), w.SYSTEM)
    now = standing(world, LOST)
    said = Snapshot(time=world.time, states=world.states, live={}).alarm(LOST)
    assert now is not None
    assert a.is_acknowledged(now, said), "what only became less grave stays seen"


@pytest.mark.parametrize(
    ("was", "now", "seen"),
    [
        (("Low", 500), ("High", 500), "anew"),
        (("LowLow", 800), ("High", 500), "anew"),
        (("HighHigh", 800), ("High", 500), "seen"),
        (("High", 500), ("HighHigh", 800), "anew"),
    ],
)
def test_a_reading_that_is_beyond_another_limit_was_not_seen_yet(
    was: tuple[str, int], now: tuple[str, int], seen: str
) -> None:
    world, name = w.installed(), "limit:FLOOR-SCALE-01.net_weight"
    for state, severity in (was, now):
        world.must(replace(REPORT, alarm_id=name, state=state, severity=severity), w.SYSTEM)
        if state == was[0]:
            world.must(c.AcknowledgeAlarm(alarm_id=name), SUPERVISOR)
    said = Snapshot(time=world.time, states=world.states, live={}).alarm(name)
    alarm = standing(world, name)
    assert alarm is not None
    assert a.is_acknowledged(alarm, said) is (seen == "seen")


def test_the_same_report_again_writes_nothing() -> None:
    world = lost()
    before = len(world.events)
    world.must(REPORT, w.SYSTEM)
    other = replace(REPORT, alarm_id="communication:BENCH-SCALE-01", state="")
    world.must(other, w.SYSTEM)
    assert len(world.events) == before


@pytest.mark.parametrize("name", ["hold:JO-1", "exception:JO-1:E1", "nothing:x", "", "limit"])
def test_the_server_reports_only_what_it_finds_out_itself(name: str) -> None:
    world = w.installed()
    report = replace(REPORT, alarm_id=name or "x")
    if ALARM_KINDS.get(name):
        world.must(report, w.SYSTEM)
    else:
        assert world.refused(report, w.SYSTEM) == ("alarm-unknown",)


def test_a_report_about_an_instrument_that_nobody_knows_is_refused() -> None:
    report = replace(REPORT, physical_asset_id="SCALE-9")
    assert w.installed().refused(report, w.SYSTEM) == ("physical-asset-unknown",)


def test_shelving_is_bounded_and_ends_by_itself() -> None:
    world = lost()
    for duration in ("0", "-1", "43201"):
        too_long = replace(SHELVE, duration_s=Decimal(duration))
        assert world.refused(too_long, SUPERVISOR) == ("alarm-shelving-too-long",)
    unshelve = c.UnshelveAlarm(alarm_id=LOST)
    assert world.refused(unshelve, SUPERVISOR) == ("alarm-not-shelved",)
    world.must(SHELVE, SUPERVISOR)
    assert world.refused(SHELVE, SUPERVISOR) == ("alarm-already-shelved",)
    world.time += timedelta(seconds=600)
    assert world.refused(unshelve, SUPERVISOR) == ("alarm-not-shelved",)
    world.must(SHELVE, SUPERVISOR)
    world.must(unshelve, SUPERVISOR)
    world.must(SHELVE, SUPERVISOR)


def test_an_alarm_that_is_shelved_once_comes_back_the_next_time() -> None:
    world = lost()
    world.must(replace(SHELVE, once=True), SUPERVISOR)
    world.must(replace(REPORT, state=""), w.SYSTEM)
    world.must(REPORT, w.SYSTEM)
    assert world.refused(c.UnshelveAlarm(alarm_id=LOST), SUPERVISOR) == ("alarm-not-shelved",)


def test_what_became_graver_is_put_aside_no_longer() -> None:
    world, name = w.installed(), "limit:FLOOR-SCALE-01.net_weight"
    high = replace(REPORT, alarm_id=name, state="High", severity=500)
    world.must(high, w.SYSTEM)
    world.must(replace(SHELVE, alarm_id=name), SUPERVISOR)
    world.must(replace(high, state=""), w.SYSTEM)
    world.must(high, w.SYSTEM)
    before = world.states[f"alarm:{name}"]
    assert isinstance(before, AlarmRecord)
    assert before.shelved_until is not None, "it is the same again, and may wait"
    world.must(replace(high, state="HighHigh", severity=800), w.SYSTEM)
    unshelve = c.UnshelveAlarm(alarm_id=name)
    assert world.refused(unshelve, SUPERVISOR) == ("alarm-not-shelved",)


@pytest.mark.parametrize("command", [c.ShelveAlarm, c.DisableAlarm])
def test_what_stands_in_the_way_of_a_product_is_neither_shelved_nor_disabled(
    command: type[c.ShelveAlarm] | type[c.DisableAlarm],
) -> None:
    world, name = with_deviation()
    if command is c.ShelveAlarm:
        shelve = c.ShelveAlarm(alarm_id=name, duration_s=Decimal(60))
        assert world.refused(shelve, SUPERVISOR) == ("alarm-not-shelvable",)
    else:
        assert world.refused(c.DisableAlarm(alarm_id=name), SUPERVISOR) == ("alarm-not-disablable",)


def test_a_disabled_alarm_is_out_of_the_way_until_it_is_enabled() -> None:
    world = lost()
    enable, disable = c.EnableAlarm(alarm_id=LOST), c.DisableAlarm(alarm_id=LOST)
    assert world.refused(enable, SUPERVISOR) == ("alarm-already-enabled",)
    world.must(disable, SUPERVISOR)
    assert not retained(world, LOST)
    assert world.refused(disable, SUPERVISOR) == ("alarm-already-disabled",)
    for said in (c.AcknowledgeAlarm(alarm_id=LOST), SHELVE):
        assert world.refused(said, SUPERVISOR) == ("alarm-disabled",)
    world.must(enable, SUPERVISOR)
    assert retained(world, LOST)


def test_a_remark_that_says_nothing_is_refused() -> None:
    world = lost()
    empty = c.CommentAlarm(alarm_id=LOST, remark=" ")
    assert world.refused(empty, SUPERVISOR) == ("alarm-remark-missing",)
    world.must(c.CommentAlarm(alarm_id=LOST, remark="The cable"), SUPERVISOR)


@pytest.mark.parametrize("name", ["communication:NOTHING", "hold:NOBODY", "x", "status:", "a:b:c"])
def test_nothing_is_said_about_an_alarm_that_nobody_knows(name: str) -> None:
    world = w.installed()
    for said in (c.AcknowledgeAlarm(alarm_id=name), c.EnableAlarm(alarm_id=name)):
        assert world.refused(said, SUPERVISOR) == ("alarm-unknown",)


def test_a_held_order_with_its_steps_is_an_alarm_until_it_is_resumed() -> None:
    world = w.dispensing()
    world.must(c.HoldStep(station="DISP-01", reason="The light went out"))
    step_id = next(s.step_id for s in world.job_order("JO-1").steps if s.held_reason)
    for name in ("hold:JO-1", f"step-hold:JO-1:{step_id}"):
        assert retained(world, name), name
        world.must(c.AcknowledgeAlarm(alarm_id=name), SUPERVISOR)
    world.must(
        c.ResumeJobOrder(job_order_id="JO-1", reason="It is on", identity=w.identity("sup-01"))
    )
    assert not retained(world, "hold:JO-1")
    assert not retained(world, f"step-hold:JO-1:{step_id}")


def test_equipment_out_of_service_and_a_fault_are_alarms_while_they_last() -> None:
    world = w.installed()
    away = c.ChangeEquipmentStatus(
        equipment_id="BLEND-01", status=EquipmentStatus.OUT_OF_SERVICE, reason="A bearing"
    )
    world.must(away, MAINTENANCE)
    assert retained(world, "status:BLEND-01")
    world.must(replace(away, status=EquipmentStatus.AVAILABLE), MAINTENANCE)
    assert not retained(world, "status:BLEND-01")
    for kind, stands in ((EquipmentEventKind.FAULT, True), (EquipmentEventKind.STOPPED, False)):
        event = EquipmentEvent(equipment_id="BLEND-01", kind=kind, source_time=w.NOON)
        world.must(c.RecordEquipmentEvent(event=event), w.SYSTEM)
        assert retained(world, "fault:BLEND-01") is stands


def test_ids_with_a_colon_are_told_apart() -> None:
    assert alarm_id("step-hold", "A:B", "C") != alarm_id("step-hold", "A", "B:C")
    assert names_of(alarm_id("step-hold", "A:B%", "C")) == ("A:B%", "C")
    assert a.subject_of(alarm_id("hold", "A:B")) == streams.job_order("A:B")
