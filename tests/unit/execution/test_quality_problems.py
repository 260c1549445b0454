"""A WorkMaster whose quality rules can't be judged is not approved."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.execution.quality_problems import quality_problems
from models.isa95.work_definition import BalanceTerm, ExceptionPolicy, StepSpecification
from tests.packing import LABELS, MASTER, PLAN, STEPS

LABELLED, SAMPLED = STEPS[1], replace(STEPS[2], overridable=())


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (replace(SAMPLED, sample_plans=(replace(PLAN, sigma=Decimal(0)),)), "sigma 0"),
        (replace(SAMPLED, sample_plans=(replace(PLAN, nelson_rules=(9,)),)), "no Nelson rule 9"),
        (replace(SAMPLED, sample_plans=(replace(PLAN, evidence_id="x"),)), "no such evidence"),
        (replace(SAMPLED, overridable=("self-verification",)), "nobody may override"),
        (replace(LABELLED, balances=(replace(LABELS, lower=Decimal(1)),)), "upper limit"),
        (replace(LABELLED, balances=(replace(LABELS, percent_of=Decimal(0)),)), "percentage"),
        (
            replace(LABELLED, balances=(replace(LABELS, terms=(BalanceTerm(evidence_id="x"),)),)),
            "no step records x",
        ),
    ],
)
def test_each_mistake_is_told(step: StepSpecification, problem: str) -> None:
    (found,) = quality_problems(replace(MASTER, steps=(*STEPS[:2], step, SAMPLED)[1:]))
    assert problem in found


def test_a_severity_that_nobody_knows_is_told() -> None:
    policy = ExceptionPolicy(kind="deviation", severity="grave")
    steps = (*STEPS[:2], SAMPLED)
    (found,) = quality_problems(replace(MASTER, steps=steps, exception_policies=(policy,)))
    assert "'grave'" in found
    assert not list(quality_problems(replace(MASTER, steps=steps)))
