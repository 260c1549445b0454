"""Values of event filters: implicit conversion, order, Like and Cast (OPC 10000-4, 7.7.3)."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

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

    The work is at most length times length, whatever the pattern.
    """
    tokens = _tokens(pattern)
    at = place = 0
    star, star_place = -1, 0
    while at < len(text):
        if place < len(tokens) and tokens[place] is None:
            star, star_place = place, at
            place += 1
        elif place < len(tokens) and (matches := tokens[place]) is not None and matches(text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            star_place += 1
            at, place = star_place, star + 1
        else:
            return False
    return all(token is None for token in tokens[place:])


_Matcher = Callable[[str], bool]


def _tokens(pattern: str) -> list[_Matcher | None]:
    """Return one matcher per character, None for ``%``."""
    tokens: list[_Matcher | None] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "%":
            if not tokens or tokens[-1] is not None:
                tokens.append(None)
        elif char == "_":
            tokens.append(lambda _: True)
        elif char == "[" and "]" in pattern[at:]:
            end = pattern.index("]", at)
            tokens.append(_one_of(pattern[at:end]))
            at = end + 1
        else:
            if char == "\\" and at < len(pattern):
                char = pattern[at]
                at += 1
            tokens.append(char.__eq__)
    return tokens


def _one_of(members: str) -> _Matcher:
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
    return lambda char: any(low <= char <= high for low, high in ranges) != negated


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
    return value if isinstance(value, ua.NodeId) else ua.NodeId.from_string(value)


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
    _T.Guid: lambda value: value if isinstance(value, uuid.UUID) else uuid.UUID(value),
    _T.NodeId: _node_id,
    _T.ExpandedNodeId: _node_id,
    _T.StatusCode: lambda value: ua.StatusCode(ua.UInt32(int(value))),
}
