"""Scaling: amounts, tolerances and limits of other batch sizes, exact to a millionth (A9)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.execution.scaling import percent_of, scaled, vanishes
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Balance, BalanceTerm, MicroTolerance, WorkMaster
from tests import world as w


def kg(text: str) -> Quantity:
    return w.kilograms(text)


def vitamin() -> WorkMaster:
    """Return the record of 15.150 kg: 10 kg of active, 5 of cellulose, 0.15 of stearate."""
    return next(item for item in w.PLANT.work_masters if item.work_master_id == "WM-VITC-500")


@pytest.mark.parametrize(
    ("batch", "active", "active_tolerance", "stearate", "stearate_tolerance"),
    [
        # batch kg, and amounts computed by hand: 10 * batch / 15.15, rounded half to even
        ("15.150", "10.000", "0.100", "0.1500", "0.0030"),
        ("7.575", "5.000000", "0.050000", "0.075000", "0.001500"),
        ("30.300", "20.000000", "0.200000", "0.300000", "0.006000"),
        ("151.5", "100.000000", "1.000000", "1.500000", "0.030000"),
        ("1", "0.660066", "0.006601", "0.009901", "0.000198"),
        ("10", "6.600660", "0.066007", "0.099010", "0.001980"),
        ("5.05", "3.333333", "0.033333", "0.050000", "0.001000"),
        ("0.00015", "0.000099", "0.000001", "0.000001", "0.000000"),
        ("15.15000000001", "10.000000", "0.100000", "0.150000", "0.003000"),
        ("999999", "660065.346535", "6600.653465", "9900.980198", "198.019604"),
    ],
)
def test_amounts_and_tolerances_are_in_proportion(
    batch: str, active: str, active_tolerance: str, stearate: str, stearate_tolerance: str
) -> None:
    made = scaled(replace(vitamin(), micro=None), kg(batch))
    weighed = [step.materials[0] for step in made.steps[:3]]
    assert made.quantity == kg(batch)
    assert (weighed[0].quantity, weighed[0].below) == (kg(active), kg(active_tolerance))
    assert (weighed[2].quantity, weighed[2].above) == (kg(stearate), kg(stearate_tolerance))


def test_a_batch_in_another_unit_is_the_same_batch() -> None:
    grams = scaled(vitamin(), Quantity.parse("7575 g"))
    kilograms = scaled(vitamin(), kg("7.575"))
    assert grams.steps == kilograms.steps
    assert scaled(vitamin(), Quantity.parse("15150 g")).steps == vitamin().steps


def test_what_is_no_amount_stays_as_it_is() -> None:
    made, master = scaled(vitamin(), kg("7.575")), vitamin()
    check = master.step("050")
    assert check is not None
    assert check.evidence
    assert made.step("050") == check
    assert [step.instruction for step in made.steps] == [s.instruction for s in master.steps]


def test_the_most_that_is_consumed_capacity_limits_and_the_theoretical_yield_grow() -> None:
    first, *others = vitamin().steps
    (material,) = first.materials
    counted = replace(vitamin().steps[5].evidence[1], lower=Decimal(19000), upper=Decimal(20200))
    balance = Balance(
        balance_id="yield",
        description="Yield",
        terms=(BalanceTerm(evidence_id="x"),),
        unit="%",
        lower=Decimal(95),
        upper=Decimal(101),
        percent_of=Decimal("15.15"),
    )
    step = replace(
        first,
        materials=(replace(material, maximum=kg("10.1")),),
        evidence=(replace(counted, in_proportion=True), replace(counted, in_proportion=False)),
        balances=(balance,),
        minimum_capacity=Quantity.parse("60 l"),
    )
    made = scaled(replace(vitamin(), steps=(step, *others)), kg("7.575")).steps[0]
    assert made.materials[0].maximum == kg("5.050000")
    assert made.minimum_capacity == Quantity.parse("30.000000 l")
    assert [(e.lower, e.upper) for e in made.evidence] == [(9500, 10100), (19000, 20200)]
    (scaled_balance,) = made.balances
    assert (scaled_balance.percent_of, scaled_balance.lower) == (Decimal("7.575"), 95)


@pytest.mark.parametrize(
    ("batch", "tolerance"),
    [
        ("15.150", "0.0030"),  # 0.1500 kg are more than 0.1000 kg: their own 2 % hold
        ("7.575", "0.00075000"),  # 0.0750 kg are small: 1 %
        ("1", "0.00009901"),
    ],
)
def test_what_becomes_small_is_weighed_more_exactly(batch: str, tolerance: str) -> None:
    master = replace(vitamin(), micro=MicroTolerance(up_to=kg("0.1"), percent=Decimal(1)))
    stearate = scaled(master, kg(batch)).steps[2].materials[0]
    assert (stearate.below, stearate.above) == (kg(tolerance), kg(tolerance))


def test_a_tighter_tolerance_of_a_small_amount_stays() -> None:
    rule = MicroTolerance(up_to=kg("1"), percent=Decimal(50))
    made = scaled(replace(vitamin(), micro=rule), kg("7.575"))
    assert made.steps[2].materials[0].below == kg("0.001500")


@pytest.mark.parametrize(("batch", "gone"), [("0.00005", True), ("0.00006", False)])
def test_an_amount_that_would_round_to_nothing_is_noticed(batch: str, gone: bool) -> None:  # noqa: FBT001
    assert vanishes(vitamin(), kg(batch)) is gone


def test_percent_are_exact() -> None:
    assert percent_of(kg("10.000"), Decimal("1.5")) == kg("0.150000")
    assert percent_of(Quantity.parse("3 g"), Decimal("0.1")) == Quantity.parse("0.003 g")


@given(
    st.decimals(min_value="0.01", max_value="1000000", places=6, allow_nan=False),
    st.decimals(min_value="0.01", max_value="1000000", places=6, allow_nan=False),
)
def test_no_amount_is_off_by_more_than_half_a_millionth(batch: Decimal, nominal: Decimal) -> None:
    first, *others = vitamin().steps
    material = replace(first.materials[0], quantity=Quantity(nominal, "kg"))
    master = replace(vitamin(), steps=(replace(first, materials=(material,)), *others))
    made = scaled(master, Quantity(batch, "kg")).steps[0].materials[0].quantity.value
    exact = Fraction(nominal) * Fraction(batch) / Fraction(15150, 1000)
    assert abs(Fraction(made) - exact) <= Fraction(1, 2_000_000)
