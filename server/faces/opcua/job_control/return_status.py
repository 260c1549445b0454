"""ReturnStatus: what came of a call, as a map of bits (OPC 10031-4, Annex B.2).

The bits below 33 are the standard's; those from 33 on are ours, one per group of refusals. What was
refused has at least one of the standard's, so that a client which knows only these understands.
"""

from typing import Final

from asyncua import ua

from models.execution.outcome import Accepted, Denied, Invalid, Outcome, Refused
from server.faces.opcua.methods.answer import (
    DENIED_TO_SESSION,
    INVALID_REQUEST,
    NO_ERROR,
    UNABLE_TO_ACCEPT,
    return_status,
)
from server.faces.opcua.methods.method_call import MethodAnswer

UNKNOWN_JOB_ORDER_ID: Final = 1 << 1
INVALID_JOB_ORDER_STATUS: Final = 1 << 3
SIGNATURE_REQUIRED: Final = 1 << 62
"""Ours: only a signature does it, which the methods of the standard have no place for."""

SIGNATURE_MISSING: Final = "signature-missing"
"""The code of the denial of a command that has to be signed and was not."""

_OF_STATE: Final = frozenset(
    {
        "job-order-held",
        "job-order-not-active",
        "job-order-not-cancellable",
        "job-order-not-clearable",
        "job-order-not-held",
        "job-order-not-revocable",
        "job-order-not-running",
        "job-order-not-startable",
        "job-order-not-stoppable",
        "job-order-not-updatable",
    }
)
"""Refusals that say that the job order is in a state in which this is not possible."""


def bits(outcome: Outcome) -> int:
    """Return the ReturnStatus of a method of the standard; 1 alone when it happened, never 0."""
    found = return_status(outcome)
    if isinstance(outcome, Refused):
        for refusal in outcome.refusals:
            found |= _standard_bit(refusal.code)
    if isinstance(outcome, Denied) and outcome.code == SIGNATURE_MISSING:
        found |= SIGNATURE_REQUIRED
    return found


def _standard_bit(code: str) -> int:
    if code == "job-order-unknown":
        return UNKNOWN_JOB_ORDER_ID
    return INVALID_JOB_ORDER_STATUS if code in _OF_STATE else UNABLE_TO_ACCEPT


def answered(outcome: Outcome, *outputs: object, also: int = 0) -> MethodAnswer:
    """Return the answer to a call: Good with 1, else Uncertain with bits; ``outputs`` come first.

    What is not this account's to do is a question of permission, and BadUserAccessDenied.
    """
    if isinstance(outcome, Denied) and outcome.code in DENIED_TO_SESSION:
        return MethodAnswer(status=ua.StatusCode(ua.UInt32(ua.StatusCodes.BadUserAccessDenied)))
    code = ua.StatusCodes.Good if isinstance(outcome, Accepted) else ua.StatusCodes.Uncertain
    status = ua.Variant(bits(outcome) | also, ua.VariantType.UInt64)
    return MethodAnswer(outputs=(*outputs, status), status=ua.StatusCode(ua.UInt32(code)))


__all__ = (
    "INVALID_JOB_ORDER_STATUS",
    "INVALID_REQUEST",
    "NO_ERROR",
    "SIGNATURE_MISSING",
    "SIGNATURE_REQUIRED",
    "UNABLE_TO_ACCEPT",
    "UNKNOWN_JOB_ORDER_ID",
    "Invalid",
    "answered",
    "bits",
)
