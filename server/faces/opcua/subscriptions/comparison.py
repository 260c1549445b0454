"""Values of event filters: implicit conversion, order, Like and Cast (OPC 10000-4, 7.7.3)."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from asyncua import ua

_T: Final = ua.VariantType
_INTEGERS: Final[Mapping[ua.VariantType, tuple[int, int]]] = {
    _T.SByte: (-(2**7), 2**7 - 1),
    _T.Byte: (0, 2**8 - 1),
    _T.Int16: (-(2**15), 2**15 - 1),
    _T.UInt16: (0, 2**16 - 1),
    _T.Int32: (-(2**31), 2**31 - 1),
    _T.UInt32: (0, 2**32 - 1),
    _T.Int64: (-(2**63), 2**63 - 1),
    _T.UInt64: (0, 2**64 - 1),
}
_ORDERED: Final = (int, float, str, bytes, datetime, uuid.UUID)


def plain(variant: ua.Variant) -> Any:
    """Return the value as something that can be compared; texts as strings."""
    value = variant.Value
    if isinstance(value, ua.LocalizedText):
        return value.Text
    if isinstance(value, ua.QualifiedName):
        return value.Name
    if isinstance(value, ua.StatusCode):
        return value.value
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def same(left: ua.Variant, right: ua.Variant) -> bool | None:
    """Tell whether two values are equal; None if one is Null, False if they cannot be compared."""
    one, other = _alike(plain(left), plain(right))
    return None if one is None or other is None else bool(one == other)


def order(left: ua.Variant, right: ua.Variant) -> int | None:
    """Return -1, 0 or 1; None if one is Null or the two have no order."""
    one, other = _alike(plain(left), plain(right))
    if not isinstance(one, _ORDERED) or not isinstance(other, _ORDERED):
        return None
    try:
        return (one > other) - (one < other)  # type: ignore[operator]  # a mismatch raises
    except TypeError:
        return None


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Convert a string to what it is compared with."""
    if isinstance(one, str) and not isinstance(other, str):
        return _from_text(one, other), other
    if isinstance(other, str) and not isinstance(one, str):
        return one, _from_text(other, one)
    return one, other


def _from_text(text: str, like: Any) -> Any:
    try:
        if isinstance(like, bool):
            return _boolean(text)
        if isinstance(like, (int, float)):
            return float(text)
        if isinstance(like, uuid.UUID):
            return uuid.UUID(text)
        if isinstance(like, ua.NodeId):
            return ua.NodeId.from_string(text)
    except (ValueError, ua.UaError):
        return None
    return text


def is_like(text: str, pattern: str) -> bool:
    r"""Match a text with ``%``, ``_``, ``[abc]``, ``[^a-c]`` and ``\`` (OPC 10000-4, 7.7.3).

    The work is at most length times length, whatever the pattern, and is done by machine code.
    """
    parts = _parts(pattern)
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return first.expression.fullmatch(text) is not None
    # What stands between two % has one length, so the first place where it fits is the best one.
    if first.expression.match(text) is None:
        return False
    at = first.length
    for part in parts[1:-1]:
        found = part.expression.search(text, at)
        if found is None:
            return False
        at = found.end()
    tail = len(text) - last.length
    return tail >= at and last.expression.fullmatch(text, tail) is not None


class _Part(NamedTuple):
    """What a text has to have in one piece, and how many characters that are."""

    expression: re.Pattern[str]
    length: int


@lru_cache(4096)
def _parts(pattern: str) -> tuple[_Part, ...]:
    """Return what stands before, between and after the ``%`` of a pattern."""
    parts: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "%":
            parts.append([])
        elif char == "_":
            parts[-1].append(".")
        elif char == "[" and "]" in pattern[at:]:
            end = pattern.index("]", at)
            parts[-1].append(_one_of(pattern[at:end]))
            at = end + 1
        else:
            if char == "\\" and at < len(pattern):
                char = pattern[at]
                at += 1
            parts[-1].append(re.escape(char))
    between = [one for one in parts[1:-1] if one]
    kept = [parts[0], *between, parts[-1]] if len(parts) > 1 else parts
    return tuple(_Part(re.compile("".join(one), re.DOTALL), len(one)) for one in kept)


def _one_of(members: str) -> str:
    negated = members.startswith("^")
    members = members[1:] if negated else members
    ranges = []
    at = 0
    while at < len(members):
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            ranges.append((members[at], members[at + 2]))
            at += 3
        else:
            ranges.append((members[at], members[at]))
            at += 1
    inside = "".join(f"{_hex(low)}-{_hex(high)}" for low, high in ranges if low <= high)
    if not inside:  # none, or any
        return r"[\s\S]" if negated else r"[^\s\S]"
    return f"[{'^' if negated else ''}{inside}]"


def _hex(char: str) -> str:
    return f"\\U{ord(char):08x}"


def cast(value: ua.Variant, data_type: Any) -> ua.Variant:
    """Convert explicitly to a built-in type; a Null Variant where that cannot be done."""
    if not isinstance(data_type, ua.NodeId) or data_type.NamespaceIndex != 0:
        return ua.Variant()
    try:
        kind = ua.VariantType(int(data_type.Identifier))
        held = plain(value)
        converted = None if held is None else _cast(held, kind)
        return ua.Variant() if converted is None else ua.Variant(converted, kind)
    except (ValueError, TypeError, OverflowError, ua.UaError):
        return ua.Variant()


def _cast(value: Any, kind: ua.VariantType) -> Any:
    if kind in _INTEGERS:
        low, high = _INTEGERS[kind]
        number = round(float(value)) if isinstance(value, (str, float)) else int(value)
        return number if low <= number <= high else None
    convert = _CONVERSIONS.get(kind)
    return None if convert is None else convert(value)


def _date_time(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _node_id(value: Any) -> ua.NodeId:
    if isinstance(value, ua.NodeId):
        return value
    if not isinstance(value, str):
        raise TypeError("only a text can become a NodeId")
    return ua.NodeId.from_string(value)


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case ua.NodeId():
            return str(value.to_string())
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


_CONVERSIONS: Final[Mapping[ua.VariantType, Callable[[Any], Any]]] = {
    _T.Boolean: lambda value: _boolean(value) if isinstance(value, str) else bool(value),
    _T.Float: float,
    _T.Double: float,
    _T.String: _text,
    _T.LocalizedText: lambda value: ua.LocalizedText(_text(value)),
    _T.DateTime: _date_time,
    _T.Guid: lambda value: value if isinstance(value, uuid.UUID) else uuid.UUID(str(value)),
    _T.NodeId: _node_id,
    _T.ExpandedNodeId: _node_id,
    _T.StatusCode: lambda value: ua.StatusCode(ua.UInt32(int(value))),
}
