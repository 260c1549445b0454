"""Gate: a container that is held is not used, whatever its lot."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView, eligible_lots
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def container_is_not_held(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``container-held`` and say why it is."""
    if view.sublot is not None and view.sublot.held:
        name = view.sublot.material_sublot_id
        yield refuse(
            "container-held",
            name,
            f"{name} is held: {view.sublot.held}",
            offers=eligible_lots(view),
        )
