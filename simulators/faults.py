"""The fault library: what can be wrong with a signal or with a device, injected on request."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SIGNAL_FAULTS: Final = frozenset({"stuck", "spike", "drift"})
ANY_DEVICE_FAULTS: Final = frozenset({"no-response", "stalled"})


class UnknownFaultError(ValueError):
    """A fault or signal the device does not have; the text names those it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault as it was asked for; times are simulated seconds."""

    name: str
    signal: str = ""
    size: float | None = None
    every_s: float = 1.0
    rate: float = 0.0
    for_s: float = math.inf


class _Active:
    """A fault at work: how long it has been, and the value a stuck signal hangs on."""

    def __init__(self, fault: Fault, held: float | None) -> None:
        self.fault = fault
        self.age_s = 0.0
        self.spiking = fault.name == "spike"
        self.held = held

    def step(self, dt_s: float) -> None:
        periods = math.floor(self.age_s / self.fault.every_s)
        self.age_s += dt_s
        self.spiking = math.floor(self.age_s / self.fault.every_s) != periods

    def distort(self, value: float, span: float) -> float:
        match self.fault.name:
            case "stuck":
                self.held = value if self.held is None else self.held
                return self.held
            case "spike" if self.spiking:
                return value + (0.1 * span if self.fault.size is None else self.fault.size)
            case "drift":
                return value + self.fault.rate * self.age_s
            case _:
                return value


class Faults:
    """The faults of one device: those it can have, and those it has now."""

    def __init__(self, signals: Mapping[str, float], device_faults: frozenset[str]) -> None:
        """Take the measured signals with their span, and the device's own faults."""
        self._signals = signals
        self._device_faults = device_faults | ANY_DEVICE_FAULTS
        self._active: list[_Active] = []
        self._last: dict[str, float] = {}

    @property
    def names(self) -> list[str]:
        """The active faults, those of a signal as ``fault:signal``."""
        return [f"{a.fault.name}:{a.fault.signal}".rstrip(":") for a in self._active]

    def inject(self, fault: Fault) -> None:
        """Begin a fault; raise `UnknownFaultError` for one that this device cannot have."""
        if fault.name in SIGNAL_FAULTS:
            if fault.signal not in self._signals:
                raise UnknownFaultError(
                    f"fault {fault.name!r} needs a signal; this device has {sorted(self._signals)}"
                )
        elif fault.name not in self._device_faults:
            known = sorted(SIGNAL_FAULTS | self._device_faults)
            raise UnknownFaultError(f"no fault {fault.name!r} here; this device can have {known}")
        self._active.append(_Active(fault, self._last.get(fault.signal)))

    def clear(self) -> None:
        """End every fault."""
        self._active.clear()

    def has(self, name: str) -> bool:
        """Tell whether a fault of this name is active."""
        return any(a.fault.name == name for a in self._active)

    def size(self, name: str, otherwise: float) -> float:
        """Return how large an active fault is, 0 when there is none of this name."""
        sizes = [a.fault.size for a in self._active if a.fault.name == name]
        if not sizes:
            return 0.0
        return otherwise if sizes[0] is None else sizes[0]

    def step(self, dt_s: float) -> None:
        """Let simulated time pass; faults that have lasted their time end."""
        for active in self._active:
            active.step(dt_s)
        self._active = [a for a in self._active if a.age_s < a.fault.for_s]

    def measure(self, signal: str, value: float) -> float:
        """Return what the sensor of a signal says, given what is true."""
        self._last[signal] = value
        for active in self._active:
            if active.fault.signal == signal:
                value = active.distort(value, self._signals[signal])
        return value
