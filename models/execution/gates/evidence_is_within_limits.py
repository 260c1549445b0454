"""Gate: the value is of its kind, and within the limits of the step."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from models.execution.expected import expected_value
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import EvidenceView
from models.isa95.work_definition import EvidenceSpecification, ValueKind


def evidence_is_within_limits(view: EvidenceView) -> Iterator[Refusal]:
    """Refuse ``evidence-not-understood`` or ``evidence-out-of-limits``."""
    wanted = view.specification
    if wanted is None:
        return
    match wanted.kind:
        case ValueKind.NUMBER:
            yield from _number(view, wanted)
        case ValueKind.BOOLEAN:
            if view.value not in ("true", "false"):
                text = f"{view.value!r} is neither true nor false"
                yield refuse("evidence-not-understood", view.evidence_id, text)
            else:
                yield from _expected(view, wanted)
        case ValueKind.TEXT:
            if not view.value.strip():
                yield refuse("evidence-not-understood", view.evidence_id, "the text is empty")
            else:
                yield from _expected(view, wanted)


def _number(view: EvidenceView, wanted: EvidenceSpecification) -> Iterator[Refusal]:
    try:
        number = Decimal(view.value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        text = f"{view.value!r} is not a number"
        yield refuse("evidence-not-understood", view.evidence_id, text)
        return
    low, high = wanted.lower, wanted.upper
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"{'' if low is None else low} to {'' if high is None else high} {wanted.unit}"
        text = f"{wanted.description} is {view.value}; {bounds.strip()} is accepted"
        yield refuse("evidence-out-of-limits", view.evidence_id, text)


def _expected(view: EvidenceView, wanted: EvidenceSpecification) -> Iterator[Refusal]:
    expected = expected_value(wanted, view.at.session.job_order)
    if expected is not None and view.value != expected:
        text = f"{wanted.description} is {view.value!r}; {expected!r} is expected"
        yield refuse("evidence-out-of-limits", view.evidence_id, text)
