"""A simulated blender: PackML in time, protections, counters; never a turn without a permit."""

from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.blender import DRIVEN, Alarm, Blender, BlenderConfig, BlenderResult
from simulators.faults import Fault
from simulators.packml import STATE_COMPLETE, Command, State, after

CONFIG = BlenderConfig(name="BLENDER", dev_id=1, serial_number=7)


def blender(seed: int = 1) -> Blender:
    return Blender(CONFIG, numpy.random.default_rng(seed))


def value(device: Blender, name: str) -> Any:
    return device.values()[name]


def step(device: Blender, seconds: float = 0.1) -> None:
    for _ in range(round(seconds * 10)):
        device.faults.step(0.1)
        device.permit.step(0.1)
        device.step()


def permit(device: Blender) -> None:
    device.write({"permit": True, "permit_heartbeat": device.permit.heartbeat + 1})


def until(device: Blender, state: State, seconds: float = 120.0) -> None:
    """Step with a living permit until a state is reached."""
    for _ in range(round(seconds * 10)):
        if device.state is state:
            return
        permit(device)
        step(device)
    pytest.fail(f"{state.name} not reached, still {device.state.name}")


def executing(revolutions: int = 0) -> Blender:
    device = blender()
    device.write({"speed_set": 30.0, "revolutions_set": revolutions, "batch_number_set": 4711})
    permit(device)
    assert device.command(Command.RESET) is BlenderResult.DONE
    until(device, State.IDLE)
    assert device.command(Command.START) is BlenderResult.DONE
    until(device, State.EXECUTE)
    return device


def test_one_blend_from_stopped_to_complete() -> None:
    device = executing(revolutions=5)
    assert value(device, "at_speed")
    assert value(device, "batch_number") == 4711
    until(device, State.COMPLETE)
    assert value(device, "revolutions") >= 5
    assert value(device, "prod_processed_count") == 1
    assert value(device, "prod_defective_count") == 0
    assert not value(device, "running")


def test_the_speed_ramps_and_shear_warms_the_product() -> None:
    device = blender()
    device.write({"speed_set": 30.0})
    permit(device)
    device.command(Command.RESET)
    until(device, State.IDLE)
    device.command(Command.START)
    step(device, 1.5)
    assert 10.0 < value(device, "mach_speed") < 20.0
    until(device, State.EXECUTE)
    before = device.truth()["temperature_degc"]
    for _ in range(60):
        permit(device)
        step(device, 1.0)
    after_a_minute = device.truth()["temperature_degc"]
    assert isinstance(before, float)
    assert isinstance(after_a_minute, float)
    assert before + 3.0 < after_a_minute < 45.0


def test_without_a_permit_it_does_not_start() -> None:
    device = blender()
    device.write({"speed_set": 30.0})
    device.command(Command.RESET)
    step(device, 2.0)
    assert device.command(Command.START) is BlenderResult.NO_PERMIT
    assert device.state is State.IDLE


def test_a_permit_without_heartbeat_is_none() -> None:
    device = blender()
    device.write({"speed_set": 30.0, "permit": True})
    device.command(Command.RESET)
    step(device, 2.0)
    assert device.command(Command.START) is BlenderResult.NO_PERMIT


def test_a_heartbeat_that_stops_holds_the_blender() -> None:
    device = executing()
    step(device, 5.3)
    assert device.state is State.HOLDING
    assert device.alarm is Alarm.PERMIT_LOST
    assert value(device, "stop_reason") == 104
    until(device, State.HELD)
    assert device.command(Command.UNHOLD) is BlenderResult.DONE
    until(device, State.EXECUTE)
    assert value(device, "alarm_code") == Alarm.NONE


def test_a_permit_taken_back_holds_at_the_next_scan() -> None:
    device = executing()
    device.write({"permit": False})
    step(device)
    assert device.state is State.HOLDING


def test_only_the_injected_fault_lets_it_run_without_permit() -> None:
    device = blender()
    device.write({"speed_set": 30.0})
    device.faults.inject(Fault(name="ignore-permit"))
    device.command(Command.RESET)
    step(device, 2.0)
    assert device.command(Command.START) is BlenderResult.DONE
    step(device, 5.0)
    assert value(device, "state_current") == State.EXECUTE
    assert value(device, "running_without_permit")
    device.faults.clear()
    step(device)
    assert device.state is State.HOLDING


@pytest.mark.parametrize(
    ("fault", "alarm", "state"),
    [
        ("motor-overload", Alarm.MOTOR_OVERLOAD, State.ABORTED),
        ("over-temperature", Alarm.OVER_TEMPERATURE, State.HELD),
    ],
)
def test_a_fault_brings_it_to_its_safe_state(fault: str, alarm: Alarm, state: State) -> None:
    device = executing()
    device.faults.inject(Fault(name=fault))
    until(device, state)
    assert device.alarm is alarm
    assert value(device, "alarm_count") == 1


def test_an_open_guard_aborts_and_nothing_starts_until_it_is_closed() -> None:
    device = executing()
    device.guard_closed = False
    until(device, State.ABORTED)
    assert device.alarm is Alarm.GUARD_OPEN
    assert value(device, "prod_defective_count") == 1
    assert device.command(Command.CLEAR) is BlenderResult.INTERLOCK
    device.guard_closed = True
    assert device.command(Command.CLEAR) is BlenderResult.DONE
    until(device, State.STOPPED)
    assert value(device, "alarm_code") == Alarm.NONE


def test_one_spike_of_a_sensor_trips_nothing() -> None:
    device = executing()
    device.faults.inject(Fault(name="spike", signal="temperature", size=50.0, every_s=3.0))
    for _ in range(100):
        permit(device)
        step(device)
    assert device.state is State.EXECUTE


def test_the_mode_changes_only_at_rest() -> None:
    device = executing()
    device.write({"unit_mode_set": 2})
    assert value(device, "unit_mode") == 1
    device.command(Command.STOP)
    until(device, State.STOPPED)
    step(device)
    assert value(device, "unit_mode") == 2


def test_start_wants_a_speed() -> None:
    device = blender()
    permit(device)
    device.command(Command.RESET)
    until(device, State.IDLE)
    assert device.command(Command.START) is BlenderResult.NO_SPEED


@pytest.mark.parametrize(
    "written", [{"speed_set": 41.0}, {"speed_set": -1.0}, {"unit_mode_set": 9}]
)
def test_set_points_out_of_range_are_not_taken(written: dict[str, float]) -> None:
    assert not blender().check(written)


_DEEDS = st.sampled_from([*(c.value for c in Command), 0, 99, "on", "off", "beat", "open", "close"])


@given(seed=st.integers(0, 2**32), deeds=st.lists(st.tuples(_DEEDS, st.integers(1, 40))))
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_it_obeys_packml_and_never_runs_without_permit(
    seed: int, deeds: list[tuple[int | str, int]]
) -> None:
    device, twin = blender(seed), blender(seed)
    for b in (device, twin):
        b.write({"speed_set": 20.0, "revolutions_set": 2})
    for deed, steps in deeds:
        for b in (device, twin):
            _do(b, deed)
        for _ in range(steps):
            before = device.state
            step(device)
            step(twin)
            assert device.values() == twin.values()
            reachable = {before, STATE_COMPLETE.get(before), *_safe(before)}
            assert device.state in reachable
            assert device.state not in DRIVEN or device.permit.live


def _safe(state: State) -> set[State | None]:
    """Where the protections of the PLC may lead at once, and one state complete from there."""
    return {after(state, Command.HOLD), after(state, Command.ABORT)}


def _do(device: Blender, deed: int | str) -> None:
    if isinstance(deed, int):
        before = device.state
        done = device.command(deed) is BlenderResult.DONE
        assert device.state is (after(before, Command(deed)) if done else before)
    elif deed in {"open", "close"}:
        device.guard_closed = deed == "close"
    elif deed == "beat":
        device.write({"permit_heartbeat": device.permit.heartbeat + 1})
    else:
        device.write({"permit": deed == "on"})
