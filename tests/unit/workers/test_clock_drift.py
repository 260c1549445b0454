"""A device whose clock is off raises one alarm, and one more when it is right again."""

from datetime import UTC, datetime, timedelta

import pytest

from models.tag_value import Quality, TagValue
from server.workers.clock_drift import ClockDrift

HERE = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)  # a second before clocks go forward in Europe


def reading(off_s: float, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue("M-1.speed", 1.0, quality, HERE + timedelta(seconds=off_s), HERE)


@pytest.mark.parametrize("off_s", [2.1, -2.1, 3600, -3600])
def test_a_clock_more_than_two_seconds_off_is_told_once(off_s: float) -> None:
    clocks = ClockDrift()
    time, text = clocks.news("plc", [reading(off_s)]) or (None, "")
    assert (time, text) == (HERE, f"active, plc {off_s:+.1f} s")
    assert clocks.news("plc", [reading(off_s)]) is None
    assert clocks.count == 2


@pytest.mark.parametrize("off_s", [2.0, -2.0, 0])
def test_two_seconds_are_tolerated(off_s: float) -> None:
    clocks = ClockDrift()
    assert clocks.news("plc", [reading(off_s)]) is None
    assert clocks.count == 0


def test_a_clock_that_was_set_right_is_told() -> None:
    clocks = ClockDrift()
    clocks.news("plc", [reading(-60)])
    assert clocks.news("plc", [reading(0)]) == (HERE, "cleared, plc")
    assert clocks.news("plc", [reading(0)]) is None


def test_each_device_has_its_own_clock() -> None:
    clocks = ClockDrift()
    assert clocks.news("plc", [reading(9)])
    assert clocks.news("scale", [reading(0)]) is None
    assert clocks.news("scale", [reading(9)])


def test_a_value_that_did_not_change_for_long_is_no_drift() -> None:
    clocks = ClockDrift()
    assert clocks.news("plc", [reading(-5000), reading(0)]) is None


@pytest.mark.parametrize(
    "values", [[], [reading(60, Quality.BAD)], [reading(60, Quality.UNCERTAIN)]]
)
def test_what_is_not_good_tells_nothing_of_the_time(values: list[TagValue]) -> None:
    assert ClockDrift().news("plc", values) is None
