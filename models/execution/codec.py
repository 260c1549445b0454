"""Records, events and outcomes as canonical JSON, and back.

The shape follows from the type annotations: a dataclass is an object, a union of dataclasses is
an object with its class name under ``"_"``, a Decimal is a string, a time is ISO 8601 in UTC
with microseconds. The text is canonical (sorted keys, no blanks), because hashes go over it;
a field that was ``added`` after a release stands in it only when it says something.
"""

# mypy: disable-error-code="explicit-any"
# The reader is made from annotations at run time; what it returns has the type asked for.

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from json.encoder import encode_basestring as encode
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from models.added import ADDED

Read = Callable[[Any], Any]
Write = Callable[[Any], str]
TYPE_KEY: Final = "_"
_NEVER: Final = object()
MAX_REMEMBERED: Final = 50_000
"""Items whose text is kept; beyond them, all are forgotten."""


class CodecError(ValueError):
    """A text that is not what it should be; says where and why."""


def dumps(value: object) -> str:
    """Return the value as canonical JSON text."""
    return _WRITERS[type(value)](value)


def loads(kind: Any, text: str) -> Any:
    """Return the value of the annotated type that the text stands for; raises CodecError."""
    try:
        return reader(kind)(json.loads(text))
    except CodecError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"not a {getattr(kind, '__name__', kind)}: {error!r}"
        raise CodecError(msg) from error


def time_text(value: datetime) -> str:
    """Return a time as text: UTC, always with six decimals, so that texts sort like times."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_AS_IS: Final = frozenset({str, int, bool, float, NoneType})


class _Writers(dict[type, Write]):
    """How each kind of value is written; found out at its first use."""

    def __init__(self, find: Callable[[type], Write]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, kind: type) -> Write:
        """Return how values of the kind are written; CodecError when they have no JSON form."""
        write = self[kind] = self._find(kind)
        return write


def _items(items: Sequence[Any]) -> str:
    return f"[{','.join([_ITEM_WRITERS[type(item)](item) for item in items])}]"


def _item_writer(kind: type) -> Write:
    """Return what writes items of the kind.

    A job order is written anew at every event, and nearly all of its steps, exceptions and units
    are the very objects that they were: what can't change is written once. It is known by its
    identity, because equal numbers may have different texts (1.0, 1.00).
    """
    write = _WRITERS[kind]
    if not (is_dataclass(kind) and vars(kind)["__dataclass_params__"].frozen):
        return write

    def remembered(item: Any) -> str:
        found = _REMEMBERED.get(id(item))
        if found is not None and found[0] is item:
            return found[1]
        text = write(item)
        if len(_REMEMBERED) >= MAX_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[id(item)] = (item, text)  # with the item, so that its id stays its own
        return text

    return remembered


def _sorted(items: frozenset[Any]) -> str:
    return f"[{','.join([dumps(item) for item in sorted(items, key=_order)])}]"


def _order(item: object) -> str:
    return str(item.value if isinstance(item, Enum) else item)


def _mapping(items: Mapping[object, object]) -> str:
    named = {str(key): item for key, item in items.items()}
    return f"{{{','.join([f'{encode(key)}:{dumps(named[key])}' for key in sorted(named)])}}}"


_SIMPLE: Final[Mapping[type, Write]] = {
    str: encode,
    int: str,
    float: json.JSONEncoder(allow_nan=False).encode,
    bool: lambda value: "true" if value else "false",
    NoneType: lambda _: "null",
    datetime: lambda value: f'"{time_text(value)}"',
    Decimal: lambda value: f'"{value}"',
    bytes: lambda value: f'"{value.hex()}"',
    tuple: _items,
    list: _items,
    frozenset: _sorted,
}


def _writer(kind: type) -> Write:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if issubclass(kind, Enum):
        return lambda item: dumps(item.value)
    if issubclass(kind, Mapping):
        return _mapping
    if not is_dataclass(kind):
        msg = f"{kind.__name__} has no JSON form"
        raise CodecError(msg)
    return _dataclass_writer(kind)


def _dataclass_writer(kind: type) -> Write:
    """Return what writes the members in the order of their names, which begin behind the "_"."""
    begin = f'{{"{TYPE_KEY}":"{kind.__name__}"'
    members = [
        (f',"{field.name}":', field.name, field.default if ADDED in field.metadata else _NEVER)
        for field in sorted(fields(kind), key=attrgetter("name"))
    ]

    def write(item: Any) -> str:
        text = begin
        for head, name, left_out in members:
            value = getattr(item, name)
            # Without what was added, the text is that of the older release.
            if left_out is _NEVER or value != left_out:
                text += head + _WRITERS[type(value)](value)
        return text + "}"

    return write


_WRITERS: Final = _Writers(_writer)
_ITEM_WRITERS: Final = _Writers(_item_writer)
_REMEMBERED: Final[dict[int, tuple[object, str]]] = {}


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
