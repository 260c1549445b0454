"""Events of people and their accounts."""

from dataclasses import dataclass
from datetime import datetime

from models.execution.principal import Account
from models.execution.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationRecorded:
    """A person is qualified, until a time."""

    person_id: str
    qualification_id: str
    level: int
    expiration_time: datetime | None
    training_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationGranted:
    """A person may, for a time, do what takes a qualification."""

    person_id: str
    qualification_id: str
    level: int
    expiration_time: datetime
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRevoked:
    """A temporary authorization ended before its time."""

    person_id: str
    qualification_id: str
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDefined:
    """An account was described: whose it is, its roles, and the stations that it is for."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSucceeded:
    """The right password was given after wrong ones, which count no more."""

    account: str
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFailed:
    """Somebody gave a wrong password for an account."""

    account: str
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLocked:
    """An account can do nothing any more until it is unlocked."""

    account: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnlocked:
    """An account can be used again."""

    account: str
    reason: str
