"""Built-in types out of bytes (OPC 10000-6, 5.2.2), for requests in their usual forms.

Every function takes the bytes and a place and returns what stands there and the place behind it.
:class:`UnusualError` means that asyncua's codec has to look: the form is rare, or there is
something wrong with it. Reading past the end raises it too, so nothing is ever made up.
"""

from struct import Struct
from struct import error as struct_error
from typing import Any, Final

from asyncua import ua

_U16: Final = Struct("<H")
_I32: Final = Struct("<i")
_U32: Final = Struct("<I")
_FOUR_BYTE: Final = Struct("<BH")
_NUMERIC: Final = Struct("<HI")
_LONG: Final = Struct("<Hi")
_HEADER: Final = Struct("<qIIi")  # timestamp, request handle, diagnostics, length of audit id
_ARRAY: Final = 0x80
_TYPE_IDS: Final = b"\x01\x00"
_BODY_AT: Final = 4
_PLAIN_END: Final = b"\x00\x00\x00"  # no additional header

_V: Final = ua.VariantType
_NUMBERS: Final = {
    int(kind): (kind, Struct(f"<{letter}"), letter)
    for kind, letter in (
        (_V.Boolean, "?"),
        (_V.SByte, "b"),
        (_V.Byte, "B"),
        (_V.Int16, "h"),
        (_V.UInt16, "H"),
        (_V.Int32, "i"),
        (_V.UInt32, "I"),
        (_V.Int64, "q"),
        (_V.UInt64, "Q"),
        (_V.Float, "f"),
        (_V.Double, "d"),
    )
}
_STRING: Final = int(_V.String)
_KEPT: Final = 32_768
_MAX_KEPT_BYTES: Final = 256

_new: Final = object.__new__

_node_ids: Final[dict[bytes, ua.NodeId]] = {}
"""What these bytes stand for; the same for everybody, so nothing ever makes it wrong."""


class UnusualError(ValueError):
    """The bytes are not in one of the usual forms."""


BAD_INPUT: Final = (UnusualError, struct_error, IndexError)
"""What these functions raise; the caller then takes the ordinary way."""


def count(body: bytes, at: int, most: int | None = None) -> tuple[int, int]:
    """Return the length of an array that is there, and holds no more than the bytes behind it.

    One with more than ``most`` entries is unusual, before any of them is read.
    """
    (length,) = _I32.unpack_from(body, at)
    if not 0 <= length <= len(body) - at or (most is not None and length > most):
        raise UnusualError
    return length, at + 4


def text(body: bytes, at: int) -> tuple[str | None, int]:
    """Return a String."""
    (length,) = _I32.unpack_from(body, at)
    at += 4
    if length < 0:
        if length != -1:
            raise UnusualError
        return None, at
    end = at + length
    if end > len(body):
        raise UnusualError
    return body[at:end].decode("utf-8", "surrogateescape"), end


def skip_node_id(body: bytes, at: int) -> int:
    """Return the place behind a NodeId; an ExpandedNodeId with a URI or a server is unusual."""
    match body[at]:
        case 0:
            return at + 2
        case 1:
            return at + 4
        case 2:
            return at + 7
        case 3 | 5:
            length: int = _I32.unpack_from(body, at + 3)[0]
            if length < 0:
                raise UnusualError
            return at + 7 + length
        case 4:
            return at + 19
        case _:
            raise UnusualError


def node_id(body: bytes, at: int) -> tuple[ua.NodeId, int]:
    """Return a NodeId as asyncua's codec reads it; the same object for the same bytes."""
    end = skip_node_id(body, at)
    packed = body[at:end]
    found = _node_ids.get(packed)
    if found is None:
        found, behind = _node_id(packed, 0)
        if behind != len(packed):
            raise UnusualError
        if len(packed) <= _MAX_KEPT_BYTES:
            if len(_node_ids) >= _KEPT:
                _node_ids.clear()
            _node_ids[packed] = found
    return found, end


def _node_id(body: bytes, at: int) -> tuple[ua.NodeId, int]:
    match body[at]:
        case 0:
            short: Any = body[at + 1]
            return ua.NodeId(short, ua.Int16(0), ua.NodeIdType.TwoByte), at + 2
        case 1:
            namespace, identifier = _FOUR_BYTE.unpack_from(body, at + 1)
            return ua.NodeId(identifier, namespace, ua.NodeIdType.FourByte), at + 4
        case 2:
            namespace, identifier = _NUMERIC.unpack_from(body, at + 1)
            return ua.NodeId(identifier, namespace, ua.NodeIdType.Numeric), at + 7
        case 3:
            namespace, length = _LONG.unpack_from(body, at + 1)
            end = at + 7 + length
            if length < 0 or end > len(body):
                raise UnusualError
            name: Any = body[at + 7 : end].decode("utf-8", "surrogateescape")
            return ua.NodeId(name, namespace, ua.NodeIdType.String), end
        case _:
            raise UnusualError


def qualified_name(body: bytes, at: int) -> tuple[ua.QualifiedName, int]:
    """Return a QualifiedName."""
    (namespace,) = _U16.unpack_from(body, at)
    if namespace > 0x7FFF:  # noqa: PLR2004 - asyncua reads a signed number
        raise UnusualError
    name, at = text(body, at + 2)
    return ua.QualifiedName(name, namespace), at


def plain_variant(value: Any, kind: ua.VariantType) -> ua.Variant:
    """Return one value as a Variant of a type that it is known to have.

    Nothing is looked at: the constructor would take longer than all the rest of a small request.
    """
    one = _new(ua.Variant)
    one.Value, one.VariantType, one.Dimensions, one.is_array = value, kind, None, False
    return one


def variant(body: bytes, at: int) -> tuple[ua.Variant, int]:
    """Return a Variant that holds a number, a Boolean or a String, or an array of such."""
    kind = body[at]
    number = _NUMBERS.get(kind & ~_ARRAY)
    if kind & _ARRAY:
        return _array(body, at, kind & ~_ARRAY)
    if number is not None:
        variant_type, packing, _ = number
        (value,) = packing.unpack_from(body, at + 1)
        return plain_variant(value, variant_type), at + 1 + packing.size
    if kind == _STRING:
        content, at = text(body, at + 1)
        return plain_variant(content, _V.String), at
    raise UnusualError


def _array(body: bytes, at: int, kind: int) -> tuple[ua.Variant, int]:
    length, at = count(body, at + 1)
    if kind == _STRING:
        texts = []
        for _ in range(length):
            content, at = text(body, at)
            texts.append(content)
        return ua.Variant(texts, _V.String, None, is_array=True), at
    number = _NUMBERS.get(kind)
    if number is None:
        raise UnusualError
    variant_type, packing, letter = number
    numbers: list[Any] = list(Struct(f"<{length}{letter}").unpack_from(body, at))
    at += length * packing.size
    return ua.Variant(numbers, variant_type, None, is_array=True), at


def request_head(body: bytes) -> tuple[int, bytes, int, int]:
    """Return the type id of a request, its token as encoded, its handle and where it goes on."""
    if body[:2] != _TYPE_IDS:
        raise UnusualError
    (type_id,) = _U16.unpack_from(body, 2)
    at = skip_node_id(body, _BODY_AT)
    token = body[_BODY_AT:at]
    _, handle, _, audit = _HEADER.unpack_from(body, at)
    at += _HEADER.size + max(0, audit) + 4
    # An id of the client's audit trail is kept by the ordinary way.
    if audit not in {-1, 0} or body[at : at + 3] != _PLAIN_END:
        raise UnusualError
    return type_id, token, handle, at + 3
