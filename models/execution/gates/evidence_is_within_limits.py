"""Gate: the value is of its kind, and within the limits of the step."""

from collections.abc import Iterator

from models.execution.limits import outside_limits
from models.execution.outcome import Refusal
from models.execution.views import EvidenceView


def evidence_is_within_limits(view: EvidenceView) -> Iterator[Refusal]:
    """Refuse ``evidence-not-understood`` or ``evidence-out-of-limits``."""
    if view.specification is not None:
        yield from outside_limits(view.specification, view.value, view.at.session.job_order)
