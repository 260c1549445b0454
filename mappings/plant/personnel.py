"""Read ``personnel.yaml``: persons, their qualifications, and the accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from mappings.plant.dates import DAY_REMEDY
from mappings.plant.equipment import Layout
from mappings.plant.names import Name, Names
from mappings.plant.reading import Reading
from mappings.problems import did_you_mean
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Node
from models.execution.principal import Account, Role
from models.isa95.personnel import Person, Qualification, QualificationRequirement

LEVELS: Final = range(1, 10)

_SIGNING: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.QUALITY, Role.METROLOGY})
_ROLES: Final = {role.value: role for role in Role if role is not Role.SYSTEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Personnel:
    """What ``personnel.yaml`` says."""

    persons: tuple[Person, ...] = ()
    accounts: tuple[Account, ...] = ()


def read_personnel(root: Node, layout: Layout, reading: Reading) -> Personnel:
    """Return what the file says; report everything that is wrong with it."""
    fields = Fields(
        root,
        reading.problems,
        required=("persons", "accounts"),
        optional=("personnel_classes", "qualifications"),
    )
    reading.names.define_classes(Name.PERSONNEL_CLASS, fields, "personnel_classes")
    trainings = _trainings(fields, reading)
    rows = fields.each("persons", required=("id", "name"), optional=("classes", "qualifications"))
    persons = tuple(_person(row, trainings, reading) for row in rows)
    stations = tuple(one.equipment_id for one in layout.equipment if one.is_station)
    accounts = tuple(
        _account(row, stations, reading.names)
        for row in fields.each(
            "accounts", required=("account", "roles"), optional=("person", "stations")
        )
    )
    _check_names(fields, accounts, reading.names)
    return Personnel(persons=_with_accounts(persons, accounts), accounts=accounts)


def requirements(fields: Fields, key: str, names: Names) -> tuple[QualificationRequirement, ...]:
    """Return what a step asks of persons: a list of qualification and level."""
    rows = fields.each(key, required=("id",), optional=("level",))
    return tuple(
        QualificationRequirement(
            qualification_id=names.refer(Name.QUALIFICATION, row, "id"), level=_level(row)
        )
        for row in rows
    )


def _level(row: Fields) -> int:
    return row.whole_number("level", 1, at_least=LEVELS.start, at_most=LEVELS.stop - 1)


def _trainings(fields: Fields, reading: Reading) -> dict[str, str]:
    """Define the qualifications, and return what training renews each of them."""
    trainings = {}
    for key, node in fields.entries("qualifications"):
        row = Fields(node, reading.problems, required=("description",), optional=("training",))
        row.text("description")
        trainings[key.text] = row.text("training")
        reading.names.define_at(Name.QUALIFICATION, key.text, key.place)
    return trainings


def _person(row: Fields, trainings: dict[str, str], reading: Reading) -> Person:
    qualifications = _qualifications(row, trainings, reading)
    return Person(
        person_id=reading.names.define(Name.PERSON, row),
        name=row.text("name"),
        personnel_classes=reading.names.refer_each(Name.PERSONNEL_CLASS, row, "classes"),
        qualifications=qualifications,
        trainings=_never_had(qualifications, trainings),
    )


def _never_had(
    qualifications: tuple[Qualification, ...], trainings: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    had = {one.qualification_id for one in qualifications}
    return tuple((name, text) for name, text in trainings.items() if text and name not in had)


def _qualifications(
    person: Fields, trainings: dict[str, str], reading: Reading
) -> tuple[Qualification, ...]:
    found: dict[str, Qualification] = {}
    for row in person.each(
        "qualifications", required=("id",), optional=("level", "expires", "training")
    ):
        qualification_id = reading.names.refer(Name.QUALIFICATION, row, "id")
        if qualification_id in found:
            row.reject("id", f"'{qualification_id}' comes twice", "keep the one that counts")
        found[qualification_id] = Qualification(
            qualification_id=qualification_id,
            level=_level(row),
            expiration_time=row.parsed("expires", reading.end_of_day, None, DAY_REMEDY),
            training_id=row.text("training", trainings.get(qualification_id, "")),
        )
    return tuple(found.values())


def _account(row: Fields, stations: tuple[str, ...], names: Names) -> Account:
    account = Account(
        account=names.define(Name.ACCOUNT, row, "account"),
        roles=_roles(row),
        person_id=names.refer_or_none(Name.PERSON, row, "person"),
        stations=row.texts("stations"),
    )
    for item in row.items("stations"):
        if item.text not in stations:
            remedy = did_you_mean(item.text, stations)
            row.problems.add(item.place, f"unknown station '{item.text}'", remedy)
    for is_wrong, key, reason, remedy in _ACCOUNT_RULES:
        if is_wrong(account):
            row.reject(key, reason, remedy)
    return account


_ACCOUNT_RULES: Final[tuple[tuple[Callable[[Account], bool], str, str, str], ...]] = (
    (
        lambda account: (
            Role.ADMINISTRATOR in account.roles and len(account.roles - {Role.OBSERVER}) > 1
        ),
        "roles",
        "an administrator configures and can't do anything else with the same account",
        "give that person a second account for the other roles",
    ),
    (
        lambda account: account.person_id is None and bool(account.roles & _SIGNING),
        "roles",
        "who signs must be a person, and this account has none",
        "add 'person: ...', or give it a role of a machine",
    ),
    (
        lambda account: account.person_id is not None and Role.HMI in account.roles,
        "roles",
        "a terminal is shared and can't be a person",
        "remove 'person: ...', or the role hmi",
    ),
    (
        lambda account: Role.HMI in account.roles and not account.stations,
        "roles",
        "a terminal without a station",
        "add 'stations: [...]'",
    ),
)


def _roles(row: Fields) -> frozenset[Role]:
    for item in row.items("roles"):
        if item.text not in _ROLES:
            remedy = did_you_mean(item.text, tuple(_ROLES))
            row.problems.add(item.place, f"unknown role '{item.text}'", remedy)
    if row.node("roles") is not None and not row.items("roles"):
        row.reject("roles", "an account without a role can do nothing", "add one, or remove it")
    return frozenset(_ROLES[text] for text in row.texts("roles") if text in _ROLES)


def _check_names(fields: Fields, accounts: tuple[Account, ...], names: Names) -> None:
    """Refuse an account that is named like one person and belongs to another."""
    persons = names.all_of(Name.PERSON)
    for row, account in zip(fields.items("accounts"), accounts, strict=True):
        if account.account in persons and account.person_id != account.account:
            fields.problems.add(
                row.place,
                f"account '{account.account}' is named like a person to whom it does not belong",
                "rename it, or correct 'person'",
            )


def _with_accounts(
    persons: tuple[Person, ...], accounts: tuple[Account, ...]
) -> tuple[Person, ...]:
    return tuple(
        replace(
            person,
            accounts=tuple(one.account for one in accounts if one.person_id == person.person_id),
        )
        for person in persons
    )
