"""Gate: the ordered quantity can be made by the WorkMaster."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.scaling import vanishes
from models.execution.work_master_views import OrderedView


def quantity_is_possible(view: OrderedView) -> Iterator[Refusal]:
    """Refuse ``quantity-not-possible`` for nothing, another unit, or too little to weigh."""
    master, amount = view.master, view.quantity
    if master is None:
        return
    unit = master.quantity.unit
    if amount.value <= 0 or not amount.converts_to(unit):
        text = f"{amount} can't be made; {master.work_master_id} makes amounts in {unit}"
        yield refuse("quantity-not-possible", view.job_order_id, text)
    elif vanishes(master, amount):
        text = f"{amount} is too little; a material of {master.work_master_id} would round to 0"
        yield refuse("quantity-not-possible", view.job_order_id, text)
