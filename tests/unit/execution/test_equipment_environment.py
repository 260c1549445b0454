"""A step that asks about its room begins only on readings that can be believed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.execution import commands as c
from models.isa95.physical_asset import Measurement, PhysicalAsset
from models.isa95.work_definition import EnvironmentCondition
from models.tag_value import Quality
from tests import line_world as lw
from tests import world as w
from tests.line_world import METROLOGY
from tests.world import World

PRESSURE = "ROOM-DP-01.pressure"
SENSOR = PhysicalAsset(
    physical_asset_id="ROOM-DP-01",
    description="Differential pressure of the packaging room",
    physical_asset_classes=("pressure-sensor",),
    requires_calibration=True,
    calibration_due_time=w.NOON + timedelta(days=30),
    measurements=(Measurement(name="room-pressure", tag=PRESSURE, unit="Pa", maximum_age_s=2),),
)
CONDITION = EnvironmentCondition(
    measurement="room-pressure", unit="Pa", lower=Decimal(10), upper=Decimal(30)
)


def room(
    condition: EnvironmentCondition = CONDITION, *sensors: PhysicalAsset, stands: bool = True
) -> World:
    """Return a world with a room sensor at the line, and a step that asks for its reading."""
    standing = sensors or (SENSOR,)
    ids = tuple(item.physical_asset_id for item in standing) if stands else ()
    described = (*standing, lw.line(physical_assets=ids))
    return lw.running(lw.master(lw.step(environment=(condition,))), described=described)


def test_a_room_within_its_limits_lets_the_step_begin() -> None:
    world = room()
    world.shows(PRESSURE, 15.0)
    world.must(lw.start())


@pytest.mark.parametrize(
    ("value", "quality", "age_s", "codes"),
    [
        (10.0, Quality.GOOD, 0, ()),
        (30.0, Quality.GOOD, 2, ()),
        (9.9, Quality.GOOD, 0, ("environment-out-of-limits",)),
        (30.1, Quality.GOOD, 0, ("environment-out-of-limits",)),
        (15.0, Quality.BAD, 0, ("reading-bad",)),
        (15.0, Quality.UNCERTAIN, 0, ("reading-bad",)),
        (15.0, Quality.GOOD, 2.1, ("reading-stale",)),
        (float("nan"), Quality.GOOD, 0, ("reading-bad",)),
        ("fifteen", Quality.GOOD, 0, ("reading-bad",)),
    ],
)
def test_every_reading_that_proves_nothing_refuses(
    value: float | str, quality: Quality, age_s: float, codes: tuple[str, ...]
) -> None:
    world = room()
    world.shows(PRESSURE, value, quality, age_s)
    assert world.refused(lw.start()) == codes


def test_no_reading_at_all_refuses() -> None:
    assert room().refused(lw.start()) == ("reading-missing",)


def test_no_sensor_at_the_station_refuses() -> None:
    assert room(stands=False).refused(lw.start()) == ("environment-not-measured",)


def test_a_sensor_that_failed_its_calibration_proves_nothing() -> None:
    world = room()
    failed = c.RecordCalibration(
        physical_asset_id="ROOM-DP-01", due_time=w.NOON, certificate="CAL-1", failed=True
    )
    world.must(failed, METROLOGY)
    world.shows(PRESSURE, 15.0)
    assert world.refused(lw.start()) == ("calibration-failed", "calibration-overdue")


def test_limits_in_another_unit_of_the_same_kind_are_converted_and_others_refuse() -> None:
    temperature = Measurement(name="settling", tag="T", unit="min")
    sensor = replace(SENSOR, measurements=(temperature,))
    for unit, codes in (("s", ()), ("Pa", ("environment-out-of-limits",))):
        limits = EnvironmentCondition(measurement="settling", unit=unit, lower=Decimal(60))
        world = room(limits, sensor)
        world.shows("T", 1)
        assert world.refused(lw.start()) == codes


def test_every_sensor_of_the_room_counts() -> None:
    second = Measurement(name="room-pressure", tag="ROOM-DP-02.pressure", unit="Pa")
    other = replace(SENSOR, physical_asset_id="ROOM-DP-02", measurements=(second,))
    world = room(CONDITION, SENSOR, other)
    world.shows(PRESSURE, 15.0)
    world.shows("ROOM-DP-02.pressure", 5.0)
    (refusal,) = world.do(lw.start()).refusals
    assert (refusal.code, refusal.subject) == ("environment-out-of-limits", "ROOM-DP-02")
    assert "room-pressure is 5.0 Pa (ROOM-DP-02); 10 to 30 Pa is accepted" in refusal.obstacle
