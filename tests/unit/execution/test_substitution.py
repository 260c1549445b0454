"""Another material is used only when it is an equivalent and the quality unit has signed for it."""

from dataclasses import replace

import pytest

from models.execution import commands as c
from models.execution import events as e
from models.execution.commands import ExceptionDisposition, Severity
from models.execution.principal import Role
from models.execution.step_state import StepState
from tests import dispensary as d
from tests.world import World, identity

ITEMS = (
    d.definition("SUGAR", substitutes=(("DEXTROSE", "1.25"), ("MALTOSE", "1"))),
    d.definition("DEXTROSE"),
    d.definition("MALTOSE"),
    d.definition("SALT"),
    *d.lot("S-1", "SUGAR", "25.000"),
    *d.lot("D-1", "DEXTROSE", "25.000"),
    *d.lot("M-1", "MALTOSE", "25.000"),
    *d.lot("T-1", "SALT", "25.000"),
)
REQUEST = c.RequestSubstitution(
    station=d.BOOTH,
    material_definition_id="SUGAR",
    substitute_id="DEXTROSE",
    reason="sugar is out of stock",
)
APPROVE = c.ApproveSubstitution(
    job_order_id="JO-1",
    substitution_id="JO-1-S1",
    reason="equivalent by sweetness",
    identity=identity("qa-01"),
)


def dispensing(**wanted: str) -> World:
    return d.dispensing(ITEMS, d.wanted("SUGAR", "4.000", **wanted), d.wanted("SALT", "1.000"))


def requested() -> World:
    world = dispensing()
    assert world.must(REQUEST).result == "JO-1-S1"
    return world


def approved(**wanted: str) -> World:
    world = dispensing(**wanted)
    world.must(REQUEST)
    world.must(APPROVE)
    return world


@pytest.mark.parametrize("prepare", [dispensing, requested])
def test_without_an_approval_the_equivalent_is_refused(prepare: type[World]) -> None:
    world = prepare()
    (refusal,) = world.do(d.scan("D-1-C1")).refusals
    assert refusal.code == "substitution-not-approved"
    assert refusal.offers == ("S-1", "T-1")
    assert not world.job_order("JO-1").exceptions


def test_what_is_no_equivalent_is_the_wrong_material() -> None:
    world = d.dispensing(ITEMS, d.wanted("SUGAR", "4.000"))
    assert world.refused(d.scan("T-1-C1")) == ("material-wrong",)


def test_with_an_approval_so_much_of_it_is_weighed_as_is_equivalent() -> None:
    world = approved()
    assert d.weigh(world, "D-1-C1", "4.000") == ("weight-out-of-tolerance",)
    redo = replace(d.accept("sup-01", "JO-1-E2"), disposition=ExceptionDisposition.REDO)
    world.must(redo)
    assert d.weigh(world, "D-1-C1", "5.000") == ()
    assert d.weigh(world, "T-1-C1", "1.000") == ()
    world.must(d.COMPLETE)
    weighed = next(x for x in world.events if isinstance(x, e.WeightCaptured))
    assert (weighed.material_definition_id, weighed.substitute_for) == ("DEXTROSE", "SUGAR")
    assert str(weighed.target) == "5.000000 kg"
    assert d.step(world).consumed[0].required_id == "SUGAR"


def test_the_approval_is_listed_as_a_minor_exception_that_is_decided() -> None:
    world = approved()
    order = world.job_order("JO-1")
    (listed,) = order.exceptions
    assert (listed.kind, listed.severity) == ("substitution", Severity.MINOR)
    assert listed.disposition is ExceptionDisposition.ACCEPT
    assert listed.signature is not None
    assert (listed.person_id, listed.signature.person_id) == ("op-01", "qa-01")
    assert listed.description == "DEXTROSE in place of SUGAR: sugar is out of stock"
    assert not order.open_exceptions()
    assert d.step(world).state is StepState.IN_PROGRESS
    assert order.substitutions[0].approval == listed.signature


def test_the_original_may_still_be_taken_and_both_are_offered() -> None:
    world = approved()
    (refusal,) = world.do(d.scan("nothing")).refusals
    assert refusal.offers == ("S-1", "T-1", "D-1")
    assert d.weigh(world, "S-1-C1", "4.000") == ()
    assert world.refused(d.scan("D-1-C1")) == ("material-wrong",)


def test_a_part_of_each_adds_up_to_the_whole() -> None:
    world = approved()
    assert d.weigh(world, "S-1-C1", "3.000", partial=True) == ()
    assert d.weigh(world, "D-1-C1", "1.250") == ()


def test_a_substitute_counts_as_what_it_stands_in_for() -> None:
    """5.1 kg stand for 4.08 kg, where 4.05 kg are allowed."""
    world = approved(tolerance="0.500", maximum="4.05")
    assert d.weigh(world, "D-1-C1", "5.100") == ("over-consumption",)
    world.must(d.accept("sup-01", "JO-1-E2"))
    (variance,) = (x for x in world.events if isinstance(x, e.YieldVarianceRecorded))
    assert (variance.material_definition_id, str(variance.consumed)) == ("SUGAR", "4.08 kg")


def test_an_approval_is_for_one_step_alone() -> None:
    wanted = d.wanted("SUGAR", "4.000")
    world = d.ordered(d.described((*ITEMS, d.work_master((wanted,), (wanted,)))))
    world.must(REQUEST)
    world.must(APPROVE)
    assert d.weigh(world, "D-1-C1", "5.000") == ()
    world.must(d.COMPLETE)
    world.must(c.StartStep(station=d.BOOTH, step_id="020"))
    assert world.refused(d.scan("D-1-C1")) == ("substitution-not-approved",)


def test_a_restricted_lot_of_a_substitute_stays_restricted() -> None:
    world = approved()
    hold = c.ChangeLotDisposition(
        material_lot_id="D-1",
        disposition=d.Disposition.RESTRICTED,
        status="hold",
        reason="complaint",
        identity=identity("qa-01"),
    )
    world.must(hold)
    assert world.refused(d.scan("D-1-C1")) == ("material-lot-restricted",)


@pytest.mark.parametrize(
    ("command", "refused", "offers"),
    [
        (
            replace(REQUEST, substitute_id="SALT"),
            "substitute-not-equivalent",
            ("DEXTROSE", "MALTOSE"),
        ),
        (replace(REQUEST, substitute_id="X"), "substitute-not-equivalent", ("DEXTROSE", "MALTOSE")),
        (REQUEST, "substitution-exists", ()),
        (
            replace(REQUEST, step_id="020", substitute_id="MALTOSE"),
            "context-mismatch",
            (),
        ),
    ],
)
def test_a_request_that_can_not_be_is_refused(
    command: c.RequestSubstitution, refused: str, offers: tuple[str, ...]
) -> None:
    (refusal,) = requested().do(command).refusals
    assert (refusal.code, refusal.offers) == (refused, offers)


def test_what_the_step_does_not_need_is_not_substituted() -> None:
    world = requested()
    command = replace(REQUEST, material_definition_id="MALTOSE", substitute_id="SUGAR")
    assert world.refused(command) == ("material-not-needed", "substitute-not-equivalent")
    assert d.weigh(world, "S-1-C1", "4.000") == ()
    assert world.refused(replace(REQUEST, substitute_id="MALTOSE")) == ("material-not-needed",)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"identity": identity("sup-01")}, ["role-not-suitable"]),
        (
            {"identity": replace(identity("op-01"), roles=frozenset({Role.QUALITY}))},
            ["substitution-self-approval"],
        ),
        ({"substitution_id": "JO-1-S2"}, ["substitution-unknown"]),
        ({"job_order_id": "JO-9"}, ["job-order-unknown"]),
        ({}, []),
    ],
)
def test_an_approval_takes_another_person_of_the_quality_unit(
    changes: dict[str, str], refused: list[str]
) -> None:
    assert list(requested().refused(replace(APPROVE, **changes))) == refused  # type: ignore[arg-type]


def test_an_approval_is_given_once() -> None:
    assert approved().refused(APPROVE) == ("substitution-unknown",)
