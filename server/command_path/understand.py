"""Whether a command can be understood at all: sizes, characters, and well-formed names."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from models.execution.commands import Command, DefineMasterData
from models.execution.outcome import Problem

MAX_NAME: Final = 100
"""Characters in an identifier."""

MAX_ALARM_ID: Final = 320
"""Characters in the id of an alarm, which is made of other ids."""

MAX_TEXT: Final = 2000
"""Characters in a free text, such as a reason."""

MAX_ITEMS: Final = 10_000
"""Items in a list."""

MAX_STATIONS: Final = 500
"""Stations that a job order may be bound to."""

MAX_NUMBER: Final = 10**9
"""The largest number, whole or not; with ``MAX_DECIMALS`` no arithmetic overflows."""

MAX_DECIMALS: Final = 12
"""Digits behind the decimal point."""

_YEARS: Final = range(1900, 3000)
_FREE_TEXTS: Final = frozenset(
    {"reason", "description", "value", "certificate", "text", "remark", "unit", "name", "mapping"}
)
_LONGER: Final = {"alarm_id": MAX_ALARM_ID}
_ITEMS: Final = {"stations": "station"}
"""Lists of identifiers, with the name of an item; the items of other lists are free texts."""
_OPTIONAL: Final = frozenset(
    {"job_order_id", "step_id", "operations_schedule_id", "instrument_id", "work_master_version"}
)


def problems(command: Command) -> tuple[Problem, ...]:
    """Return everything that makes the command impossible to understand."""
    if isinstance(command, DefineMasterData):
        return ()  # the plant's files were checked, with file and line, when they were read
    return tuple(_dataclass(type(command).__name__, command))


def _dataclass(where: str, value: object) -> Iterator[Problem]:
    for field in fields(value):  # type: ignore[arg-type]  # only called with dataclasses
        found = getattr(value, field.name)
        if found == "" and field.default == "":
            continue  # what may be left out was left out
        yield from _field(f"{where}.{field.name}", field.name, found)


def is_free_text(name: str) -> bool:
    """Tell whether a field of this name is a free text, not an identifier."""
    return name in _FREE_TEXTS


def _field(where: str, name: str, value: object) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _text(where, name, value)
    elif isinstance(value, tuple):
        most = MAX_STATIONS if name == "stations" else MAX_ITEMS
        if len(value) > most:
            yield Problem(where=where, reason=f"has more than {most} items")
            return
        for index, item in enumerate(value):
            yield from _field(f"{where}[{index}]", _ITEMS.get(name, "value"), item)
    elif isinstance(value, datetime):
        yield from _time(where, value)
    elif isinstance(value, int | Decimal):
        yield from _number(where, value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _dataclass(where, value)


def _time(where: str, value: datetime) -> Iterator[Problem]:
    if value.tzinfo is None:
        yield Problem(where=where, reason="is a time without a time zone")
    if value.year not in _YEARS:
        yield Problem(where=where, reason=f"is not in the years {_YEARS[0]} to {_YEARS[-1]}")


def _number(where: str, value: int | Decimal) -> Iterator[Problem]:
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        yield Problem(where=where, reason=f"is not between -{MAX_NUMBER} and {MAX_NUMBER}")
    elif isinstance(value, Decimal) and -int(value.as_tuple().exponent) > MAX_DECIMALS:
        yield Problem(where=where, reason=f"has more than {MAX_DECIMALS} decimals")


def _text(where: str, name: str, value: str) -> Iterator[Problem]:
    limit = MAX_TEXT if name in _FREE_TEXTS else _LONGER.get(name, MAX_NAME)
    if len(value) > limit:
        yield Problem(where=where, reason=f"has {len(value)} characters; {limit} are allowed")
        return  # looking at every character of a huge text would hold everybody up
    if not value.isprintable() and any(not (c.isprintable() or c in "\n\t") for c in value):
        yield Problem(where=where, reason="holds a character that cannot be printed")
    if name in _FREE_TEXTS:
        if name == "reason" and not value.strip():
            yield Problem(where=where, reason="is empty; say why")
        return
    if value != value.strip():
        yield Problem(where=where, reason="begins or ends with a blank")
    if not value and name not in _OPTIONAL:
        yield Problem(where=where, reason="is empty")
