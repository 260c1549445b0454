"""The PackML unit state machine (ANSI/ISA-TR88.00.02, as OPC 30050 draws it) as a table."""

from collections.abc import Mapping
from enum import IntEnum, unique
from typing import Final


@unique
class State(IntEnum):
    """The 17 states with the numbers of the PackTag Status.StateCurrent."""

    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15
    COMPLETING = 16
    COMPLETE = 17


@unique
class Command(IntEnum):
    """The commands with the numbers of the PackTag Command.CntrlCmd."""

    RESET = 1
    START = 2
    STOP = 3
    HOLD = 4
    UNHOLD = 5
    SUSPEND = 6
    UNSUSPEND = 7
    ABORT = 8
    CLEAR = 9
    COMPLETE = 10


# What an acting state becomes when its work is done ("state complete").
STATE_COMPLETE: Final[Mapping[State, State]] = {
    State.RESETTING: State.IDLE,
    State.STARTING: State.EXECUTE,
    State.EXECUTE: State.COMPLETING,
    State.COMPLETING: State.COMPLETE,
    State.HOLDING: State.HELD,
    State.UNHOLDING: State.EXECUTE,
    State.SUSPENDING: State.SUSPENDED,
    State.UNSUSPENDING: State.EXECUTE,
    State.STOPPING: State.STOPPED,
    State.ABORTING: State.ABORTED,
    State.CLEARING: State.STOPPED,
}

_NOT_STOPPABLE: Final = {
    State.STOPPED,
    State.STOPPING,
    State.ABORTING,
    State.ABORTED,
    State.CLEARING,
}
_HOLDABLE: Final = (
    State.EXECUTE,
    State.STARTING,
    State.UNHOLDING,
    State.SUSPENDING,
    State.SUSPENDED,
    State.UNSUSPENDING,
)

TRANSITIONS: Final[Mapping[tuple[State, Command], State]] = {
    (State.STOPPED, Command.RESET): State.RESETTING,
    (State.COMPLETE, Command.RESET): State.RESETTING,
    (State.IDLE, Command.START): State.STARTING,
    (State.HELD, Command.UNHOLD): State.UNHOLDING,
    (State.EXECUTE, Command.SUSPEND): State.SUSPENDING,
    (State.SUSPENDED, Command.UNSUSPEND): State.UNSUSPENDING,
    (State.EXECUTE, Command.COMPLETE): State.COMPLETING,
    (State.ABORTED, Command.CLEAR): State.CLEARING,
    **{(s, Command.HOLD): State.HOLDING for s in _HOLDABLE},
    **{(s, Command.STOP): State.STOPPING for s in State if s not in _NOT_STOPPABLE},
    **{
        (s, Command.ABORT): State.ABORTING
        for s in State
        if s not in {State.ABORTING, State.ABORTED}
    },
}


def after(state: State, command: Command) -> State | None:
    """Return the state a command leads to, None where PackML does not know the command."""
    return TRANSITIONS.get((state, command))
