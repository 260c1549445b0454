"""Gate: something is left in the container."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def container_is_not_empty(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``container-empty`` for a container that was used up."""
    if view.sublot is not None and view.sublot.remaining.value <= 0:
        yield refuse(
            "container-empty",
            view.code,
            f"nothing is left in {view.code}",
            offers=eligible_lots(view),
        )
