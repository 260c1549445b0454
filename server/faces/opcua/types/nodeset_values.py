"""Values in NodeSet2 files (OPC 10000-6, 5.3): XML made Variants."""

import base64
import binascii
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, Final

from asyncua import ua
from lxml import etree

from server.faces.opcua.nodes import NO_TIME
from server.faces.opcua.types.nodeset_file import NodesetFile

_TYPES: Final = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"
_MAX_DEPTH: Final = 32
_INTEGERS: Final = ("SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64")


class UnknownStructureError(Exception):
    """A value is a structure that the server has no class for; it is served as null."""


def value_of(file: NodesetFile, element: etree._Element) -> ua.Variant:
    """Return what a Value element holds.

    Raises ValueError for what is written wrong, UnknownStructureError for foreign structures.
    """
    one = next(iter(element), None)
    if one is None:
        return ua.Variant()
    return _variant(file, one, 0)


def _variant(file: NodesetFile, one: etree._Element, depth: int) -> ua.Variant:
    kind = _local(one)
    if kind.startswith("ListOf"):
        element_kind = kind.removeprefix("ListOf")
        values = [_decoded(file, element_kind, each, depth) for each in one]
        return ua.Variant(values, _variant_type(element_kind), is_array=True)
    return ua.Variant(_decoded(file, kind, one, depth), _variant_type(kind))


def _variant_type(kind: str) -> ua.VariantType:
    try:
        return ua.VariantType[kind]
    except KeyError:
        raise ValueError(f"{kind} is no type of a value that is known here") from None


def _local(one: etree._Element) -> str:
    return etree.QName(one).localname


def _child(one: etree._Element, name: str) -> str:
    return (one.findtext(f"{_TYPES}{name}") or "").strip()


def _decoded(file: NodesetFile, kind: str, one: etree._Element, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError(f"a value is nested more than {_MAX_DEPTH} deep")
    simple = _SIMPLE.get(kind)
    if simple is not None:
        return simple((one.text or "").strip() if kind != "String" else one.text or "")
    nested = _NESTED.get(kind)
    if nested is not None:
        return nested(file, one, depth)
    built = _BUILT.get(kind)
    if built is None:
        raise ValueError(f"values of {kind} are not read")
    return built(file, one)


def _extension_object(file: NodesetFile, one: etree._Element, depth: int) -> Any:
    body = one.find(f"{_TYPES}Body/*")
    if body is None:
        return ua.ExtensionObject()
    known = {kind.__name__: kind for kind in ua.extension_objects_by_typeid.values()}
    structure = known.get(_local(body))
    if structure is None:
        raise UnknownStructureError(_local(body))
    return _structure(file, structure, body, depth + 1)


def _structure(file: NodesetFile, structure: type, body: etree._Element, depth: int) -> Any:
    hints = _hints(structure)
    given = {}
    for one in body:
        name = _local(one)
        if name == "EncodingMask":
            continue
        if name not in hints:
            raise ValueError(f"{structure.__name__} has no field {name}")
        given[name] = _field(file, hints[name], one, depth)
    return structure(**given)


@cache
def _hints(structure: type) -> Mapping[str, Any]:
    return typing.get_type_hints(structure, localns={"ua": ua})


def _field(file: NodesetFile, hint: Any, one: etree._Element, depth: int) -> Any:
    arguments = [each for each in typing.get_args(hint) if each is not type(None)]
    if typing.get_origin(hint) is list:
        return [_field(file, arguments[0], each, depth) for each in one]
    if arguments:
        return _field(file, arguments[0], one, depth)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(int((one.text or "0").strip().rpartition("_")[2]))
    name = "DateTime" if hint is datetime else hint.__name__
    if name in _SIMPLE or name in ua.VariantType.__members__:
        return _decoded(file, name, one, depth)
    if isinstance(hint, type) and is_dataclass(hint):
        if depth > _MAX_DEPTH:
            raise ValueError(f"a value is nested more than {_MAX_DEPTH} deep")
        return _structure(file, hint, one, depth + 1)
    raise ValueError(f"values of {name} are not read")


def _expanded(file: NodesetFile, one: etree._Element) -> ua.ExpandedNodeId:
    plain = file.node_id(_child(one, "Identifier"))
    return ua.ExpandedNodeId(plain.Identifier, plain.NamespaceIndex)


def _name(file: NodesetFile, one: etree._Element) -> ua.QualifiedName:
    return file.qualified_name(f"{_child(one, 'NamespaceIndex') or 0}:{_child(one, 'Name')}")


def _xml(_: NodesetFile, one: etree._Element) -> ua.XmlElement:
    written = "".join(etree.tostring(each, encoding="unicode") for each in one)
    return ua.XmlElement(ua.String(written))


def _held_variant(file: NodesetFile, one: etree._Element, depth: int) -> ua.Variant:
    held = one.find(f"{_TYPES}Value/*")
    return _variant(file, held, depth + 1) if held is not None else ua.Variant()


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower() in ("true", "1")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return max(moment, NO_TIME.replace(tzinfo=UTC))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise ValueError(f"a ByteString is not written in base64: {error}") from None


_SIMPLE: Final[dict[str, Callable[[str], Any]]] = {
    "Boolean": _truth,
    "Float": float,
    "Double": float,
    "String": str,
    "CharArray": str,
    "DateTime": _moment,
    "ByteString": _bytes,
    **dict.fromkeys(_INTEGERS, int),
}
_BUILT: Final[Mapping[str, Callable[[NodesetFile, etree._Element], Any]]] = {
    "Guid": lambda _, one: uuid.UUID(_child(one, "String")),
    "XmlElement": _xml,
    "NodeId": lambda file, one: file.node_id(_child(one, "Identifier")),
    "ExpandedNodeId": _expanded,
    "StatusCode": lambda _, one: ua.StatusCode(ua.UInt32(_child(one, "Code") or 0)),
    "QualifiedName": _name,
    "LocalizedText": lambda _, one: ua.LocalizedText(
        _child(one, "Text"), _child(one, "Locale") or None
    ),
}
_NESTED: Final[Mapping[str, Callable[[NodesetFile, etree._Element, int], Any]]] = {
    "ExtensionObject": _extension_object,
    "Variant": _held_variant,
}
