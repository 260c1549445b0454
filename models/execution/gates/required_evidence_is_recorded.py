"""Gate: everything that the step asks for is on record."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def required_evidence_is_recorded(view: StepView) -> Iterator[Refusal]:
    """Refuse ``evidence-missing`` for each evidence without a value on record."""
    done = {item.evidence_id for item in view.step.evidence}
    for wanted in view.specification.evidence:
        if wanted.evidence_id not in done:
            text = f"{wanted.description} is not on record for {view.subject}"
            yield refuse("evidence-missing", wanted.evidence_id, text)
