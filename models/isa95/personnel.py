"""Personnel: persons and what they are qualified for (ISA-95 Part 2, personnel model)."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """The result of a qualification test: what for, at which level, and until when.

    ``training_id`` names the training that renews it, so that a refusal can say which one.
    """

    qualification_id: str
    level: int = 1
    expiration_time: datetime | None = None
    training_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationRequirement:
    """What a step demands of the person who performs or verifies it."""

    qualification_id: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human being known to the plant; accounts belong to persons, not the reverse.

    ``trainings`` are pairs of a qualification that the person never had and the training for it.
    """

    person_id: str
    name: str
    personnel_classes: tuple[str, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    accounts: tuple[str, ...] = ()
    trainings: tuple[tuple[str, str], ...] = added(())
