"""Gate: the person at the station belongs to a personnel class that the step is meant for."""

from collections.abc import Iterator

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.execution.views import StepView


def person_is_of_a_suitable_class(view: StepView) -> Iterator[Refusal]:
    """Refuse ``personnel-class-not-suitable`` for a person of none of the step's classes."""
    wanted, record = view.specification.personnel_classes, view.session.person
    if not wanted or record is None or set(wanted) & set(record.person.personnel_classes):
        return
    person = record.person
    classes = ", ".join(person.personnel_classes) or "no class"
    yield refuse(
        "personnel-class-not-suitable",
        person.person_id,
        f"{person.person_id} is of {classes}; the step is for {' or '.join(wanted)}",
    )
