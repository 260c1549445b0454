"""One simulated PLC: its devices behind one wire, stepped together."""

from collections.abc import Mapping

from simulators.device import STEP_S, Device, WrongRequestError
from simulators.register_map import Value


class Plc:
    """A PLC with one or more devices, each with its Modbus device id."""

    def __init__(self, name: str, devices: Mapping[int, Device], time_scale: float = 1.0) -> None:
        """Take devices by device id, and how much faster than real time their physics runs."""
        self.name = name
        self.devices = devices
        self.offline = False
        self._real_step_s = STEP_S / time_scale
        self._steps = 0
        self._offline_steps_left: int | None = None

    @property
    def time_s(self) -> float:
        """Simulated time since power-on."""
        return self._steps * STEP_S

    def step(self) -> None:
        """Advance every device by `STEP_S` of simulated time; a stalled one stands still."""
        self._steps += 1
        self._step_offline()
        for device in self.devices.values():
            device.faults.step(STEP_S)
            if not device.faults.has("stalled"):
                device.permit.step(self._real_step_s)
                device.step()

    def _step_offline(self) -> None:
        if self._offline_steps_left is not None:
            self._offline_steps_left -= 1
            if self._offline_steps_left <= 0:
                self.clear_offline()

    def go_offline(self, for_s: float | None) -> None:
        """Cut the wire, for a simulated time or until cleared."""
        self.offline = True
        self._offline_steps_left = None if for_s is None else max(1, round(for_s / STEP_S))

    def clear_offline(self) -> None:
        """Mend the wire."""
        self.offline = False
        self._offline_steps_left = None

    def write(self, dev_id: int, written: Mapping[str, Value]) -> bool:
        """Take written registers; False if a value is out of range."""
        device = self.devices[dev_id]
        if not device.check(written):
            return False
        if not device.faults.has("stalled"):
            device.write(written)
        return True

    def find(self, which: object) -> Device:
        """Return a device by id or name, the only one if none is named."""
        if which is None and len(self.devices) == 1:
            return next(iter(self.devices.values()))
        for dev_id, device in self.devices.items():
            # True == 1 in Python, but True is no device id.
            if which == device.name or (which == dev_id and not isinstance(which, bool)):
                return device
        known = ", ".join(f"{dev_id} ({d.name})" for dev_id, d in self.devices.items())
        raise WrongRequestError(f"no device {which!r}; give 'device' as one of: {known}")
