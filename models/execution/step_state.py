"""The life of a step of a job order."""

from collections.abc import Mapping
from enum import Enum, unique
from types import MappingProxyType
from typing import Final


@unique
class StepState(Enum):
    """States of a step. *Complete* is what the operator says, *verified* what another one saw."""

    PLANNED = "Planned"
    READY = "Ready"
    IN_PROGRESS = "InProgress"
    EXCEPTION = "Exception"
    COMPLETE = "Complete"
    VERIFIED = "Verified"
    CLOSED = "Closed"


@unique
class StepTransition(Enum):
    """What moves a step."""

    MAKE_READY = "MakeReady"
    BEGIN = "Begin"
    OPEN_EXCEPTION = "OpenException"
    CLOSE_EXCEPTION = "CloseException"
    COMPLETE = "Complete"
    VERIFY = "Verify"
    CLOSE = "Close"


_S, _T = StepState, StepTransition

STEP_TRANSITIONS: Final[Mapping[tuple[StepState, StepTransition], StepState]] = MappingProxyType(
    {
        (_S.PLANNED, _T.MAKE_READY): _S.READY,
        (_S.READY, _T.BEGIN): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _T.OPEN_EXCEPTION): _S.EXCEPTION,
        (_S.EXCEPTION, _T.OPEN_EXCEPTION): _S.EXCEPTION,
        (_S.EXCEPTION, _T.CLOSE_EXCEPTION): _S.IN_PROGRESS,
        (_S.IN_PROGRESS, _T.COMPLETE): _S.COMPLETE,
        (_S.COMPLETE, _T.VERIFY): _S.VERIFIED,
        (_S.COMPLETE, _T.CLOSE): _S.CLOSED,
        (_S.VERIFIED, _T.CLOSE): _S.CLOSED,
    }
)
"""Every transition there is; a pair that is not listed is not possible."""
