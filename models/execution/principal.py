"""Who asks: accounts, their roles, and the identity of a person who signs."""

from dataclasses import dataclass
from enum import Enum, unique

from models.added import added


@unique
class Role(Enum):
    """What an account is for. No role, administrator included, may pass a gate that refuses."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    PLANNER = "planner"
    ERP = "erp"
    HMI = "hmi"
    METROLOGY = "metrology"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"
    MAINTENANCE = "maintenance"
    WAREHOUSE = "warehouse"
    LABORATORY = "laboratory"
    TRAINING = "training"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A name that can log in.

    ``person_id`` is the human being behind it; None for a terminal, an ERP or a worker. One
    person may have several accounts and is still one person. A terminal acts only for its
    ``stations``.
    """

    account: str
    roles: frozenset[Role]
    person_id: str | None = None
    stations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who submits a command, and through which face: opcua, rest, b2mml, worker or bootstrap."""

    account: str
    roles: frozenset[Role]
    face: str
    person_id: str | None = None
    stations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What came of asking a person for account name and password at the point of use.

    ``authenticated`` is false when they did not match: the command is then denied, and the
    attempt is on record (21 CFR 11.300(d)). ``problem`` is then the code of the denial when it is
    another one: ``account-locked``, ``password-expired``. ``continued`` is an identity of which
    only the password was given, the account being that of the open station session
    (21 CFR 11.200(a)(1)(i)); it counts only while that session does.
    """

    account: str
    authenticated: bool
    person_id: str | None = None
    roles: frozenset[Role] = frozenset()
    continued: bool = added(default=False)
    problem: str = added("")
