"""Gate: a material that a disposition says to substitute is not taken again."""

from collections.abc import Iterator

from models.execution.commands import ExceptionDisposition
from models.execution.events import WeightCaptured
from models.execution.material_views import ContainerView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def material_is_not_to_be_substituted(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``substitution-required`` for a material that is to be substituted in this pass."""
    began = view.at.step.start_time
    mine = view.lot.material_lot.material_definition_id if view.lot else None
    for item in view.at.session.job_order.exceptions:
        weighed = item.withheld
        if (
            item.disposition is ExceptionDisposition.SUBSTITUTE
            and item.step_id == view.at.step.step_id
            and isinstance(weighed, WeightCaptured)
            and weighed.material_definition_id == mine
            and (began is None or item.opened_time >= began)
        ):
            text = f"{mine} is to be substituted, says the disposition of {item.exception_id}"
            yield refuse("substitution-required", view.code, text)
            return
