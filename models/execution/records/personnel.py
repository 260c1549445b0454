"""Records of people, their accounts and their attempts."""

from dataclasses import dataclass
from datetime import datetime

from models.added import added
from models.execution.principal import Role
from models.isa95.personnel import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """A temporary authorization in place of a qualification."""

    qualification_id: str
    level: int
    expiration_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person with the qualifications of now, and temporary authorizations beside them."""

    person: Person
    authorizations: tuple[Authorization, ...] = added(())


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsRecord:
    """How often an account was refused or denied something."""

    account: str
    refused: int = 0
    denied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """An account: whose it is, wrong passwords in a row, and whether it is locked, and why."""

    account: str
    person_id: str | None = None
    roles: frozenset[Role] = frozenset()
    stations: tuple[str, ...] = ()
    failed_logins: int = 0
    locked: bool = False
    reason: str = ""
