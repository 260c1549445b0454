"""Records, events and outcomes as canonical JSON, and back.

The shape follows from the type annotations: a dataclass is an object, a union of dataclasses is
an object with its class name under ``"_"``, a Decimal is a string, a time is ISO 8601 in UTC
with microseconds. The text is canonical (sorted keys, no blanks), because hashes go over it;
a field that was ``added`` after a release stands in it only when it says something.
"""

# mypy: disable-error-code="explicit-any"
# The reader is made from annotations at run time; what it returns has the type asked for.

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from models.added import ADDED

Read = Callable[[Any], Any]
TYPE_KEY: Final = "_"
# Made once: every decision writes five texts, and making the encoder took as long as using it.
_CANONICAL: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
)


class CodecError(ValueError):
    """A text that is not what it should be; says where and why."""


def dumps(value: object) -> str:
    """Return the value as canonical JSON text."""
    return _CANONICAL.encode(_plain(value))


def loads(kind: Any, text: str) -> Any:
    """Return the value of the annotated type that the text stands for; raises CodecError."""
    try:
        return reader(kind)(json.loads(text))
    except CodecError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"not a {getattr(kind, '__name__', kind)}: {error!r}"
        raise CodecError(msg) from error


def _plain(value: object) -> object:
    kind = type(value)
    if kind in _AS_IS:
        return value
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _writer(kind)
    return write(value)


_AS_IS: Final = frozenset({str, int, bool, float, NoneType})


def time_text(value: datetime) -> str:
    """Return a time as text: UTC, always with six decimals, so that texts sort like times."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_WRITERS: Final[dict[type, Callable[[Any], object]]] = {
    datetime: time_text,
    Decimal: str,
    bytes: bytes.hex,
    tuple: lambda items: [_plain(item) for item in items],
    list: lambda items: [_plain(item) for item in items],
    frozenset: lambda items: sorted((_plain(item) for item in items), key=str),
    dict: lambda items: {str(key): _plain(item) for key, item in items.items()},
}


def _writer(kind: type) -> Callable[[Any], object]:
    if issubclass(kind, Enum):
        return lambda item: item.value
    if issubclass(kind, Mapping):
        return _WRITERS[dict]
    if not is_dataclass(kind):
        msg = f"{kind.__name__} has no JSON form"
        raise CodecError(msg)
    names = tuple(field.name for field in fields(kind) if ADDED not in field.metadata)
    later = tuple((field.name, field.default) for field in fields(kind) if ADDED in field.metadata)

    def write(item: Any) -> object:
        made = {name: _plain(getattr(item, name)) for name in names}
        for name, default in later:  # without them, the text is that of the older release
            value = getattr(item, name)
            if value != default:
                made[name] = _plain(value)
        made[TYPE_KEY] = kind.__name__
        return made

    return write


@cache
def reader(kind: Any) -> Read:
    """Return the function that reads plain JSON values of the annotated type."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _union_reader(get_args(kind))
    if origin is tuple:
        return _tuple_reader(get_args(kind))
    if origin is frozenset:
        read = reader(get_args(kind)[0])
        return lambda items: frozenset(read(item) for item in items)
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    return _scalar_reader(kind)


def _scalar_reader(kind: Any) -> Read:
    if kind is datetime:
        return datetime.fromisoformat
    if kind is bytes:
        return bytes.fromhex
    if kind is float:
        return float
    if kind in (NoneType, None):
        return _none
    if kind in _AS_IS:
        return _checked(kind)
    return kind  # type: ignore[no-any-return]  # Decimal and Enum classes read their own text


def _none(value: Any) -> None:
    if value is not None:
        msg = f"{value!r} is not null"
        raise CodecError(msg)


def _checked(kind: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            msg = f"{value!r} is not of type {kind.__name__}"
            raise CodecError(msg)
        return value

    return read


def _tuple_reader(kinds: tuple[Any, ...]) -> Read:
    if kinds[-1] is Ellipsis:
        read = reader(kinds[0])
        return lambda items: tuple(read(item) for item in items)
    readers = tuple(reader(kind) for kind in kinds)
    return lambda items: tuple(r(item) for r, item in zip(readers, items, strict=True))


def _union_reader(kinds: tuple[Any, ...]) -> Read:
    classes = {str(k.__name__): reader(k) for k in kinds if isinstance(k, type) and is_dataclass(k)}
    optional = NoneType in kinds
    scalars = {kind for kind in kinds if kind in _AS_IS}
    others = [k for k in kinds if k not in scalars and k is not NoneType and not is_dataclass(k)]
    fallback = reader(others[0]) if others else None

    def read(value: Any) -> Any:
        if value is None and optional:
            return None
        if isinstance(value, dict) and classes:
            return classes[value[TYPE_KEY]](value)
        if type(value) in scalars:
            return value
        if fallback is None:
            msg = f"{value!r} is none of {', '.join(str(kind) for kind in kinds)}"
            raise CodecError(msg)
        return fallback(value)

    return read


def _dataclass_reader(kind: Any) -> Read:
    readers: dict[str, Read] = {}

    def read(value: Any) -> Any:
        if not readers:  # made at first use: a class may mention one defined after it
            hints = get_type_hints(kind)
            readers.update({field.name: reader(hints[field.name]) for field in fields(kind)})
        if value.get(TYPE_KEY, kind.__name__) != kind.__name__:
            msg = f"{value[TYPE_KEY]} is not a {kind.__name__}"
            raise CodecError(msg)
        return kind(**{name: readers[name](value[name]) for name in readers if name in value})

    return read
