"""Built-in types as bytes (OPC 10000-6, 5.2.2), written by hand where requests spend their time.

Every function gives exactly the bytes of asyncua's codec, which reads the fields of a class anew
for every value; what stands in no table here goes through that codec.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from struct import Struct
from struct import error as struct_error
from typing import Any, Final

from asyncua import ua
from asyncua.ua.ua_binary import nodeid_to_binary, struct_to_binary, variant_to_binary

_V: Final = ua.VariantType
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_ARRAY: Final = 0x80

NULL: Final = b"\xff\xff\xff\xff"
"""The length -1: a string, a byte string or an array that is not there."""

int32: Final = Struct("<i").pack
uint32: Final = Struct("<I").pack
int64: Final = Struct("<q").pack
_header: Final = Struct("<Bi").pack

_TWO_BYTE: Final = Struct("<BB").pack
_FOUR_BYTE: Final = Struct("<BBH").pack
_NUMERIC: Final = Struct("<BHI").pack
_LONG: Final = Struct("<BHi").pack
_NAME: Final = Struct("<hi").pack

_NUMBERS: Final = {
    _V.Boolean: "?",
    _V.SByte: "b",
    _V.Byte: "B",
    _V.Int16: "h",
    _V.UInt16: "H",
    _V.Int32: "i",
    _V.UInt32: "I",
    _V.Int64: "q",
    _V.UInt64: "Q",
    _V.Float: "f",
    _V.Double: "d",
}
_UNFIT: Final = (struct_error, TypeError, AttributeError, ValueError, OverflowError, KeyError)
"""What the hand-written way stumbles over; asyncua's codec then decides, or says what is wrong."""


def string(text: str | None) -> bytes:
    """Return a String."""
    if text is None:
        return NULL
    content = text.encode("utf-8", "surrogateescape")
    return int32(len(content)) + content


def byte_string(content: bytes | None) -> bytes:
    """Return a ByteString."""
    return NULL if content is None else int32(len(content)) + content


def ticks(time: datetime) -> int:
    """Return a time as what a DateTime counts: steps of 100 ns since 1601 (5.2.2.5)."""
    if time.tzinfo is not UTC or time >= _END:
        return int(ua.datetime_to_win_epoch(time))
    since = time - _EPOCH
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return max(0, 10 * micros)


def node_id(value: ua.NodeId) -> bytes:
    """Return a NodeId or ExpandedNodeId (5.2.2.9, 5.2.2.10)."""
    kind, identifier = value.NodeIdType, value.Identifier
    if type(value) is ua.NodeId:
        match kind:
            case ua.NodeIdType.TwoByte:
                return _TWO_BYTE(0, identifier)
            case ua.NodeIdType.FourByte:
                return _FOUR_BYTE(1, value.NamespaceIndex, identifier)
            case ua.NodeIdType.String if isinstance(identifier, str):
                content = identifier.encode("utf-8", "surrogateescape")
                return _LONG(3, value.NamespaceIndex, len(content)) + content
            case ua.NodeIdType.Numeric:
                return _NUMERIC(2, value.NamespaceIndex, identifier)
            case _:
                pass
    return bytes(nodeid_to_binary(value))


def qualified_name(value: ua.QualifiedName) -> bytes:
    """Return a QualifiedName."""
    name: str | None = value.Name
    if name is None:
        return _NAME(value.NamespaceIndex, -1)
    content = name.encode("utf-8", "surrogateescape")
    return _NAME(value.NamespaceIndex, len(content)) + content


def localized_text(value: ua.LocalizedText) -> bytes:
    """Return a LocalizedText."""
    locale, text = value.Locale, value.Text
    if locale is None:
        return b"\x00" if text is None else b"\x02" + string(text)
    return b"\x01" + string(locale) if text is None else b"\x03" + string(locale) + string(text)


def _date_time(value: datetime) -> bytes:
    return int64(ticks(value))


def _guid(value: Any) -> bytes:
    content: bytes = value.bytes_le
    return content


def _status(value: ua.StatusCode) -> bytes:
    return uint32(value.value)


_OTHERS: Final[dict[ua.VariantType, Callable[[Any], bytes]]] = {
    _V.String: string,
    _V.DateTime: _date_time,
    _V.Guid: _guid,
    _V.ByteString: byte_string,
    _V.NodeId: node_id,
    _V.ExpandedNodeId: node_id,
    _V.StatusCode: _status,
    _V.QualifiedName: qualified_name,
    _V.LocalizedText: localized_text,
}
_SCALARS: Final[dict[ua.VariantType, Callable[[int, Any], bytes]]] = {
    kind: Struct(f"<B{letter}").pack for kind, letter in _NUMBERS.items()
}


def variant(value: ua.Variant) -> bytes:
    """Return a Variant (5.2.2.16)."""
    kind, content = value.VariantType, value.Value
    try:
        if not value.is_array and not isinstance(content, (list, tuple)):
            number = _SCALARS.get(kind)
            if number is not None:
                return number(kind, content)
            return bytes((kind,)) + _OTHERS[kind](content)
        if value.Dimensions is None and content and not isinstance(content[0], (list, tuple)):
            return _array(kind, content)
    except _UNFIT:
        pass
    return bytes(variant_to_binary(value))


def _array(kind: ua.VariantType, content: Sequence[Any]) -> bytes:
    head = _header(kind | _ARRAY, len(content))
    letter = _NUMBERS.get(kind)
    if letter is not None:
        return head + Struct(f"<{len(content)}{letter}").pack(*content)
    one = _OTHERS[kind]
    return head + b"".join([one(element) for element in content])


_VALUE, _STATUS, _SOURCE, _SERVER = 0x01, 0x02, 0x04, 0x08
_TIMED: Final = Struct("<qq").pack


def data_value(value: ua.DataValue) -> bytes:
    """Return a DataValue (5.2.2.17).

    With picoseconds the fields stand in the standard's order, which asyncua's codec mistakes.
    """
    source, server, code = value.SourceTimestamp, value.ServerTimestamp, value.StatusCode
    if value.SourcePicoseconds is not None or value.ServerPicoseconds is not None:
        return _with_picoseconds(value)
    if value.Value is None:
        return bytes(struct_to_binary(value))
    mask = _VALUE
    parts = [b"", variant(value.Value)]
    if code is not None:
        mask |= _STATUS
        parts.append(uint32(code.value))
    if source is not None:
        mask |= _SOURCE
        if server is not None:
            mask |= _SERVER
            at = ticks(source)
            parts.append(_TIMED(at, at if server is source else ticks(server)))
        else:
            parts.append(int64(ticks(source)))
    elif server is not None:
        mask |= _SERVER
        parts.append(int64(ticks(server)))
    parts[0] = bytes((mask,))
    return b"".join(parts)


def _with_picoseconds(value: ua.DataValue) -> bytes:
    fields: tuple[tuple[int, Any, Callable[[Any], bytes]], ...] = (
        (_VALUE, value.Value, variant),
        (_STATUS, value.StatusCode, _status),
        (_SOURCE, value.SourceTimestamp, _date_time),
        (0x10, value.SourcePicoseconds, Struct("<H").pack),
        (_SERVER, value.ServerTimestamp, _date_time),
        (0x20, value.ServerPicoseconds, Struct("<H").pack),
    )
    mask = sum(bit for bit, field, _ in fields if field is not None)
    return bytes((mask,)) + b"".join(
        [pack(field) for _, field, pack in fields if field is not None]
    )
