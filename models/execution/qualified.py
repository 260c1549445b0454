"""Whether a person is qualified, or authorized for a time, for what is asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.execution.outcome import Refusal
from models.execution.records import Authorization, PersonRecord
from models.execution.refusal_codes import refuse
from models.isa95.personnel import Qualification, QualificationRequirement


def missing_qualifications(
    record: PersonRecord, wanted: Iterable[QualificationRequirement], time: datetime
) -> Iterator[Refusal]:
    """Yield a refusal for each qualification that is missing, too low, or expired.

    A temporary authorization counts like the qualification, until the moment at which it ends.
    """
    for need in wanted:
        mine = [
            one
            for one in record.person.qualifications
            if one.qualification_id == need.qualification_id
        ]
        held = [one for one in mine if one.level >= need.level]
        granted = [
            one
            for one in record.authorizations
            if one.qualification_id == need.qualification_id and one.level >= need.level
        ]
        if _in_force((*held, *granted), time):
            continue
        if granted:
            yield _ended(record, granted, mine)
        elif held:
            yield _expired(record, held)
        else:
            yield _missing(record, need, mine)


def _in_force(found: Iterable[Qualification | Authorization], time: datetime) -> bool:
    return any(one.expiration_time is None or one.expiration_time > time for one in found)


def _ended(
    record: PersonRecord, granted: Iterable[Authorization], mine: Iterable[Qualification]
) -> Refusal:
    last = max(granted, key=lambda one: one.expiration_time)
    person_id = record.person.person_id
    text = (
        f"the authorization of {person_id} for {last.qualification_id} ended at"
        f" {last.expiration_time:%Y-%m-%d %H:%M} UTC"
    )
    return refuse("authorization-ended", person_id, text, offers=_trainings(mine))


def _expired(record: PersonRecord, held: Iterable[Qualification]) -> Refusal:
    last = max(one.expiration_time for one in held if one.expiration_time is not None)
    person_id = record.person.person_id
    name = next(one.qualification_id for one in held)
    text = f"{name} of {person_id} expired at {last:%Y-%m-%d %H:%M} UTC"
    return refuse("qualification-expired", person_id, text, offers=_trainings(held))


def _missing(
    record: PersonRecord, need: QualificationRequirement, mine: Iterable[Qualification]
) -> Refusal:
    person_id = record.person.person_id
    level = max((one.level for one in mine), default=0)
    text = f"{person_id} has {need.qualification_id} at level {level}"
    never_had = tuple(
        training for name, training in record.person.trainings if name == need.qualification_id
    )
    offers = _trainings(mine) or never_had
    return refuse(
        "person-not-qualified", person_id, f"{text}; level {need.level} is asked for", offers=offers
    )


def _trainings(mine: Iterable[Qualification]) -> tuple[str, ...]:
    """Name the training that would renew the qualification."""
    return tuple(dict.fromkeys(one.training_id for one in mine if one.training_id))[:1]
