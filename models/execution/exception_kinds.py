"""The kinds of exceptions: what each is, how grave by default, and whether its step waits for it.

A kind is the code of the refusal that opened it, or the name of what was found. The order is that
of docs/exceptions.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType
from typing import Final

from models.execution.commands.exceptions import Severity
from models.isa95.work_definition import WorkMaster


@unique
class ExceptionClass(Enum):
    """What the quality system calls it."""

    DEVIATION = "deviation"
    OUT_OF_SPECIFICATION = "out of specification"
    NONCONFORMANCE = "nonconformance"
    REVIEW = "to be reviewed"


@dataclass(frozen=True, slots=True)
class ExceptionKind:
    """One kind of exception.

    ``from_refusal`` when a refused command opens it; ``stops_step`` when its step waits for the
    disposition (otherwise only the release does); ``quality_only`` when no supervisor settles it,
    however grave it is.
    """

    kind: str
    exception_class: ExceptionClass
    severity: Severity
    meaning: str
    from_refusal: bool = False
    stops_step: bool = True
    quality_only: bool = False


DEVIATION: Final = "deviation"
"""The kind of what a person puts on record."""

OVERRIDE: Final = "override"
CORRECTION: Final = "correction"
SUBSTITUTION: Final = "substitution"
SAMPLE_RULE: Final = "sample-rule-violated"
SAMPLE_LATE: Final = "sample-late"
BALANCE: Final = "balance-out-of-limits"

_C, _S = ExceptionClass, Severity

_KINDS: Final = (
    ExceptionKind(
        "weight-out-of-tolerance", _C.NONCONFORMANCE, _S.MAJOR,
        "A weight lies outside of the tolerance of its step.", from_refusal=True,
    ),
    ExceptionKind(
        "evidence-out-of-limits", _C.OUT_OF_SPECIFICATION, _S.MAJOR,
        "A value lies outside of the limits of its step.", from_refusal=True,
    ),
    ExceptionKind(
        BALANCE, _C.NONCONFORMANCE, _S.MAJOR,
        "A reconciliation of labels or of yield does not add up.", from_refusal=True,
    ),
    ExceptionKind(
        "tare-changed", _C.NONCONFORMANCE, _S.MAJOR,
        "The tare of the scale changed between identification and weighing.", from_refusal=True,
    ),
    ExceptionKind(
        "over-consumption", _C.DEVIATION, _S.MINOR,
        "More of a material would be consumed than the job order may.", from_refusal=True,
    ),
    ExceptionKind(
        "device-verification-failed", _C.NONCONFORMANCE, _S.CRITICAL,
        "A detector or checkweigher did not find its test piece.",
    ),
    ExceptionKind(
        "equipment-ran-without-permit", _C.DEVIATION, _S.MAJOR,
        "Equipment ran for a job order of which no step was in progress there.", stops_step=False,
    ),
    ExceptionKind(
        "out-of-specification", _C.OUT_OF_SPECIFICATION, _S.CRITICAL,
        "A laboratory result of the produced lot lies outside of its limits.", stops_step=False,
    ),
    ExceptionKind(
        DEVIATION, _C.DEVIATION, _S.MAJOR, "A person saw that something is not as it should be.",
    ),
    ExceptionKind(
        "branch-to-exception", _C.DEVIATION, _S.MAJOR,
        "The value of a step leads to no other step, but to a decision.", from_refusal=True,
    ),
    ExceptionKind(
        "rework-limit-reached", _C.NONCONFORMANCE, _S.MAJOR,
        "A step would be reworked more often than its WorkMaster allows.", from_refusal=True,
    ),
    ExceptionKind(
        SAMPLE_RULE, _C.DEVIATION, _S.MINOR,
        "The samples of an in-process check show a pattern that chance does not make.",
    ),
    ExceptionKind(
        SAMPLE_LATE, _C.DEVIATION, _S.MINOR,
        "A sample of an in-process check was taken later than its plan says.", stops_step=False,
    ),
    ExceptionKind(
        OVERRIDE, _C.REVIEW, _S.MINOR,
        "Two people let a refusal not count.", stops_step=False, quality_only=True,
    ),
    ExceptionKind(
        CORRECTION, _C.REVIEW, _S.MINOR,
        "A value on record was corrected.", stops_step=False, quality_only=True,
    ),
    ExceptionKind(
        SUBSTITUTION, _C.REVIEW, _S.MINOR,
        "Another material was used in place of the one that the step names.", stops_step=False,
    ),
)  # fmt: skip

EXCEPTION_KINDS: Final[Mapping[str, ExceptionKind]] = MappingProxyType(
    {item.kind: item for item in _KINDS}
)
"""Every kind by its name."""

EXCEPTION_CODES: Final = frozenset(item.kind for item in _KINDS if item.from_refusal)
"""Refusals that, when nothing else stands in the way, open an exception."""

_RANKS: Final = tuple(Severity)


def kind_of(kind: str) -> ExceptionKind:
    """Return the kind of that name; one that nobody knows here is a deviation, and major."""
    unknown = ExceptionKind(kind, _C.DEVIATION, _S.MAJOR, "")
    return EXCEPTION_KINDS.get(kind, unknown)


def severity_of(
    kind: str, work_directive: WorkMaster, reported: Severity | None = None
) -> Severity:
    """Return how grave an exception of the kind is for this product.

    The policy of the product counts before the default of the kind; what a person reports is
    never made less grave than they say. A policy that can't be understood counts as critical.
    """
    policies = (p.severity for p in work_directive.exception_policies if p.kind == kind)
    text = next(policies, None)
    if text is None:
        return reported or kind_of(kind).severity
    known = {item.value: item for item in Severity}
    policy = known.get(text, Severity.CRITICAL)
    return max(policy, reported or policy, key=_RANKS.index)
