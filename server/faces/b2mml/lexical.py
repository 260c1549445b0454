"""The lexical rules of XML Schema for the simple types that B2MML uses.

Python's own readers are not these rules: ``fromisoformat`` takes a date alone and refuses
24:00:00, ``Decimal`` takes ``1_000`` and NaN.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Final

_BLANKS: Final = " \t\r\n"
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
_END_OF_DAY: Final = "24:00:00"
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DURATION: Final = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    re.ASCII,
)
_MAX_NUMBER_LENGTH: Final = 40
_MAX_DIGITS: Final = 28
_NORMALIZED: Final = {ord(c): " " for c in "\t\r\n"}


def read_time(text: str, zone: tzinfo) -> datetime:
    """Read xsd:dateTime; a time without offset is taken in ``zone``. Finer than 1 us is cut."""
    text = text.strip(_BLANKS)
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is not a date and time; write it as 2026-11-20T10:00:00Z "
            "(years 0001 to 9999, with seconds and offset)"
        )
    if match[2] == _END_OF_DAY:
        return _end_of_day(match, zone)
    try:
        time = datetime.fromisoformat(text)
    except ValueError as no_such_time:
        raise ValueError(f"{text!r} does not exist in the calendar: {no_such_time}") from None
    return time if time.tzinfo is not None else time.replace(tzinfo=zone)


def _end_of_day(match: re.Match[str], zone: tzinfo) -> datetime:
    if match[3] and match[3].strip(".0"):
        raise ValueError(f"{match[0]!r}: 24:00:00 has no fraction of a second")
    midnight = read_time(f"{match[1]}T00:00:00{match[4] or ''}", zone)
    try:
        return midnight + timedelta(days=1)
    except OverflowError:
        raise ValueError(f"{match[0]!r} lies after the year 9999") from None


def read_decimal(text: str, _zone: tzinfo = UTC) -> Decimal:
    """Read xsd:decimal: digits, at most one point, no exponent."""
    text = text.strip(_BLANKS)
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a decimal number; write it as 1234.5")
    return _bounded(text)


def read_number(text: str, _zone: tzinfo = UTC) -> Decimal:
    """Read the number of a quantity, which B2MML leaves as text: an exponent is allowed."""
    text = text.strip(_BLANKS)
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is not a number; write it with a decimal point and without separators "
            "of thousands, such as 1234.5"
        )
    return _bounded(text)


def _bounded(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= _MAX_NUMBER_LENGTH else None
    if number is None or len(number.as_tuple().digits) > _MAX_DIGITS:
        raise ValueError(
            f"a number of {len(text)} characters; at most {_MAX_DIGITS} digits are read"
        )
    return number


def read_duration(text: str, _zone: tzinfo = UTC) -> str:
    """Read xsd:duration and keep it as text, for months have no fixed length."""
    text = text.strip(_BLANKS)
    if _DURATION.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a duration; write it as PT8H or P1DT30M")
    return text


def read_id(text: str, _zone: tzinfo = UTC) -> str:
    """Read xsd:normalizedString: blanks at the ends belong to it."""
    return text.translate(_NORMALIZED) if "\n" in text or "\t" in text or "\r" in text else text


def read_text(text: str, _zone: tzinfo = UTC) -> str:
    """Read xsd:string, which is any text."""
    return text


def read_boolean(text: str, _zone: tzinfo = UTC) -> str:
    """Read xsd:boolean and keep it as text."""
    text = text.strip(_BLANKS)
    if text not in ("true", "false", "1", "0"):
        raise ValueError(f"{text!r} is not a truth value; write true or false")
    return text


READERS: Final[Mapping[str, Callable[[str, tzinfo], object]]] = MappingProxyType(
    {
        "boolean": read_boolean,
        "decimal": read_decimal,
        "duration": read_duration,
        "id": read_id,
        "number": read_number,
        "text": read_text,
        "time": read_time,
    }
)
"""Lexical kinds that the tables name, each with its reader; a reader raises ValueError."""


def write(value: object) -> str:
    """Write a value of any lexical kind."""
    match value:
        case str():
            return value
        case datetime():
            return write_time(value)
        case Decimal():
            return f"{value:f}"
        case _:
            raise TypeError(f"{type(value).__name__} has no form in B2MML")


def write_time(time: datetime) -> str:
    """Write an aware time as xsd:dateTime, with the offset it came with."""
    offset = time.utcoffset()
    if offset is None:
        raise TypeError("a time in a document needs an offset")
    if not offset or offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14):
        time = time.astimezone(UTC)
        return f"{time.replace(tzinfo=None).isoformat()}Z"
    return time.isoformat()
