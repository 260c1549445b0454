"""How much of a material a job order has consumed in all, against the most that it may."""

from decimal import Context, Decimal
from typing import Final

from models.execution import events as e
from models.execution.records import JobOrderRecord
from models.isa95.quantity import Quantity
from models.isa95.work_definition import WorkMaster

_CONTEXT: Final = Context(prec=28)


def consumed_in_all(order: JobOrderRecord, material_definition_id: str, unit: str) -> Quantity:
    """Return what was consumed of a material in all steps and all their passes.

    What stood in for it counts as the amount that it stood in for. Reads ``unit``, which has to
    be of the dimension that the material is weighed in.
    """
    total = Quantity(Decimal(0), unit)
    for step in (*order.earlier_passes, *order.steps):
        for item in step.consumed:
            if item.required_id == material_definition_id:
                total = total + as_required(
                    order, item.quantity, item.material_definition_id, item.substitute_for
                )
    return total


def as_required(
    order: JobOrderRecord, quantity: Quantity, material_definition_id: str, substitute_for: str
) -> Quantity:
    """Return a weighed amount as one of the material that the step asks for."""
    if not substitute_for:
        return quantity
    factor = factor_of(order, substitute_for, material_definition_id)
    return Quantity(_CONTEXT.divide(quantity.value, factor), quantity.unit)


def factor_of(order: JobOrderRecord, material_definition_id: str, substitute_id: str) -> Decimal:
    """Return how much of an approved substitute is equivalent to one of the material; else 1."""
    pair = (material_definition_id, substitute_id)
    for item in order.substitutions:
        if (item.material_definition_id, item.substitute_id) == pair and item.approval is not None:
            return item.factor
    return Decimal(1)


def yield_variance(
    order: JobOrderRecord, directive: WorkMaster, weighed: e.WeightCaptured
) -> e.YieldVarianceRecorded | None:
    """Return the variance that goes on record with a weight beyond the most that is allowed."""
    name = weighed.substitute_for or weighed.material_definition_id
    step = directive.step(weighed.step_id)
    wanted = next(
        (m for m in (step.materials if step else ()) if m.material_definition_id == name), None
    )
    if wanted is None or wanted.maximum is None:
        return None
    before = consumed_in_all(order, name, wanted.maximum.unit)
    more = as_required(
        order, weighed.quantity, weighed.material_definition_id, weighed.substitute_for
    )
    total = before + more
    if total <= wanted.maximum:
        return None
    return e.YieldVarianceRecorded(
        job_order_id=order.job_order_id,
        step_id=weighed.step_id,
        material_definition_id=name,
        consumed=total,
        allowed=wanted.maximum,
    )
