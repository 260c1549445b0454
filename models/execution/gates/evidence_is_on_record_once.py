"""Gate: what is on record is corrected with a reason, and not written over."""

from collections.abc import Iterator

from models.execution.commands import ExceptionDisposition
from models.execution.outcome import Refusal
from models.execution.records import Evidence
from models.execution.refusal_codes import refuse
from models.execution.views import EvidenceView

_ANEW = (
    ExceptionDisposition.REDO,
    ExceptionDisposition.ADJUST,
    ExceptionDisposition.SUBSTITUTE,
)


def evidence_is_on_record_once(view: EvidenceView) -> Iterator[Refusal]:
    """Refuse ``evidence-on-record`` for a value that the step has (21 CFR 11.10(e)).

    Samples of a plan are many. What was recorded before a disposition sent the step back to work
    may be recorded anew.
    """
    plans = view.at.specification.sample_plans
    found = next((x for x in view.at.step.evidence if x.evidence_id == view.evidence_id), None)
    sampled = any(plan.evidence_id == view.evidence_id for plan in plans)
    if found is not None and not sampled and not _to_be_done_anew(view, found):
        text = f"{view.at.subject} has {found.value!r} on record for {view.evidence_id}"
        yield refuse("evidence-on-record", view.evidence_id, text)


def _to_be_done_anew(view: EvidenceView, found: Evidence) -> bool:
    return any(
        item.step_id == view.at.step.step_id
        and item.disposition in _ANEW
        and item.signature is not None
        and item.signature.time > found.time
        for item in view.at.session.job_order.exceptions
    )
