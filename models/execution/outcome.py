"""What a command comes to. Saying no is a value; only a fault of ours is an exception."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command that was understood and permitted may not happen now.

    ``code`` is stable and documented in docs/refusals.md; ``gate`` the rule that refused;
    ``subject`` what it is about; ``obstacle`` what stands in the way, in a sentence; ``remedy``
    what to do about it; ``offers`` what would be accepted instead, best first.
    """

    code: str
    gate: str
    subject: str
    obstacle: str
    remedy: str
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with an input: where, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """It happened, and it is on record. ``decision_id`` finds the evidence in the log."""

    decision_id: str = ""
    result: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It did not happen, for all of these reasons; the attempt is on record."""

    refusals: tuple[Refusal, ...]
    decision_id: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """It did not happen, because it is not this account's to do; the attempt is on record."""

    code: str
    reason: str
    decision_id: str = ""
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """It could not be understood; nothing happened and nothing was recorded."""

    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """We failed; nothing was acknowledged. ``retry`` says whether trying again may help."""

    reason: str
    retry: bool


Outcome = Accepted | Refused | Denied | Invalid | Fault


def codes(refusals: Iterable[Refusal]) -> tuple[str, ...]:
    """Return the codes of the refusals in their order."""
    return tuple(refusal.code for refusal in refusals)
