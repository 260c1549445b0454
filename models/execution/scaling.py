"""Scaling: a WorkMaster for another batch size, exact to a millionth of each unit (A9)."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    Balance,
    EvidenceSpecification,
    MaterialSpecification,
    StepSpecification,
    WorkMaster,
)

_DECIMALS: Final = Decimal("0.000001")
"""Scaled amounts are rounded to a millionth of their unit, half to even."""

_CONTEXT: Final = Context(prec=80, rounding=ROUND_HALF_EVEN)
"""Products of two amounts of 30 digits fit into it, so only the last step rounds."""

_HUNDRED: Final = Decimal(100)


def scaled(master: WorkMaster, quantity: Quantity) -> WorkMaster:
    """Return the WorkMaster for a batch of ``quantity``: amounts and tolerances in proportion.

    Each is computed from the master's own number, never from a rounded factor. Afterwards no
    material that is small is weighed less exactly than the WorkMaster's rule for small amounts
    allows. What is neither an amount nor in proportion (a temperature) stays as it is.
    """
    made = quantity.to(master.quantity.unit).value
    if made == master.quantity.value:
        proportion = None
    else:
        proportion = _Proportion(made, master.quantity.value)
        master = replace(
            master, quantity=quantity, steps=tuple(proportion.step(one) for one in master.steps)
        )
    if master.micro is None:
        return master
    return replace(master, steps=tuple(_exact(one, master) for one in master.steps))


def vanishes(master: WorkMaster, quantity: Quantity) -> bool:
    """Return whether an amount would be rounded away, so that weighing nothing would do."""
    steps = scaled(master, quantity).steps
    return any(material.quantity.value == 0 for step in steps for material in step.materials)


def percent_of(amount: Quantity, percent: Decimal) -> Quantity:
    """Return so many percent of an amount, exactly."""
    return Quantity(_CONTEXT.multiply(amount.value, percent).scaleb(-2), amount.unit)


@dataclass(frozen=True, slots=True)
class _Proportion:
    """How much larger or smaller a batch is: ``made`` in place of ``nominal``."""

    made: Decimal
    nominal: Decimal

    def number(self, nominal: Decimal) -> Decimal:
        product = _CONTEXT.multiply(nominal, self.made)
        return _CONTEXT.divide(product, self.nominal).quantize(_DECIMALS, ROUND_HALF_EVEN, _CONTEXT)

    def number_or_none(self, nominal: Decimal | None) -> Decimal | None:
        return None if nominal is None else self.number(nominal)

    def amount(self, nominal: Quantity) -> Quantity:
        return Quantity(self.number(nominal.value), nominal.unit)

    def amount_or_none(self, nominal: Quantity | None) -> Quantity | None:
        return None if nominal is None else self.amount(nominal)

    def step(self, item: StepSpecification) -> StepSpecification:
        return replace(
            item,
            materials=tuple(self.material(one) for one in item.materials),
            evidence=tuple(self.evidence(one) for one in item.evidence),
            balances=tuple(self.balance(one) for one in item.balances),
            minimum_capacity=self.amount_or_none(item.minimum_capacity),
        )

    def material(self, item: MaterialSpecification) -> MaterialSpecification:
        return replace(
            item,
            quantity=self.amount(item.quantity),
            below=self.amount(item.below),
            above=self.amount(item.above),
            maximum=self.amount_or_none(item.maximum),
        )

    def evidence(self, item: EvidenceSpecification) -> EvidenceSpecification:
        if not item.in_proportion:
            return item
        lower, upper = self.number_or_none(item.lower), self.number_or_none(item.upper)
        return replace(item, lower=lower, upper=upper)

    def balance(self, item: Balance) -> Balance:
        return replace(item, percent_of=self.number_or_none(item.percent_of))


def _exact(step: StepSpecification, master: WorkMaster) -> StepSpecification:
    return replace(step, materials=tuple(_tightened(one, master) for one in step.materials))


def _tightened(item: MaterialSpecification, master: WorkMaster) -> MaterialSpecification:
    """Return the material with the tolerance of small amounts, where its own is wider."""
    rule = master.micro
    if rule is None or not is_micro(item.quantity, master):
        return item
    widest = percent_of(item.quantity, rule.percent)
    return replace(item, below=min(item.below, widest), above=min(item.above, widest))


def is_micro(amount: Quantity, master: WorkMaster) -> bool:
    """Return whether an amount is small by the rule of the WorkMaster."""
    rule = master.micro
    return rule is not None and amount.converts_to(rule.up_to.unit) and amount <= rule.up_to
