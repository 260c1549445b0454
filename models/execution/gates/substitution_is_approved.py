"""Gate: another material than the one asked for is used only when the quality unit approved it."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def substitution_is_approved(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``substitution-not-approved`` for an equivalent that nobody has approved."""
    if view.specification is not None or not view.equivalent_to:
        return
    instead = " and ".join(view.equivalent_to)
    yield refuse(
        "substitution-not-approved",
        view.code,
        f"{view.material_definition_id} may stand in for {instead} at {view.at.subject} only"
        " after an approval",
        offers=eligible_lots(view),
    )
