"""A simulated scale weighs as a real one does: it takes its time, and says when it is done."""

import math
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.faults import Fault
from simulators.scale import Scale, ScaleCommand, ScaleConfig, ScaleResult

FLOOR = ScaleConfig(
    name="FLOOR-SCALE", dev_id=1, serial_number=1, capacity_kg=150.0, resolution_kg=0.02
)
BENCH = ScaleConfig(
    name="BENCH-SCALE",
    dev_id=2,
    serial_number=2,
    capacity_kg=6.0,
    resolution_kg=0.0001,
    settling_s=0.3,
)


def scale(config: ScaleConfig = FLOOR, seed: int = 1) -> Scale:
    return Scale(config, numpy.random.default_rng(seed))


def wait(device: Scale, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        device.faults.step(0.1)
        device.step()


def at_rest(device: Scale) -> Scale:
    """Step until the terminal says that it is stable; a minute is more than it may take."""
    for _ in range(600):
        wait(device, 0.1)
        if device.stable:
            return device
    pytest.fail("the scale never came to rest")


def value(device: Scale, name: str) -> Any:
    return device.values()[name]


@given(seed=st.integers(0, 2**32), masses=st.lists(st.floats(0.0, 40.0), max_size=3))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_gives_the_same_readings(seed: int, masses: list[float]) -> None:
    one, two = scale(seed=seed), scale(seed=seed)
    for mass in masses:
        one.put(mass)
        two.put(mass)
        for _ in range(15):
            one.step()
            two.step()
            assert one.values() == two.values()


def test_another_seed_gives_other_readings() -> None:
    one, two = scale(seed=1), scale(seed=2)
    differs = False
    one.put(10.01)
    two.put(10.01)
    for _ in range(50):
        one.step()
        two.step()
        differs = differs or value(one, "gross") != value(two, "gross")
    assert differs


@given(
    seed=st.integers(0, 2**32),
    config=st.sampled_from([FLOOR, BENCH]),
    shares=st.lists(st.floats(0.0, 0.3), min_size=1, max_size=3),
    pauses=st.lists(st.integers(1, 30), min_size=3, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_whenever_it_is_stable_it_tells_the_truth_to_one_interval(
    seed: int, config: ScaleConfig, shares: list[float], pauses: list[int]
) -> None:
    device = scale(config, seed)
    d = config.resolution_kg
    for share, pause in zip(shares, pauses, strict=False):
        mass = share * config.capacity_kg
        device.put(mass)
        for n in range(pause + 30):
            device.step()
            # A few intervals more are no motion at first, to a real terminal neither.
            noticed = mass >= 10 * d or n > 10
            if device.stable and noticed:
                # d/2 of rounding, the last trace of settling, and the noise
                assert abs(value(device, "gross") - device.load_kg) <= 1.2 * d


def test_a_load_change_ends_rest_until_it_has_settled() -> None:
    device = at_rest(scale())
    device.put(50.0)
    wait(device, 0.1)
    assert not device.stable
    assert value(device, "motion")
    assert value(device, "gross") < 50.0
    at_rest(device)
    assert value(device, "gross") == pytest.approx(50.0, abs=0.02)
    assert value(device, "weighing_count") == 1


def test_readings_are_whole_scale_intervals() -> None:
    device = scale()
    device.put(12.3456)
    for _ in range(40):
        device.step()
        intervals = value(device, "gross") / 0.02
        assert intervals == pytest.approx(round(intervals), abs=1e-6)


def test_a_pour_is_motion_until_its_end() -> None:
    device = at_rest(scale(BENCH))
    device.pour(2.0, over_s=3.0)
    wait(device, 2.0)
    assert not device.stable
    assert 0.5 < value(device, "gross") < 1.5
    at_rest(device)
    assert value(device, "gross") == pytest.approx(2.0, abs=0.0002)


def test_tare_makes_net_zero_and_leaves_gross() -> None:
    device = scale()
    device.put(1.5)
    at_rest(device)
    assert device.command(ScaleCommand.TARE) is ScaleResult.DONE
    device.put(10.0)
    at_rest(device)
    assert value(device, "net") == pytest.approx(10.0, abs=0.02)
    assert value(device, "gross") == pytest.approx(11.5, abs=0.02)
    assert value(device, "tare") == pytest.approx(1.5, abs=0.02)
    assert value(device, "tared")
    assert value(device, "tare_change_count") == 1


def test_tare_in_motion_is_refused() -> None:
    device = at_rest(scale())
    device.put(5.0)
    wait(device, 0.2)
    assert device.command(ScaleCommand.TARE) is ScaleResult.NOT_STABLE
    assert value(device, "tare") == 0.0


def test_zero_takes_small_loads_only() -> None:
    device = scale()
    device.put(1.0)
    at_rest(device)
    assert device.command(ScaleCommand.ZERO) is ScaleResult.DONE
    wait(device, 0.1)
    assert value(device, "center_of_zero")
    device.put(20.0)
    at_rest(device)
    assert device.command(ScaleCommand.ZERO) is ScaleResult.OUT_OF_RANGE


def test_overload_is_never_stable_and_raises_the_alarm() -> None:
    device = scale()
    device.put(151.0)
    wait(device, 10.0)
    assert value(device, "overload")
    assert value(device, "alarm")
    assert not value(device, "stable")
    assert value(device, "alarm_word") == 0b001
    assert value(device, "gross") == pytest.approx(150.0 + 9 * 0.02)


def test_underload_is_never_stable() -> None:
    device = scale()
    device.put(2.0)
    at_rest(device)
    device.command(ScaleCommand.ZERO)
    device.remove_everything()
    wait(device, 10.0)
    assert value(device, "underload")
    assert not value(device, "stable")
    assert value(device, "alarm_word") == 0b010


def test_a_broken_load_cell_reads_nothing() -> None:
    device = at_rest(scale())
    device.faults.inject(Fault(name="sensor-failure"))
    wait(device, 2.0)
    assert math.isnan(value(device, "gross"))
    assert not value(device, "stable")
    assert not value(device, "sensor_ok")


def test_a_stuck_load_cell_looks_stable_and_lies() -> None:
    device = at_rest(scale())
    device.faults.inject(Fault(name="stuck", signal="weight"))
    device.put(20.0)
    wait(device, 5.0)
    assert device.stable
    assert value(device, "gross") == 0.0


def test_the_permit_lamp_needs_coil_and_living_heartbeat() -> None:
    device = scale()
    device.write({"permit": True})
    assert not value(device, "permit_live")
    device.write({"permit_heartbeat": 1})
    assert value(device, "permit_live")
    device.permit.step(5.1)
    assert not value(device, "permit_live")
    device.write({"permit_heartbeat": 1})  # the same number again is no sign of life
    assert not value(device, "permit_live")


def test_a_command_runs_once_per_sequence_number() -> None:
    device = scale()
    device.put(3.0)
    at_rest(device)
    for _ in range(2):
        device.write({"command": 2, "sequence": 9})
    assert value(device, "tare_change_count") == 1
    assert value(device, "command_echo") == 9
    assert value(device, "command_result") == ScaleResult.DONE
    device.write({"command": 77, "sequence": 10})
    assert value(device, "command_result") == ScaleResult.UNKNOWN


@pytest.mark.parametrize("tare", [-1.0, 151.0, math.nan, math.inf])
def test_a_preset_tare_out_of_range_is_not_taken(tare: float) -> None:
    assert not scale().check({"preset_tare": tare})
