"""DataTypeDefinitions and method arguments, from the entries of a table (OPC 10000-3, 8)."""

from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import standard
from server.faces.opcua.types.table_names import Names
from server.faces.opcua.types.table_rows import Entry, Row

_STRUCTURE: Final = standard(ua.ObjectIds.Structure)


def definition(
    row: Row, names: Names, encoding: ua.NodeId | None
) -> ua.StructureDefinition | ua.EnumDefinition | None:
    """Return the definition of a DataType; None for one that adds nothing to its supertype."""
    if not row.entries:
        return None
    if encoding is None:
        return ua.EnumDefinition(Fields=[_enum_field(entry) for entry in row.entries])
    optional = any(entry.is_optional for entry in row.entries)
    return ua.StructureDefinition(
        DefaultEncodingId=encoding,
        BaseDataType=_STRUCTURE,
        StructureType=ua.StructureType.StructureWithOptionalFields
        if optional
        else ua.StructureType.Structure,
        Fields=[structure_field(entry, names) for entry in row.entries],
    )


def argument(entry: Entry, names: Names) -> ua.Argument:
    """Return an input or an output of a method."""
    data_type, rank, dimensions = names.data_type(entry.what)
    return ua.Argument(
        Name=ua.String(entry.name),
        DataType=data_type,
        ValueRank=ua.Int32(rank),
        ArrayDimensions=_sizes(dimensions),
        Description=ua.LocalizedText(entry.description),
    )


def structure_field(entry: Entry, names: Names) -> ua.StructureField:
    """Return a field of a structure."""
    data_type, rank, dimensions = names.data_type(entry.what)
    return ua.StructureField(
        Name=ua.String(entry.name),
        Description=ua.LocalizedText(entry.description),
        DataType=data_type,
        ValueRank=ua.Int32(rank),
        ArrayDimensions=_sizes(dimensions),
        MaxStringLength=ua.UInt32(0),
        IsOptional=entry.is_optional,
    )


def _enum_field(entry: Entry) -> ua.EnumField:
    return ua.EnumField(
        Value=ua.Int64(entry.what),
        DisplayName=ua.LocalizedText(entry.name),
        Description=ua.LocalizedText(entry.description),
        Name=ua.String(entry.name),
    )


def _sizes(dimensions: tuple[int, ...]) -> list[ua.UInt32]:
    return [ua.UInt32(one) for one in dimensions]
