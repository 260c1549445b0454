"""Whether a person has the qualifications that are asked for, at this moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.execution.outcome import Refusal
from models.execution.refusal_codes import refuse
from models.isa95.personnel import Person, QualificationRequirement


def missing_qualifications(
    person: Person, wanted: Iterable[QualificationRequirement], time: datetime
) -> Iterator[Refusal]:
    """Yield a refusal for each qualification that is missing, too low, or expired."""
    for need in wanted:
        mine = [q for q in person.qualifications if q.qualification_id == need.qualification_id]
        enough = [q for q in mine if q.level >= need.level]
        if not enough:
            level = max((q.level for q in mine), default=0)
            text = f"{person.person_id} has {need.qualification_id} at level {level}"
            yield refuse(
                "person-not-qualified",
                person.person_id,
                f"{text}; level {need.level} is asked for",
            )
            continue
        if all(q.expiration_time is not None and q.expiration_time <= time for q in enough):
            last = max(q.expiration_time for q in enough if q.expiration_time is not None)
            training = next((q.training_id for q in enough if q.training_id), "")
            yield refuse(
                "qualification-expired",
                person.person_id,
                f"{need.qualification_id} of {person.person_id} expired at"
                f" {last:%Y-%m-%d %H:%M} UTC",
                offers=(training,) if training else (),
            )
