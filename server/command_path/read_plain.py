"""Plain values, as JSON and OPC UA have them, as the values that commands are made of.

Strict: what is not exactly understood is a problem, with the place where it stands, and every
problem of a value is told at once. Amounts may be ``"15.150 kg"`` or value and unit apart, as the
doors show them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from models.execution.outcome import Problem
from models.isa95.quantity import Quantity

MAX_DIGITS: Final = 60
"""Characters in which a number may be written."""

MAX_PROBLEMS: Final = 50
"""Problems that are told at most; more of them help nobody."""

MAX_ITEMS: Final = 1_000
"""Items that a list may have."""

_MAX_FLOAT: Final = 10**12
_TYPE_KEY: Final = "_"


class UnreadableError(ValueError):
    """A value that cannot mean what it should: every place, and what was expected there."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)[:MAX_PROBLEMS]
        super().__init__("; ".join(f"{one.where}: {one.reason}" for one in self.problems))


def read_plain(kind: Any, value: object, where: str) -> Any:
    """Return the value of the annotated type; raises UnreadableError with every mistake."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if value is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        return read_plain(kind, value, where)
    if origin is tuple:
        return _tuple(get_args(kind), value, where)
    if kind is Quantity:
        return _quantity(value, where)
    if is_dataclass(kind):
        if isinstance(value, kind):  # type: ignore[arg-type]  # a class, as the callers say
            return value
        return read_members(kind, _object(value, where), where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, value, where)
    return _SCALARS[kind](value, where)


def read_members(kind: Any, given: Mapping[str, object], where: str) -> Any:
    """Return an instance of the dataclass whose fields are given by name."""
    hints, problems, made = get_type_hints(kind), list[Problem](), dict[str, object]()
    named = {one.name for one in fields(kind)}
    surplus = [name for name in given if name not in named and name != _TYPE_KEY]
    problems += [Problem(where=f"{where}.{x}"[:200], reason="is not known") for x in surplus]
    for one in fields(kind):
        place = f"{where}.{one.name}" if where else one.name
        if one.name in given:
            try:
                made[one.name] = read_plain(hints[one.name], given[one.name], place)
            except UnreadableError as error:
                problems += error.problems
        elif one.default is MISSING and one.default_factory is MISSING:
            problems.append(Problem(where=place, reason="is missing"))
    if problems:
        raise UnreadableError(problems)
    return kind(**made)


def _wrong(where: str, value: object, expected: str) -> UnreadableError:
    shown = repr(value)[:60] if isinstance(value, str | int | float | bool | NoneType) else "that"
    return UnreadableError([Problem(where=where, reason=f"{shown} is not {expected}")])


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _wrong(where, value, "an object with named members")
    return value


def _tuple(kinds: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
    if isinstance(value, Mapping):
        value = list(value.items())
    if not isinstance(value, list | tuple):
        raise _wrong(where, value, "a list")
    if len(value) > MAX_ITEMS:
        raise UnreadableError([Problem(where=where, reason=f"has more than {MAX_ITEMS} items")])
    if kinds[-1] is not Ellipsis and len(value) != len(kinds):
        raise _wrong(where, None, f"a list of {len(kinds)}")
    wanted = [kinds[0]] * len(value) if kinds[-1] is Ellipsis else list(kinds)
    made, problems = [], list[Problem]()
    for index, (kind, item) in enumerate(zip(wanted, value, strict=True)):
        try:
            made.append(read_plain(kind, item, f"{where}[{index}]"))
        except UnreadableError as error:
            problems += error.problems
    if problems:
        raise UnreadableError(problems)
    return tuple(made)


def _member(kind: type[Enum], value: object, where: str) -> Enum:
    for member in kind:
        if str(member.value).casefold() == str(value).strip().casefold():
            return member
    raise _wrong(where, value, f"one of {', '.join(_words(kind))}")


def _words(kind: type[Enum]) -> Iterator[str]:
    yield from (str(member.value) for member in kind)


def _quantity(value: object, where: str) -> Quantity:
    if isinstance(value, Mapping):
        number = _number(value.get("value"), f"{where}.value")
        return Quantity(number, _text(value.get("unit"), f"{where}.unit"))
    if not isinstance(value, str) or len(value) > MAX_DIGITS:
        raise _wrong(where, value, "a number, a blank and a unit, as 15.150 kg")
    try:
        return Quantity.parse(value)
    except ValueError as unreadable:
        raise UnreadableError([Problem(where=where, reason=str(unreadable))]) from None


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, value, "a text")
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, value, "true or false")
    return value


def _whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where, value, "a whole number")
    return value


def _float(value: Any, where: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) <= _MAX_FLOAT:  # infinite, or not a number at all
        raise _wrong(where, value, "a number")
    return float(value)


def _number(value: object, where: str) -> Decimal:
    """Read an exact number: a text, or a whole number; a JSON fraction has lost its digits."""
    if _is_whole(value) or (isinstance(value, str) and len(value) <= MAX_DIGITS):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) < MAX_DIGITS:
            return number
    raise _wrong(where, value, 'a number as text, as "15.150"')


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MAX_DIGITS


def _time(value: object, where: str) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        time = datetime.fromisoformat(_text(value, where))
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, UnreadableError):
            raise
    raise _wrong(where, value, "a time with its offset, as 2026-11-20T08:00:00Z")


_SCALARS: Final[Mapping[object, Callable[[object, str], Any]]] = MappingProxyType(
    {str: _text, bool: _flag, int: _whole, float: _float, Decimal: _number, datetime: _time}
)
