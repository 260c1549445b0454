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

    ``RELEASE`` is what the standard has as an internal cause: the job order is complete. ``STOP``
    ends it early.
    ``SPLIT`` is ours: the job order ends because others, its parts, take its place. So is
    ``CANCEL``, which the standard has as a method only: the job order goes by way of Aborted.
    """

    START = "Start"
    REVOKE_START = "RevokeStart"
    RUN = "Run"
    PAUSE = "Pause"
    RESUME = "Resume"
    RELEASE = "Release"
    STOP = "Stop"
    SPLIT = "Split"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ABORT = "Abort"


_S, _T = JobOrderState, JobOrderTransition

JOB_ORDER_TRANSITIONS: Final[Mapping[tuple[JobOrderState, JobOrderTransition], JobOrderState]] = (
    MappingProxyType(
        {
            (_S.NOT_ALLOWED_TO_START, _T.START): _S.ALLOWED_TO_START,
            (_S.NOT_ALLOWED_TO_START, _T.UPDATE): _S.NOT_ALLOWED_TO_START,
            (_S.NOT_ALLOWED_TO_START, _T.SPLIT): _S.ENDED,
            (_S.NOT_ALLOWED_TO_START, _T.CANCEL): _S.ABORTED,
            (_S.NOT_ALLOWED_TO_START, _T.ABORT): _S.ABORTED,
            (_S.ALLOWED_TO_START, _T.REVOKE_START): _S.NOT_ALLOWED_TO_START,
            (_S.ALLOWED_TO_START, _T.RUN): _S.RUNNING,
            (_S.ALLOWED_TO_START, _T.UPDATE): _S.ALLOWED_TO_START,
            (_S.ALLOWED_TO_START, _T.SPLIT): _S.ENDED,
            (_S.ALLOWED_TO_START, _T.CANCEL): _S.ABORTED,
            (_S.ALLOWED_TO_START, _T.ABORT): _S.ABORTED,
            (_S.RUNNING, _T.PAUSE): _S.INTERRUPTED,
            (_S.RUNNING, _T.RELEASE): _S.ENDED,
            (_S.RUNNING, _T.STOP): _S.ENDED,
            (_S.RUNNING, _T.ABORT): _S.ABORTED,
            (_S.INTERRUPTED, _T.RESUME): _S.RUNNING,
            (_S.INTERRUPTED, _T.STOP): _S.ENDED,
            (_S.INTERRUPTED, _T.ABORT): _S.ABORTED,
        }
    )
)
"""Every transition there is; a pair that is not listed is not possible."""
