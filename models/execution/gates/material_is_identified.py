"""Gate: a container was scanned before it is weighed."""

from collections.abc import Iterator

from models.execution.material_views import WeighingView
from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse


def material_is_identified(view: WeighingView) -> Iterator[Refusal]:
    """Refuse ``material-not-identified`` when no container waits to be weighed."""
    if view.at.step.identified is None:
        yield refuse(
            "material-not-identified",
            view.at.step.step_id,
            f"no container is identified for {view.at.subject}",
        )
