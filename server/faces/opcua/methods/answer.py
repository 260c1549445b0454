"""The way out: an outcome as the outputs and the status of a Call (OPC 10031-4, Annex B.2)."""

from typing import Any, Final, assert_never

from asyncua import ua

from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Refused
from models.execution.refusal_codes import REFUSAL_KINDS
from server.faces.opcua.methods.method_call import MethodAnswer

NO_ERROR: Final = 1 << 0
UNABLE_TO_ACCEPT: Final = 1 << 4
INVALID_REQUEST: Final = 1 << 32
"""Bits of ReturnStatus; those of the refusal groups stand in models.execution.refusal_codes."""


DENIED_TO_SESSION: Final = frozenset({"role-denied", "station-denied"})
"""Denials that say whose the method is, and so were to be seen as UserExecutable = false."""


def answer(outcome: Outcome, *, is_check: bool = False) -> MethodAnswer:
    """Return what the client gets: Good when it happened, else Uncertain with outputs.

    A method that is not the session's is BadUserAccessDenied and has no outputs; but asking about
    it with Check is everybody's.
    """
    if isinstance(outcome, Denied) and outcome.code in DENIED_TO_SESSION and not is_check:
        return MethodAnswer(status=ua.StatusCode(ua.UInt32(ua.StatusCodes.BadUserAccessDenied)))
    code = ua.StatusCodes.Good if isinstance(outcome, Accepted) else ua.StatusCodes.Uncertain
    return MethodAnswer(outputs=_outputs(outcome), status=ua.StatusCode(ua.UInt32(code)))


def return_status(outcome: Outcome) -> int:
    """Return the bits of ReturnStatus: bit 0 alone when it happened, never 0."""
    match outcome:
        case Accepted():
            return NO_ERROR
        case Refused():
            bits = 0
            for refusal in outcome.refusals:
                kind = REFUSAL_KINDS.get(refusal.code)
                bits |= 1 << kind.group.value if kind else UNABLE_TO_ACCEPT
            return bits or UNABLE_TO_ACCEPT
        case Denied() | Fault():
            return UNABLE_TO_ACCEPT
        case Invalid():
            return INVALID_REQUEST
        case _:
            assert_never(outcome)


def _outputs(outcome: Outcome) -> tuple[Any, ...]:
    codes, messages, offers = _reasons(outcome)
    return (
        ua.Variant(return_status(outcome), ua.VariantType.UInt64),
        type(outcome).__name__,
        codes,
        [ua.LocalizedText(message) for message in messages],
        offers,
        getattr(outcome, "decision_id", ""),
        getattr(outcome, "duplicate", False),
        getattr(outcome, "result", ""),
    )


def _reasons(outcome: Outcome) -> tuple[list[str], list[str], list[str]]:
    """Return codes, messages and offers."""
    match outcome:
        case Accepted():
            return [], [], []
        case Refused(refusals=refusals):
            offers = dict.fromkeys(offer for refusal in refusals for offer in refusal.offers)
            return (
                [refusal.code for refusal in refusals],
                [f"{refusal.obstacle}. {refusal.remedy}" for refusal in refusals],
                list(offers),
            )
        case Denied(code=code, reason=reason):
            return [code], [reason], []
        case Invalid(problems=problems):
            return (
                ["invalid-request"] * len(problems),
                [f"{problem.where}: {problem.reason}" for problem in problems],
                [],
            )
        case Fault(reason=reason, retry=retry):
            advice = "Try again." if retry else "Trying again will not help: tell the operator."
            return ["fault"], [f"{reason} {advice}"], []
        case _:
            assert_never(outcome)
