"""What a further sample of an in-process check says: a pattern, or that it comes late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from models.execution import events as e
from models.execution.exception_kinds import SAMPLE_LATE, SAMPLE_RULE
from models.execution.finding import Finding, open_exception
from models.execution.records import Evidence
from models.execution.sampling import NELSON_RULES, number_of, signals
from models.execution.views import EvidenceView
from models.isa95.work_definition import SamplePlan


def is_sampled(view: EvidenceView) -> bool:
    """Return whether the value is a sample of a plan of the step."""
    return _plan(view) is not None


def _plan(view: EvidenceView) -> SamplePlan | None:
    plans = view.at.specification.sample_plans
    return next((plan for plan in plans if plan.evidence_id == view.evidence_id), None)


def sample_exceptions(view: EvidenceView) -> tuple[e.ExceptionOpened, ...]:
    """Return the exceptions that the value opens as a sample; it goes on record all the same."""
    plan, number = _plan(view), number_of(view.value)
    if plan is None or number is None:
        return ()
    order, directive = view.at.session.job_order, view.at.session.directive.work_directive
    found = (*_late(view, plan), *_pattern(view, plan, number))
    return tuple(
        open_exception(order, directive, finding, before=place)
        for place, finding in enumerate(found)
    )


def _samples(view: EvidenceView) -> tuple[Evidence, ...]:
    return tuple(x for x in view.at.step.samples if x.evidence_id == view.evidence_id)


def _late(view: EvidenceView, plan: SamplePlan) -> Iterator[Finding]:
    taken = [item.time for item in _samples(view)]
    last = taken[-1] if taken else view.at.step.start_time
    if plan.every_min is None or last is None:
        return
    passed = view.at.session.time - last
    if passed > timedelta(minutes=plan.every_min):
        minutes = passed.total_seconds() / 60
        text = f"a sample of {plan.evidence_id} came after {minutes:.1f} min"
        yield _finding(view, SAMPLE_LATE, f"{text}; every {plan.every_min:g} min is planned")


def _pattern(view: EvidenceView, plan: SamplePlan, number: Decimal) -> Iterator[Finding]:
    """Yield that rules are broken; a series begins anew after a signal that was settled."""
    since = _settled(view)
    values = [number_of(x.value) for x in _samples(view) if since is None or x.time > since]
    broken = signals(plan, [*(value for value in values if value is not None), number])
    if broken:
        texts = "; ".join(f"rule {rule}: {NELSON_RULES[rule].meaning}" for rule in broken)
        yield _finding(view, SAMPLE_RULE, f"samples of {plan.evidence_id} break {texts}")


def _settled(view: EvidenceView) -> datetime | None:
    """Return when the last signal about these samples was settled."""
    times = [
        item.signature.time
        for item in view.at.session.job_order.exceptions
        if (item.kind, item.subject) == (SAMPLE_RULE, view.evidence_id) and item.signature
    ]
    return max(times, default=None)


def _finding(view: EvidenceView, kind: str, text: str) -> Finding:
    return Finding(
        kind=kind,
        description=text,
        step_id=view.at.step.step_id,
        person_id=view.at.session.person_id,
        subject=view.evidence_id,
        equipment_id=view.at.session.station,
    )
