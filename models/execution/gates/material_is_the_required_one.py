"""Gate: what was scanned is a container of a material that the step needs now."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def material_is_the_required_one(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``material-wrong`` and offer the eligible lots, first expiry first."""
    if view.sublot is not None and (view.specification is not None or view.equivalent_to):
        return
    needed = ", ".join(m.material_definition_id for m in view.needed) or "no further material"
    if view.lot is None or view.sublot is None:
        found = f"{view.code} is not a known container"
    else:
        found = f"{view.code} holds {view.lot.material_lot.material_definition_id}"
    yield refuse(
        "material-wrong",
        view.code,
        f"{found}; {view.at.subject} needs {needed}",
        offers=eligible_lots(view),
    )
