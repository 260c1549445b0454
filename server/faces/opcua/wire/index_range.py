"""IndexRange of OPC 10000-4, 7.27: parts of arrays, strings and byte strings."""

from dataclasses import replace
from typing import Any

from asyncua import ua

from server.faces.opcua.wire.failure import status

Bounds = tuple[int, int]
"""First and last index, both included."""


def parse_index_range(text: str) -> tuple[Bounds, ...] | None:
    """Return the bounds per dimension, or None if the text is no NumericRange."""
    bounds: list[Bounds] = []
    for part in text.split(","):
        first, colon, last = part.partition(":")
        if not _is_index(first) or (colon and not _is_index(last)):
            return None
        low, high = int(first), int(last) if colon else int(first)
        if colon and low >= high:
            return None
        bounds.append((low, high))
    return tuple(bounds)


def cut(value: ua.DataValue, index_range: str) -> ua.DataValue:
    """Return the data value with only the part of its value that the range names."""
    bounds = parse_index_range(index_range)
    if bounds is None:
        return ua.DataValue(StatusCode=status(ua.StatusCodes.BadIndexRangeInvalid))
    if value.Value is None or value.Value.Value is None:
        return _no_data(value)
    part = _part(value.Value.Value, bounds)
    if part is None:
        return _no_data(value)
    variant = ua.Variant(part, value.Value.VariantType, is_array=value.Value.is_array)
    return replace(value, Value=variant)


def _no_data(value: ua.DataValue) -> ua.DataValue:
    return replace(value, Value=None, StatusCode=status(ua.StatusCodes.BadIndexRangeNoData))


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9  # noqa: PLR2004 - fits Int32


def _part(value: Any, bounds: tuple[Bounds, ...]) -> Any:
    """Return the part, or None where the range lies outside or the shape does not fit."""
    (low, high), rest = bounds[0], bounds[1:]
    if not isinstance(value, (list, tuple, str, bytes)) or low >= len(value):
        return None
    part = value[low : high + 1]
    if not rest:
        return part
    if isinstance(part, (str, bytes)):
        return None
    cuts = [_part(element, rest) for element in part]
    return None if any(element is None for element in cuts) else cuts
