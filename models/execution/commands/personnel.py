"""Commands about people and their accounts."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.principal import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQualification:
    """Put on record what a person is qualified for, and until when."""

    person_id: str
    qualification_id: str
    level: int
    expiration_time: datetime | None
    training_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAuthorization:
    """Authorize a person for a time, in place of a qualification; it ends by itself.

    At most for one day, by a supervisor for an operator, with a reason.
    """

    person_id: str
    qualification_id: str
    level: int
    expiration_time: datetime
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAuthorization:
    """End a temporary authorization before its time."""

    person_id: str
    qualification_id: str
    reason: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class LockAccount:
    """Lock an account at once, such as of a lost badge (21 CFR 11.300(c))."""

    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockAccount:
    """Unlock an account after its owner was identified."""

    account: str
    reason: str
