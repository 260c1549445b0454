"""Whether a value is of its kind and within the limits of the step, from whomever it comes."""

from collections.abc import Iterator

from models.execution.expected import expected_value
from models.execution.outcome import Refusal
from models.execution.records import JobOrderRecord
from models.execution.refusal_codes import refuse
from models.execution.sampling import number_of
from models.isa95.work_definition import EvidenceSpecification, ValueKind


def outside_limits(
    wanted: EvidenceSpecification, value: str, order: JobOrderRecord
) -> Iterator[Refusal]:
    """Yield ``evidence-not-understood`` or ``evidence-out-of-limits`` about the value."""
    name = wanted.evidence_id
    if wanted.kind is ValueKind.NUMBER:
        yield from _number(wanted, value)
    elif wanted.kind is ValueKind.BOOLEAN and value not in ("true", "false"):
        text = f"{value!r} is neither true nor false"
        yield refuse("evidence-not-understood", name, text)
    elif wanted.kind is ValueKind.TEXT and not value.strip():
        yield refuse("evidence-not-understood", name, "the text is empty")
    else:
        expected = expected_value(wanted, order)
        if expected is not None and value != expected:
            text = f"{wanted.description} is {value!r}; {expected!r} is expected"
            yield refuse("evidence-out-of-limits", name, text)


def _number(wanted: EvidenceSpecification, value: str) -> Iterator[Refusal]:
    number = number_of(value)
    if number is None:
        text = f"{value!r} is not a number"
        yield refuse("evidence-not-understood", wanted.evidence_id, text)
        return
    low, high = wanted.lower, wanted.upper
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"{'' if low is None else low} to {'' if high is None else high} {wanted.unit}"
        text = f"{wanted.description} is {value}; {bounds.strip()} is accepted"
        yield refuse("evidence-out-of-limits", wanted.evidence_id, text)
