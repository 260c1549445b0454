"""Gate: the person at the station has every qualification of the step, and none has expired."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.qualified import missing_qualifications
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def person_is_qualified(view: StepView) -> Iterator[Refusal]:
    """Refuse ``person-not-qualified``, ``qualification-expired`` or ``authorization-ended``."""
    session = view.session
    if session.person is None:
        yield refuse("person-unknown", session.person_id, f"{session.person_id} is not known")
        return
    wanted = view.specification.qualifications
    yield from missing_qualifications(session.person, wanted, session.time)
