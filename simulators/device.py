"""What a PLC asks of a device behind it, whatever it is."""

from collections.abc import Mapping
from typing import Final, Protocol

from simulators.faults import Faults
from simulators.permit import Permit
from simulators.register_map import RegisterTable, Value

# One scan of the simulated PLC: physics always advances in steps of this size, so that the same
# seed gives the same values whatever the time scale and the load of the computer.
STEP_S: Final = 0.1


class WrongRequestError(ValueError):
    """A wish from outside that makes no sense; the text says what would."""


class Device(Protocol):
    """A simulated device: physics stepped from outside, values read and written by name."""

    @property
    def name(self) -> str:
        """The name of the device in its scenario."""
        ...

    @property
    def table(self) -> RegisterTable:
        """The declared registers."""
        ...

    @property
    def faults(self) -> Faults:
        """The faults it has now."""
        ...

    @property
    def permit(self) -> Permit:
        """The permit it watches."""
        ...

    def step(self) -> None:
        """Advance by `STEP_S` of simulated time."""
        ...

    def values(self) -> Mapping[str, Value]:
        """Return the value of every register."""
        ...

    def check(self, written: Mapping[str, Value]) -> bool:
        """Tell whether written values are within range."""
        ...

    def write(self, written: Mapping[str, Value]) -> None:
        """Take values that were checked."""
        ...

    def truth(self) -> Mapping[str, float | str | bool]:
        """Return the physical truth, which no register knows."""
        ...
