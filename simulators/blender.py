"""A blender: PackML unit, drive with ramp, product warmed by shear, protections, counters."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final

import numpy

from simulators.blender_registers import BLENDER_REGISTERS, STATUS_BITS
from simulators.device import STEP_S
from simulators.faults import Faults
from simulators.packml import STATE_COMPLETE, Command, State, after
from simulators.permit import Permit
from simulators.register_map import RegisterTable, Value, bit_word

# The states in which the drive pushes the shaft; in all others it brakes or stands.
DRIVEN: Final = frozenset({State.STARTING, State.EXECUTE, State.UNHOLDING, State.UNSUSPENDING})
_NEEDS_PERMIT: Final = frozenset({Command.START, Command.UNHOLD, Command.UNSUSPEND})
_NEEDS_INTERLOCK: Final = _NEEDS_PERMIT | {Command.RESET, Command.CLEAR}
_MODE_MAY_CHANGE: Final = frozenset({State.STOPPED, State.IDLE, State.ABORTED})
_MODES: Final = (1, 2, 3)
_ACTING_MIN_S: Final = 1.0
_LATE_STEPS: Final = 100  # a late acknowledgement comes after 10 s
_TRIP_DELAY_S: Final = 0.5  # a single spike of a sensor must not trip a protection
_IDLE_A: Final = 1.5
_A_PER_RPM: Final = 0.2
_TRIP_A: Final = 15.0
_OVERLOAD_A: Final = 20.0
_SHEAR_K_PER_RPM2: Final = 12.0 / 30.0**2  # 30 rpm warms the product by 12 K in the long run
_OVERHEAT_K: Final = 60.0


@unique
class Alarm(IntEnum):
    """The alarm codes."""

    NONE = 0
    MOTOR_OVERLOAD = 101
    GUARD_OPEN = 102
    OVER_TEMPERATURE = 103
    PERMIT_LOST = 104


@unique
class BlenderResult(IntEnum):
    """What became of a command."""

    NONE = 0
    DONE = 1
    NOT_ALLOWED = 2
    NO_PERMIT = 3
    UNKNOWN = 4
    INTERLOCK = 5
    NO_SPEED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class BlenderConfig:
    """One blender as its scenario describes it."""

    name: str
    dev_id: int
    serial_number: int
    speed_max_rpm: float = 40.0
    ramp_rpm_per_s: float = 10.0
    brake_rpm_per_s: float = 40.0
    ambient_degc: float = 21.0
    temperature_limit_degc: float = 45.0
    thermal_s: float = 120.0
    permit_timeout_s: float = 5.0


class _Drive:
    """Motor, shaft and product: the physical side, which knows no states."""

    def __init__(self, config: BlenderConfig) -> None:
        self._config = config
        self.speed_rpm = 0.0
        self.temperature_degc = config.ambient_degc

    def step(self, target_rpm: float, ramp_rpm_per_s: float, *, overheating: bool) -> None:
        ramp = ramp_rpm_per_s * STEP_S
        self.speed_rpm += max(-ramp, min(ramp, target_rpm - self.speed_rpm))
        goal = self._config.ambient_degc + _SHEAR_K_PER_RPM2 * self.speed_rpm**2
        thermal_s = self._config.thermal_s
        if overheating:
            goal, thermal_s = goal + _OVERHEAT_K, thermal_s / 10.0
        self.temperature_degc += (goal - self.temperature_degc) * STEP_S / thermal_s

    def current_a(self, *, driven: bool, overloaded: bool) -> float:
        if not driven:
            return 0.0
        return _IDLE_A + _A_PER_RPM * self.speed_rpm + (_OVERLOAD_A if overloaded else 0.0)


class _Trip:
    """A protection that trips only after its cause has lasted."""

    def __init__(self) -> None:
        self._lasted_s = 0.0

    def step(self, *, cause: bool) -> bool:
        self._lasted_s = self._lasted_s + STEP_S if cause else 0.0
        return self._lasted_s >= _TRIP_DELAY_S - STEP_S / 2


class Blender:
    """One blender with its PLC program; chance comes from a generator that its caller seeded."""

    def __init__(self, config: BlenderConfig, chance: numpy.random.Generator) -> None:
        self.config = config
        self.faults = Faults(
            {"temperature": 100.0, "speed": config.speed_max_rpm, "current": _TRIP_A},
            frozenset(
                {"motor-overload", "over-temperature", "ignore-permit", "lost-ack", "late-ack"}
            ),
        )
        self.permit = Permit(config.permit_timeout_s)
        self.state = State.STOPPED
        self.guard_closed = True
        self.alarm = Alarm.NONE
        self._chance = chance
        self._drive = _Drive(config)
        self._motor_trip, self._temperature_trip = _Trip(), _Trip()
        self._motor_ok = True
        self._measured = {"speed": 0.0, "temperature": config.ambient_degc, "current": 0.0}
        self._steps = 0
        self._state_steps = 0
        self._revolutions = 0.0
        self._batch_active = False
        self._counts: dict[str, Value] = {
            "prod_processed_count": 0,
            "prod_defective_count": 0,
            "alarm_count": 0,
            "batch_number": 0,
            "unit_mode": 1,
            "stop_reason": 0,
        }
        self._holding: dict[str, Value] = {
            "command": 0,
            "sequence": 0,
            "unit_mode_set": 1,
            "speed_set": 0.0,
            "revolutions_set": 0,
            "batch_number_set": 0,
        }
        self._command_echo = 0
        self._command_result = BlenderResult.NONE
        self._handled = 0
        self._late_steps = 0

    @property
    def name(self) -> str:
        """The name of the blender in its scenario."""
        return self.config.name

    @property
    def table(self) -> RegisterTable:
        """The declared registers."""
        return BLENDER_REGISTERS

    @property
    def driven(self) -> bool:
        """Tell whether the drive pushes the shaft."""
        return self.state in DRIVEN

    @property
    def permitted(self) -> bool:
        """Tell whether the blender may run: a live permit, or the interlock bridged by a fault."""
        return self.permit.live or self.faults.has("ignore-permit")

    def step(self) -> None:
        """Advance by `STEP_S`: protections first, as a PLC does, then the drive, then the state."""
        self._steps += 1
        self._state_steps += 1
        if self._late_steps:
            self._late_steps -= 1
            self._command_echo = self._command_echo if self._late_steps else self._handled
        self._change_mode()
        self._protect()
        ramp = self.config.ramp_rpm_per_s
        if self.state is State.ABORTING:
            ramp = self.config.brake_rpm_per_s
        target = float(self._holding["speed_set"]) if self.driven else 0.0
        self._drive.step(target, ramp, overheating=self.faults.has("over-temperature"))
        if self.state is State.EXECUTE:
            self._revolutions += self._drive.speed_rpm * STEP_S / 60.0
        self._measure()
        if self._acting_is_done():
            self._enter(STATE_COMPLETE[self.state])

    def _measure(self) -> None:
        overloaded = self.faults.has("motor-overload")
        noise = self._chance.normal(0.0, 1.0, 3)
        current = self._drive.current_a(driven=self.driven, overloaded=overloaded)
        turning = self._drive.speed_rpm > 0.0
        truth = {
            "speed": self._drive.speed_rpm + (0.02 * noise[0] if turning else 0.0),
            "temperature": self._drive.temperature_degc + 0.05 * noise[1],
            "current": current + (0.05 * noise[2] if current else 0.0),
        }
        self._measured = {k: self.faults.measure(k, float(v)) for k, v in truth.items()}

    def _at_speed(self) -> bool:
        return self.driven and math.isclose(
            self._drive.speed_rpm, self._holding["speed_set"], abs_tol=0.01
        )

    def _acting_is_done(self) -> bool:
        match self.state:
            case State.EXECUTE:
                return 0 < self._holding["revolutions_set"] <= self._revolutions
            case state if state not in STATE_COMPLETE:
                return False
            case _ if self._state_steps * STEP_S < _ACTING_MIN_S - STEP_S / 2:
                return False
            case _ if self.driven:
                return self._at_speed()
            case _:
                return self._drive.speed_rpm <= 0.0

    def _protect(self) -> None:
        if self.driven and not self.permitted:
            self._raise_alarm(Alarm.PERMIT_LOST, Command.HOLD)
        if self._temperature_trip.step(cause=not self._temperature_ok()):
            self._raise_alarm(Alarm.OVER_TEMPERATURE, Command.HOLD)
        if self._motor_trip.step(cause=self._measured["current"] > _TRIP_A):
            self._motor_ok = False
            self._raise_alarm(Alarm.MOTOR_OVERLOAD, Command.ABORT)
        if not self.guard_closed and (self.driven or self._drive.speed_rpm > 0.0):
            self._raise_alarm(Alarm.GUARD_OPEN, Command.ABORT)

    def _raise_alarm(self, alarm: Alarm, reaction: Command) -> None:
        state = after(self.state, reaction)
        if state is None:  # already on its way to a safe state
            return
        if self.alarm is Alarm.NONE:
            self.alarm = alarm
        self._counts["alarm_count"] += 1
        self._counts["stop_reason"] = alarm
        self._enter(state)

    def _temperature_ok(self) -> bool:
        return self._measured["temperature"] < self.config.temperature_limit_degc

    def _interlock_ok(self) -> bool:
        motor = not self.faults.has("motor-overload")
        return self.guard_closed and motor and self._temperature_ok()

    def _enter(self, state: State) -> None:
        self.state = state
        self._state_steps = 0
        match state:
            case State.COMPLETE if self._batch_active:
                self._counts["prod_processed_count"] += 1
                self._batch_active = False
            case State.STOPPED | State.ABORTED if self._batch_active:
                self._counts["prod_defective_count"] += 1
                self._batch_active = False
            case State.RESETTING:
                self._revolutions = 0.0
                self._counts["stop_reason"] = 0
                self.alarm = Alarm.NONE
            case State.STARTING:
                self._counts["batch_number"] = self._holding["batch_number_set"]
                self._batch_active = True
            case State.CLEARING:
                self._motor_ok = True
                self.alarm = Alarm.NONE
            case State.UNHOLDING:
                self.alarm = Alarm.NONE
            case _:
                pass

    def command(self, number: int) -> BlenderResult:
        """Run a PackML command and return what became of it."""
        if number not in {c.value for c in Command}:
            return BlenderResult.UNKNOWN
        command = Command(number)
        state = after(self.state, command)
        if state is None:
            return BlenderResult.NOT_ALLOWED
        if command in _NEEDS_PERMIT and not self.permitted:
            return BlenderResult.NO_PERMIT
        if command in _NEEDS_INTERLOCK and not self._interlock_ok():
            return BlenderResult.INTERLOCK
        if command is Command.START and not self._holding["speed_set"]:
            return BlenderResult.NO_SPEED
        self._enter(state)
        return BlenderResult.DONE

    def check(self, written: Mapping[str, Value]) -> bool:
        """Tell whether written values are within range."""
        speed = written.get("speed_set", 0.0)
        mode = written.get("unit_mode_set", 1)
        return 0.0 <= speed <= self.config.speed_max_rpm and mode in _MODES

    def write(self, written: Mapping[str, Value]) -> None:
        """Take checked values; a new sequence number runs the command."""
        if "permit" in written:
            self.permit.coil = bool(written["permit"])
        if "permit_heartbeat" in written:
            self.permit.beat(int(written["permit_heartbeat"]))
        self._holding.update((k, v) for k, v in written.items() if k in self._holding)
        self._change_mode()
        if "sequence" in written:
            self._take(int(self._holding["sequence"]))

    def _take(self, sequence: int) -> None:
        """Run a command whose number is new, and acknowledge it, new or not."""
        if sequence != self._handled:
            self._handled = sequence
            self._command_result = self.command(int(self._holding["command"]))
        if self.faults.has("late-ack"):
            self._late_steps = _LATE_STEPS
        elif not self._loses_ack():
            self._command_echo = sequence

    def _loses_ack(self) -> bool:
        rate = self.faults.size("lost-ack", 1.0)
        return bool(rate and self._chance.random() < rate)

    def _change_mode(self) -> None:
        if self.state in _MODE_MAY_CHANGE:
            self._counts["unit_mode"] = self._holding["unit_mode_set"]

    def _flags(self) -> dict[str, Value]:
        return {
            "running": self._drive.speed_rpm > 0.0,
            "at_speed": self._at_speed(),
            "guard_closed": self.guard_closed,
            "motor_ok": self._motor_ok,
            "temperature_ok": self._temperature_ok(),
            "fault_ignore_permit": self.faults.has("ignore-permit"),
            "running_without_permit": self.driven and not self.permit.live,
            "alarm": self.alarm is not Alarm.NONE,
            "permit_live": self.permit.live,
        }

    def values(self) -> Mapping[str, Value]:
        """Return the value of every register."""
        flags = self._flags()
        return {
            **flags,
            **self._holding,
            **self._counts,
            "heartbeat": self._steps,
            "status_word": bit_word([bool(flags[name]) for name, _ in STATUS_BITS]),
            "alarm_code": self.alarm,
            "state_current": self.state,
            "mach_speed_set": self._holding["speed_set"],
            "mach_speed": self._measured["speed"],
            "temperature": self._measured["temperature"],
            "motor_current": self._measured["current"],
            "revolutions": int(self._revolutions),
            "state_current_time": self._state_steps * STEP_S,
            "serial_number": self.config.serial_number,
            "uptime": int(self._steps * STEP_S),
            "command_echo": self._command_echo,
            "command_result": self._command_result,
            "permit": self.permit.coil,
            "permit_heartbeat": self.permit.heartbeat,
        }

    def truth(self) -> Mapping[str, float | str | bool]:
        """Return what the drive and the product really do."""
        return {
            "speed_rpm": self._drive.speed_rpm,
            "temperature_degc": self._drive.temperature_degc,
            "guard_closed": self.guard_closed,
            "state": self.state.name.title(),
        }
