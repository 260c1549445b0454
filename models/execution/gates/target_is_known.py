"""Gate: it is known how much of the lot is to be weighed; potency may ask for more or less."""

from collections.abc import Iterator

from models.execution.material_views import ContainerView
from models.execution.outcome import Refusal


def target_is_known(view: ContainerView) -> Iterator[Refusal]:
    """Refuse ``potency-unknown``, ``active-not-weighed`` or ``compensation-not-possible``."""
    target = view.target
    if isinstance(target, Refusal):
        yield target
