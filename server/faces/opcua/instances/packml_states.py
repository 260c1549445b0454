"""The three nested state machines of PackML (OPC 30050, 6.3), with the numbers of their nodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class State:
    """A state: its name, and its node in the type."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine; in its last state the next one is active, where there is one."""

    name: str
    type_number: int
    description: str
    states: tuple[State, ...]
    transitions: tuple[int, ...]


MACHINES: Final = (
    Machine(
        "BaseStateMachine", 3, "Whether the machine is aborted, or cleared to be used.",
        (State("Aborting", 61), State("Aborted", 62), State("Cleared", 71)),
        (65, 66, 67),
    ),
    Machine(
        "MachineState", 2, "Whether the cleared machine is stopped, or runs through its cycle.",
        (State("Stopped", 53), State("Stopping", 54), State("Clearing", 55),
         State("Running", 75)),
        (57, 58, 59, 60),
    ),
    Machine(
        "ExecuteState", 1, "Where the machine is in its cycle.",
        (State("Resetting", 27), State("Idle", 28), State("Starting", 29),
         State("Suspending", 30), State("Suspended", 31), State("Unsuspending", 32),
         State("Holding", 33), State("Held", 34), State("Unholding", 35), State("Execute", 36),
         State("Completing", 37), State("Complete", 38)),
        (39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 99, 100, 101, 102, 103),
    ),
)  # fmt: skip

STATES: Final = frozenset(
    state.name for machine in MACHINES for state in machine.states
) - {"Cleared", "Running"}  # fmt: skip
"""The names of the states that a controller says; the other two follow from them."""


def active(name: str | None) -> Iterator[tuple[Machine, State | None]]:
    """Yield each machine with the state it is in; None where it isn't active, or nobody knows."""
    is_found = name is None
    for machine in MACHINES:
        found = next((state for state in machine.states if state.name == name), None)
        if is_found:
            yield machine, None
            continue
        is_found = found is not None
        yield machine, found or machine.states[-1]
