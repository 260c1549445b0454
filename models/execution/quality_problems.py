"""What is wrong with the quality rules of a WorkMaster: plans, balances, overrides, policies."""

from collections.abc import Iterator

from models.execution.commands import Severity
from models.execution.overridden import OVERRIDABLE
from models.execution.sampling import NELSON_RULES
from models.isa95.work_definition import StepSpecification, WorkMaster


def quality_problems(master: WorkMaster) -> Iterator[str]:
    """Yield what can't be judged or may not be, each in a sentence."""
    known = {item.evidence_id for step in master.steps for item in step.evidence}
    for step in master.steps:
        yield from _plans(step)
        yield from _balances(step, known)
        for code in step.overridable:
            if code not in OVERRIDABLE:
                yield f"step {step.step_id}: nobody may override {code}"
    for policy in master.exception_policies:
        if policy.severity not in {item.value for item in Severity}:
            yield f"exception policy of {policy.kind}: there is no severity {policy.severity!r}"


def _plans(step: StepSpecification) -> Iterator[str]:
    recorded = {item.evidence_id for item in step.evidence}
    for plan in step.sample_plans:
        where = f"step {step.step_id}, sample plan of {plan.evidence_id}"
        if plan.evidence_id not in recorded:
            yield f"{where}: the step records no such evidence"
        if plan.sigma <= 0:
            yield f"{where}: sigma {plan.sigma} is not more than 0"
        for rule in plan.nelson_rules:
            if rule not in NELSON_RULES:
                yield f"{where}: there is no Nelson rule {rule}"


def _balances(step: StepSpecification, known: set[str]) -> Iterator[str]:
    for balance in step.balances:
        where = f"step {step.step_id}, balance {balance.balance_id}"
        for term in balance.terms:
            if term.evidence_id not in known:
                yield f"{where}: no step records {term.evidence_id}"
        if balance.upper < balance.lower:
            yield f"{where}: the upper limit lies below the lower one"
        if balance.percent_of is not None and balance.percent_of <= 0:
            yield f"{where}: a percentage of {balance.percent_of} is not defined"
