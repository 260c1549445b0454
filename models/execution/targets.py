"""How much of a material is to be weighed: scaled, compensated for potency, less what was drawn.

An active is asked for as so much of a lot of ``nominal_potency``; of a weaker lot it takes more.
A filler takes up the difference, so that the batch keeps its size.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Final

from models.execution.outcome import Refusal
from models.execution.records import ConsumedMaterial, JobOrderRecord, StepRecord
from models.execution.refusal_codes import refuse
from models.isa95.material import MaterialLot
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification, WorkMaster

_DECIMALS: Final = Decimal("0.000001")
"""Compensated amounts are rounded to a millionth of their unit, half to even."""

_CONTEXT: Final = Context(prec=60, traps=[InvalidOperation])
_POTENCIES: Final = (Decimal(1), Decimal(1000))
"""Percent; what lies outside is a mistake, not an assay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked for of a lot, and how far the sum of all draws may lie from it.

    ``quantity`` is the amount had it all come from this lot; ``drawn`` what earlier partial draws
    have already brought, as an amount of this lot.
    """

    quantity: Quantity
    below: Quantity
    above: Quantity
    drawn: Quantity

    @property
    def remaining(self) -> Quantity:
        """What is still to be weighed."""
        return self.quantity - self.drawn

    @property
    def lower(self) -> Quantity:
        """The least that this draw may be when it is the last one."""
        return self.remaining - self.below

    @property
    def upper(self) -> Quantity:
        """The most that this draw may be."""
        return self.remaining + self.above


def target_of(
    wanted: MaterialSpecification,
    lot: MaterialLot,
    order: JobOrderRecord,
    step: StepRecord,
    directive: WorkMaster,
    factor: Decimal = Decimal(1),
) -> Target | Refusal:
    """Return what is to be weighed of a lot, or why that can't be said.

    ``factor`` is that of a substitute. Refuses ``potency-unknown``, ``active-not-weighed`` and
    ``compensation-not-possible``.
    """
    amount = _compensated(wanted, lot, factor)
    if isinstance(amount, Quantity) and wanted.compensates_for:
        amount = _filled(amount, wanted, order, directive, factor)
    if isinstance(amount, Refusal):
        return amount
    name = wanted.material_definition_id
    if amount.value <= 0 or wanted.quantity.value <= 0:
        text = f"the target of {name} would be {amount}"
        return refuse("compensation-not-possible", name, text)
    draws = tuple(item for item in step.consumed if item.required_id == name)
    return Target(
        quantity=amount,
        below=_in_proportion(wanted.below, amount, wanted.quantity),
        above=_in_proportion(wanted.above, amount, wanted.quantity),
        drawn=sum((_as_of(item, amount) for item in draws), start=amount - amount),
    )


def has_potency(lot: MaterialLot) -> bool:
    """Return whether the lot has a potency that a target can depend on."""
    return lot.potency is not None and _POTENCIES[0] <= lot.potency <= _POTENCIES[1]


def _compensated(
    wanted: MaterialSpecification, lot: MaterialLot, factor: Decimal
) -> Quantity | Refusal:
    nominal = wanted.quantity if factor == 1 else _times(wanted.quantity, factor, Decimal(1))
    if wanted.nominal_potency is None:
        return nominal
    name = wanted.material_definition_id
    if lot.potency is None:
        text = f"lot {lot.material_lot_id} has no potency, which the target of {name} depends on"
        return refuse("potency-unknown", lot.material_lot_id, text)
    if not has_potency(lot):
        text = f"lot {lot.material_lot_id} has a potency of {lot.potency} %"
        return refuse("compensation-not-possible", lot.material_lot_id, text)
    return _times(nominal, wanted.nominal_potency, lot.potency)


def _filled(
    amount: Quantity,
    wanted: MaterialSpecification,
    order: JobOrderRecord,
    directive: WorkMaster,
    factor: Decimal,
) -> Quantity | Refusal:
    """Add what the actives were asked for less than nominally, and take away what more."""
    name = wanted.material_definition_id
    for active in wanted.compensates_for:
        difference = _difference(active, order, directive)
        if difference is None:
            text = f"{name} makes up for {active}, which has not been weighed"
            return refuse("active-not-weighed", active, text)
        for nominal, asked in difference:
            if not (nominal.converts_to(amount.unit) and asked.converts_to(amount.unit)):
                text = f"{name} is weighed in {amount.unit} and can't make up for {nominal}"
                return refuse("compensation-not-possible", name, text)
            less = nominal.to(amount.unit) - asked
            amount = amount + _times(less, factor, Decimal(1))
    return amount


def _difference(
    active: str, order: JobOrderRecord, directive: WorkMaster
) -> tuple[tuple[Quantity, Quantity], ...] | None:
    """Return what was nominal and what was asked for of an active; None before it was weighed."""
    pairs = []
    for specification in directive.steps:
        step = order.step(specification.step_id)
        for material in specification.materials:
            if material.material_definition_id != active:
                continue
            draws = [x for x in (step.consumed if step else ()) if x.required_id == active]
            if not draws or draws[-1].partial:
                return None
            pairs.append((material.quantity, _asked(draws, material.quantity)))
    return tuple(pairs) or None


def _asked(draws: list[ConsumedMaterial], nominal: Quantity) -> Quantity:
    """Return what all draws together were asked for: of the last lot, what was still missing."""
    *earlier, last = draws
    of_last = last.target or nominal
    missing = of_last
    drawn = nominal - nominal
    for item in earlier:
        missing = missing - _as_of(item, of_last)
        drawn = drawn + item.quantity
    return drawn + missing


def _as_of(item: ConsumedMaterial, target: Quantity) -> Quantity:
    """Return a draw as the amount of a lot of which so much had been asked for."""
    mine = item.target
    if mine is None or mine.value == target.to(mine.unit).value:
        return item.quantity.to(target.unit)
    return _times(target, item.quantity.to(mine.unit).value, mine.value)


def _in_proportion(limit: Quantity, amount: Quantity, nominal: Quantity) -> Quantity:
    """Return a tolerance for another amount than the one that it was written for."""
    if amount.value == nominal.value:
        return limit
    return _times(limit, amount.value, nominal.value)


def _times(quantity: Quantity, factor: Decimal, divisor: Decimal) -> Quantity:
    product = _CONTEXT.multiply(quantity.value, factor)
    exact = _CONTEXT.divide(product, divisor)
    return Quantity(exact.quantize(_DECIMALS, ROUND_HALF_EVEN, context=_CONTEXT), quantity.unit)
