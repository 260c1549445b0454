"""DataTypeDefinitions from NodeSet2 files (OPC 10000-6, F.12; OPC 10000-3, 8.48 to 8.51)."""

from collections.abc import Callable, Sequence
from typing import Final

from asyncua import ua
from lxml import etree

from server.faces.opcua.types.nodeset_file import NODESET, NodesetFile

Definition = ua.StructureDefinition | ua.EnumDefinition
_ANY: Final = "i=24"


def definition_of(
    file: NodesetFile,
    element: etree._Element,
    supertype: ua.NodeId,
    encoding: ua.NodeId | None,
    inherited: Callable[[ua.NodeId], Definition | None],
) -> Definition:
    """Return what a Definition element says, with the fields of the supertypes before its own."""
    fields = element.findall(f"{NODESET}Field")
    base = inherited(supertype)
    is_structure = isinstance(base, ua.StructureDefinition) or encoding is not None
    if not is_structure and all(one.get("Value") is not None for one in fields):
        return ua.EnumDefinition(Fields=[_enum_field(one) for one in fields])
    own = [_structure_field(file, one) for one in fields]
    before = list(base.Fields) if isinstance(base, ua.StructureDefinition) else []
    return ua.StructureDefinition(
        DefaultEncodingId=encoding or ua.NodeId(),
        BaseDataType=supertype,
        StructureType=_kind(element, fields, base),
        Fields=before + own,
    )


def _kind(
    element: etree._Element, fields: Sequence[etree._Element], base: Definition | None
) -> ua.StructureType:
    if element.get("IsUnion") == "true":
        return ua.StructureType.Union
    if any(one.get("AllowSubTypes") == "true" for one in fields):
        return ua.StructureType.StructureWithSubtypedValues
    inherits = base.StructureType if isinstance(base, ua.StructureDefinition) else None
    with_optional = ua.StructureType.StructureWithOptionalFields
    if inherits is with_optional or any(one.get("IsOptional") == "true" for one in fields):
        return with_optional
    return ua.StructureType.Structure


def _structure_field(file: NodesetFile, one: etree._Element) -> ua.StructureField:
    allows = one.get("IsOptional") == "true" or one.get("AllowSubTypes") == "true"
    return ua.StructureField(
        Name=ua.String(one.get("Name")),
        Description=ua.LocalizedText(one.findtext(f"{NODESET}Description") or ""),
        DataType=file.node_id(one.get("DataType", _ANY)),
        ValueRank=ua.Int32(one.get("ValueRank", "-1")),
        ArrayDimensions=list(sizes(one.get("ArrayDimensions"))),
        MaxStringLength=ua.UInt32(one.get("MaxStringLength", "0")),
        IsOptional=allows,
    )


def _enum_field(one: etree._Element) -> ua.EnumField:
    name = one.get("Name", "")
    return ua.EnumField(
        Value=ua.Int64(one.get("Value", "0")),
        DisplayName=ua.LocalizedText(one.findtext(f"{NODESET}DisplayName") or name),
        Description=ua.LocalizedText(one.findtext(f"{NODESET}Description") or ""),
        Name=ua.String(name),
    )


def sizes(text: str | None) -> tuple[ua.UInt32, ...]:
    """Return ArrayDimensions as they are written; ValueError when they are no numbers."""
    return tuple(ua.UInt32(one) for one in text.split(",")) if text else ()
