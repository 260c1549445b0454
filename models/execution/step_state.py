"""The life of a step of a job order."""

from collections.abc import Mapping
from enum import Enum, unique
from types import MappingProxyType
from typing import Final


@unique
class StepState(Enum):
    """States of a step. *Complete* is what the operator says, *verified* what another one saw.

    ``HELD`` (ISA-88) and ``EXCEPTION`` are the two ways in which a step is blocked.
    ``NOT_SELECTED`` is a step that a branch led past, ``ABORTED`` one that its job order left.
    """

    PLANNED = "Planned"
    READY = "Ready"
    IN_PROGRESS = "InProgress"
    HELD = "Held"
    EXCEPTION = "Exception"
    COMPLETE = "Complete"
    VERIFIED = "Verified"
    NOT_SELECTED = "NotSelected"
    CLOSED = "Closed"
    ABORTED = "Aborted"


@unique
class StepTransition(Enum):
    """What moves a step."""

    MAKE_READY = "MakeReady"
    LEAVE_OUT = "LeaveOut"
    BEGIN = "Begin"
    HOLD = "Hold"
    RESUME = "Resume"
    OPEN_EXCEPTION = "OpenException"
    CLOSE_EXCEPTION = "CloseException"
    COMPLETE = "Complete"
    VERIFY = "Verify"
    REOPEN = "Reopen"
    CLOSE = "Close"
    ABORT = "Abort"


_S, _T = StepState, StepTransition

STEP_TRANSITIONS: Final[Mapping[tuple[StepState, StepTransition], StepState]] = MappingProxyType(
    {
        (_S.PLANNED, _T.MAKE_READY): _S.READY,
        (_S.PLANNED, _T.LEAVE_OUT): _S.NOT_SELECTED,
        (_S.PLANNED, _T.ABORT): _S.ABORTED,
        (_S.READY, _T.BEGIN): _S.IN_PROGRESS,
        (_S.READY, _T.REOPEN): _S.PLANNED,
        (_S.READY, _T.ABORT): _S.ABORTED,
        (_S.IN_PROGRESS, _T.HOLD): _S.HELD,
        (_S.IN_PROGRESS, _T.OPEN_EXCEPTION): _S.EXCEPTION,
        (_S.IN_PROGRESS, _T.COMPLETE): _S.COMPLETE,
        (_S.IN_PROGRESS, _T.REOPEN): _S.PLANNED,
        (_S.IN_PROGRESS, _T.ABORT): _S.ABORTED,
        (_S.HELD, _T.RESUME): _S.IN_PROGRESS,
        (_S.HELD, _T.REOPEN): _S.PLANNED,
        (_S.HELD, _T.ABORT): _S.ABORTED,
        (_S.EXCEPTION, _T.OPEN_EXCEPTION): _S.EXCEPTION,
        (_S.EXCEPTION, _T.CLOSE_EXCEPTION): _S.IN_PROGRESS,
        (_S.EXCEPTION, _T.HOLD): _S.HELD,
        (_S.EXCEPTION, _T.REOPEN): _S.PLANNED,
        (_S.EXCEPTION, _T.ABORT): _S.ABORTED,
        (_S.COMPLETE, _T.VERIFY): _S.VERIFIED,
        (_S.COMPLETE, _T.REOPEN): _S.PLANNED,
        (_S.COMPLETE, _T.CLOSE): _S.CLOSED,
        (_S.VERIFIED, _T.REOPEN): _S.PLANNED,
        (_S.VERIFIED, _T.CLOSE): _S.CLOSED,
        (_S.NOT_SELECTED, _T.REOPEN): _S.PLANNED,
    }
)
"""Every transition there is; a pair that is not listed is not possible."""
