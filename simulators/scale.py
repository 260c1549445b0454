"""A weighing terminal: load, settling, noise, motion detection, zero, tare, over- and underload."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final

import numpy

from simulators.device import STEP_S
from simulators.faults import Faults
from simulators.permit import Permit
from simulators.register_map import RegisterTable, Value, bit_word
from simulators.scale_registers import ALARM_BITS, SCALE_REGISTERS, STATUS_BITS

_WINDOW: Final = round(1.0 / STEP_S) + 1  # readings that must agree before the weight is at rest
_FILTER: Final = 4  # readings the display averages
_KILOGRAM: Final = 1
_OVERLOAD_D: Final = 9  # OIML R 76-1, 4.2.3: no indication above Max + 9 e
_UNDERLOAD_D: Final = -20
_ZERO_RANGE: Final = 0.02  # OIML R 76-1, 4.5.1: zero-setting within 4 % of Max, here ± 2 %


@unique
class ScaleCommand(IntEnum):
    """The numbers of the command register."""

    ZERO = 1
    TARE = 2
    CLEAR_TARE = 3
    PRESET_TARE = 4


@unique
class ScaleResult(IntEnum):
    """What became of a command."""

    NONE = 0
    DONE = 1
    NOT_STABLE = 2
    OUT_OF_RANGE = 3
    UNKNOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleConfig:
    """One scale as its scenario describes it."""

    name: str
    dev_id: int
    serial_number: int
    capacity_kg: float
    resolution_kg: float
    settling_s: float = 0.35
    noise_d: float = 0.12
    load_kg: float = 0.0
    permit_timeout_s: float = 5.0


class Scale:
    """One terminal with one load cell; chance comes from a generator that its caller seeded."""

    def __init__(self, config: ScaleConfig, chance: numpy.random.Generator) -> None:
        self.config = config
        self.faults = Faults({"weight": config.capacity_kg}, frozenset({"sensor-failure"}))
        self.permit = Permit(config.permit_timeout_s)
        self.load_kg = config.load_kg
        self._chance = chance
        self._pour_kg_per_step = 0.0
        self._pour_steps = 0
        self._response_kg = config.load_kg
        self._readings: deque[float] = deque(maxlen=_WINDOW)
        self._zero_kg = 0.0
        self._tare_d = 0
        self._stable = False
        self._steps = 0
        self._weighing_count = 0
        self._tare_change_count = 0
        self._holding: dict[str, Value] = {
            "command": 0,
            "sequence": 0,
            "reserved": 0,
            "preset_tare": 0.0,
        }
        self._command_echo = 0
        self._command_result = ScaleResult.NONE

    @property
    def name(self) -> str:
        """The name of the scale in its scenario."""
        return self.config.name

    @property
    def table(self) -> RegisterTable:
        """The declared registers."""
        return SCALE_REGISTERS

    @property
    def stable(self) -> bool:
        """Tell whether the weight is at rest and within range: the only time it may be taken."""
        return self._stable

    @property
    def overload(self) -> bool:
        """Tell whether more than the capacity (and 9 d) lies on the pan."""
        return self._display_d() > self._capacity_d + _OVERLOAD_D

    @property
    def underload(self) -> bool:
        """Tell whether the weight is far below zero."""
        return self._display_d() < _UNDERLOAD_D

    @property
    def gross_d(self) -> int:
        """The gross weight in scale intervals, as displayed."""
        return min(self._display_d(), self._capacity_d + _OVERLOAD_D)

    @property
    def _capacity_d(self) -> int:
        return round(self.config.capacity_kg / self.config.resolution_kg)

    def _filtered_kg(self) -> float:
        last = list(self._readings)[-_FILTER:]
        return sum(last) / len(last) if last else self._response_kg

    def _display_d(self) -> int:
        return round((self._filtered_kg() - self._zero_kg) / self.config.resolution_kg)

    def put(self, mass_kg: float) -> None:
        """Lay a mass on the pan, or take it off with a minus sign."""
        self.load_kg += mass_kg

    def pour(self, mass_kg: float, over_s: float) -> None:
        """Let a mass run onto the pan evenly; a pour under way is replaced by the new one."""
        self._pour_steps = max(1, round(over_s / STEP_S))
        self._pour_kg_per_step = mass_kg / self._pour_steps

    def remove_everything(self) -> None:
        """Clear the pan and end a pour."""
        self.load_kg = 0.0
        self._pour_steps = 0

    def step(self) -> None:
        """Advance by `STEP_S`: the load settles, the terminal reads, motion is detected."""
        self._steps += 1
        if self._pour_steps:
            self._pour_steps -= 1
            self.load_kg += self._pour_kg_per_step
        settled = 1.0 - math.exp(-STEP_S / self.config.settling_s)
        self._response_kg += (self.load_kg - self._response_kg) * settled
        noise_kg = self._chance.normal(0.0, self.config.noise_d * self.config.resolution_kg)
        self._readings.append(self.faults.measure("weight", self._response_kg + float(noise_kg)))
        self._detect_rest()

    def _detect_rest(self) -> None:
        before = self._stable
        spread_kg = max(self._readings) - min(self._readings)
        self._stable = (
            len(self._readings) == _WINDOW
            and spread_kg <= self.config.resolution_kg
            and not (self.overload or self.underload or self.faults.has("sensor-failure"))
        )
        if self._stable and not before and self.gross_d > 0:
            self._weighing_count += 1

    def command(self, number: int) -> ScaleResult:
        """Do what a key of the terminal does and return what became of it."""
        match number:
            case ScaleCommand.ZERO:
                return self._zero()
            case ScaleCommand.TARE:
                return self._take_tare(self.gross_d, rest=True)
            case ScaleCommand.CLEAR_TARE:
                return self._take_tare(0, rest=False)
            case ScaleCommand.PRESET_TARE:
                tare_d = round(self._holding["preset_tare"] / self.config.resolution_kg)
                return self._take_tare(tare_d, rest=False)
            case _:
                return ScaleResult.UNKNOWN

    def _zero(self) -> ScaleResult:
        if not self.stable:
            return ScaleResult.NOT_STABLE
        if abs(self._filtered_kg()) > _ZERO_RANGE * self.config.capacity_kg:
            return ScaleResult.OUT_OF_RANGE
        self._zero_kg = self._filtered_kg()
        self._tare_d = 0
        self._tare_change_count += 1
        return ScaleResult.DONE

    def _take_tare(self, tare_d: int, *, rest: bool) -> ScaleResult:
        if rest and not self.stable:
            return ScaleResult.NOT_STABLE
        if not 0 <= tare_d <= self._capacity_d:
            return ScaleResult.OUT_OF_RANGE
        self._tare_d = tare_d
        self._tare_change_count += 1
        return ScaleResult.DONE

    def check(self, written: Mapping[str, Value]) -> bool:
        """Tell whether written values are within range."""
        return 0.0 <= written.get("preset_tare", 0.0) <= self.config.capacity_kg

    def write(self, written: Mapping[str, Value]) -> None:
        """Take checked values; a new sequence number runs the command."""
        if "permit" in written:
            self.permit.coil = bool(written["permit"])
        if "permit_heartbeat" in written:
            self.permit.beat(int(written["permit_heartbeat"]))
        self._holding.update((k, v) for k, v in written.items() if k in self._holding)
        sequence = int(self._holding["sequence"])
        if "sequence" in written and sequence != self._command_echo:
            self._command_echo = sequence
            self._command_result = self.command(int(self._holding["command"]))

    def _alarms(self) -> list[bool]:
        alarms = {
            "overload": self.overload,
            "underload": self.underload,
            "sensor_failure": self.faults.has("sensor-failure"),
        }
        return [alarms[name] for name, _ in ALARM_BITS]

    def _flags(self) -> dict[str, Value]:
        return {
            "stable": self.stable,
            "motion": not self.stable,
            "center_of_zero": self.gross_d == 0,
            "tared": self._tare_d != 0,
            "overload": self.overload,
            "underload": self.underload,
            "sensor_ok": not self.faults.has("sensor-failure"),
            "alarm": any(self._alarms()),
            "permit_live": self.permit.live,
        }

    def values(self) -> Mapping[str, Value]:
        """Return the value of every register."""
        d = self.config.resolution_kg
        broken = self.faults.has("sensor-failure")
        flags = self._flags()
        return {
            **flags,
            **self._holding,
            "heartbeat": self._steps,
            "status_word": bit_word([bool(flags[name]) for name, _ in STATUS_BITS]),
            "alarm_word": bit_word(self._alarms()),
            "unit": _KILOGRAM,
            "gross": math.nan if broken else self.gross_d * d,
            "net": math.nan if broken else (self.gross_d - self._tare_d) * d,
            "tare": self._tare_d * d,
            "capacity": self.config.capacity_kg,
            "resolution": d,
            "serial_number": self.config.serial_number,
            "weighing_count": self._weighing_count,
            "tare_change_count": self._tare_change_count,
            "uptime": int(self._steps * STEP_S),
            "command_echo": self._command_echo,
            "command_result": self._command_result,
            "permit": self.permit.coil,
            "permit_heartbeat": self.permit.heartbeat,
        }

    def truth(self) -> Mapping[str, float | str | bool]:
        """Return what really lies on the pan."""
        return {"load_kg": self.load_kg, "pouring": self._pour_steps > 0}
