"""NumericRange of OPC 10000-4, 7.27: parts of arrays, matrices, strings and byte strings."""

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


def spliced(held: ua.Variant, index_range: str, part: ua.Variant) -> ua.Variant:
    """Return what is held with the elements of the range replaced, and nothing else changed.

    Raises UaStatusCodeError: BadIndexRangeInvalid when the text is no range, BadIndexRangeNoData
    when the range does not lie within the value, BadTypeMismatch when the part is of another type,
    BadIndexRangeDataMismatch when it has not exactly as many elements.
    """
    bounds = parse_index_range(index_range)
    if bounds is None:
        raise ua.UaStatusCodeError(ua.StatusCodes.BadIndexRangeInvalid)
    if part.VariantType != held.VariantType:
        raise ua.UaStatusCodeError(ua.StatusCodes.BadTypeMismatch)
    content = _spliced(held.Value, bounds, part.Value)
    return ua.Variant(content, held.VariantType, held.Dimensions, is_array=held.is_array)


def _spliced(held: Any, bounds: tuple[Bounds, ...], part: Any) -> Any:
    (low, high), rest = bounds[0], bounds[1:]
    length = high - low + 1
    if not isinstance(held, (list, tuple, str, bytes)) or high >= len(held):
        raise ua.UaStatusCodeError(ua.StatusCodes.BadIndexRangeNoData)
    is_list = isinstance(held, (list, tuple))
    fits = isinstance(part, (list, tuple)) if is_list else isinstance(part, type(held))
    if not fits or len(part) != length:
        raise ua.UaStatusCodeError(ua.StatusCodes.BadIndexRangeDataMismatch)
    if is_list and not rest and any(isinstance(one, (list, tuple)) for one in held):
        raise ua.UaStatusCodeError(ua.StatusCodes.BadIndexRangeNoData)  # of a matrix, all of it
    if not is_list:
        if rest:
            raise ua.UaStatusCodeError(ua.StatusCodes.BadIndexRangeNoData)
        return held[:low] + part + held[high + 1 :]
    middle = list(part)
    if rest:
        middle = [
            _spliced(old, rest, new) for old, new in zip(held[low : high + 1], part, strict=True)
        ]
    return [*held[:low], *middle, *held[high + 1 :]]


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
    if not rest:  # of a matrix, all dimensions have to be named
        return None if any(isinstance(one, (list, tuple)) for one in part) else part
    if isinstance(part, (str, bytes)):
        return None
    cuts = [_part(element, rest) for element in part]
    return None if any(element is None for element in cuts) else cuts
