"""The life of a job order: states and transitions of OPC 10031-4 V2, 6.3, and one of ours."""

from collections.abc import Mapping
from enum import Enum, unique
from types import MappingProxyType
from typing import Final


@unique
class JobOrderState(Enum):
    """States of a job order (ISA95JobOrderReceiverObjectType)."""

    NOT_ALLOWED_TO_START = "NotAllowedToStart"
    ALLOWED_TO_START = "AllowedToStart"
    RUNNING = "Running"
    INTERRUPTED = "Interrupted"
    ENDED = "Ended"
    ABORTED = "Aborted"


@unique
class JobOrderTransition(Enum):
    """What moves a job order; ``RUN`` has no method: work begins with the first step.

    ``SPLIT`` is ours: the job order ends because others, its parts, take its place.
    """

    START = "Start"
    REVOKE_START = "RevokeStart"
    RUN = "Run"
    PAUSE = "Pause"
    RESUME = "Resume"
    STOP = "Stop"
    SPLIT = "Split"
    ABORT = "Abort"


_S, _T = JobOrderState, JobOrderTransition

JOB_ORDER_TRANSITIONS: Final[Mapping[tuple[JobOrderState, JobOrderTransition], JobOrderState]] = (
    MappingProxyType(
        {
            (_S.NOT_ALLOWED_TO_START, _T.START): _S.ALLOWED_TO_START,
            (_S.NOT_ALLOWED_TO_START, _T.SPLIT): _S.ENDED,
            (_S.NOT_ALLOWED_TO_START, _T.ABORT): _S.ABORTED,
            (_S.ALLOWED_TO_START, _T.REVOKE_START): _S.NOT_ALLOWED_TO_START,
            (_S.ALLOWED_TO_START, _T.RUN): _S.RUNNING,
            (_S.ALLOWED_TO_START, _T.SPLIT): _S.ENDED,
            (_S.ALLOWED_TO_START, _T.ABORT): _S.ABORTED,
            (_S.RUNNING, _T.PAUSE): _S.INTERRUPTED,
            (_S.RUNNING, _T.STOP): _S.ENDED,
            (_S.RUNNING, _T.ABORT): _S.ABORTED,
            (_S.INTERRUPTED, _T.RESUME): _S.RUNNING,
            (_S.INTERRUPTED, _T.ABORT): _S.ABORTED,
        }
    )
)
"""Every transition there is; a pair that is not listed is not possible."""
