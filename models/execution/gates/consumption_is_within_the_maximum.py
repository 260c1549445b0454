"""Gate: a job order consumes no more of a material than its bill of material allows."""

from collections.abc import Iterator

from models.execution.consumption import as_required, consumed_in_all
from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def consumption_is_within_the_maximum(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``over-consumption`` when all steps and passes together would exceed it."""
    wanted, weight, held = view.container.specification, view.quantity, view.container
    if wanted is None or weight is None or wanted.maximum is None:
        return
    unit = wanted.maximum.unit
    if not weight.converts_to(unit):
        return
    order, name = view.at.session.job_order, wanted.material_definition_id
    instead = name if held.substitution else ""
    more = as_required(order, weight, held.material_definition_id or "", instead)
    total = consumed_in_all(order, name, unit) + more
    if wanted.maximum < total:
        yield refuse(
            "over-consumption",
            name,
            f"{order.job_order_id} would consume {total} of {name}; {wanted.maximum} is allowed",
        )
