"""Gate: whoever signs for the work of a step is qualified to do that work."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.qualified import missing_qualifications
from models.execution.views import SigningView


def signer_is_qualified(view: SigningView) -> Iterator[Refusal]:
    """Refuse ``person-not-qualified``, ``qualification-expired`` or ``authorization-ended``."""
    if view.person is None or view.specification is None:
        return
    wanted = view.specification.qualifications
    yield from missing_qualifications(view.person, wanted, view.time)
