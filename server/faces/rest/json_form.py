"""Records as plain JSON: exact numbers as text, times in UTC, and nothing left out."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from models.execution.codec import time_text
from models.tag_value import Quality

_SCALARS: Final[Mapping[type, Callable[[Any], object]]] = MappingProxyType(
    {
        bytes: bytes.hex,
        datetime: time_text,
        Decimal: lambda number: format(number, "f"),  # text: a JSON number loses digits
        float: lambda number: number if isfinite(number) else str(number),
        Quality: lambda quality: quality.name.capitalize(),
    }
)


def plain(value: object) -> object:
    """Return the value as JSON has it."""
    convert = _SCALARS.get(type(value))
    if convert is not None:
        return convert(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return getattr(value, "value", value)  # an Enum is its value; the rest is JSON already
