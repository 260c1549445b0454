"""Gate: no unit of the produced lot is held."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import SigningView


def produced_units_are_free(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``produced-unit-held`` for each unit that a failed check holds."""
    for unit in view.job_order.units:
        sublot_id = unit.material_sublot_id
        sublot = view.snapshot.material_sublot(sublot_id)
        if sublot is None or sublot.held:
            reason = sublot.held if sublot else "it is not known"
            yield refuse("produced-unit-held", sublot_id, f"unit {sublot_id} is held: {reason}")
