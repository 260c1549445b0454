"""Type dictionaries (OPC 10000-5, Annex D), for clients that know no DataTypeDefinition.

They say the same as the definitions of the data types and are written from the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from server.faces.opcua.types.table_rows import Entry, Row

_MASK_BITS: Final = 32

_BINARY: Final[Mapping[str, str]] = {
    "Boolean": "opc:Boolean",
    "Byte": "opc:Byte",
    "Int16": "opc:Int16",
    "Int32": "opc:Int32",
    "UInt32": "opc:UInt32",
    "Float": "opc:Float",
    "String": "opc:CharArray",
    "DecimalString": "opc:CharArray",
    "DateTime": "opc:DateTime",
    "UtcTime": "opc:DateTime",
    "BaseDataType": "ua:Variant",
}
_XML: Final[Mapping[str, str]] = {
    "Boolean": "xs:boolean",
    "Int16": "xs:short",
    "Int32": "xs:int",
    "Int64": "xs:long",
    "UInt32": "xs:unsignedInt",
    "Float": "xs:float",
    "Double": "xs:double",
    "String": "xs:string",
    "DecimalString": "xs:string",
    "DateTime": "xs:dateTime",
    "UtcTime": "xs:dateTime",
    "ByteString": "xs:base64Binary",
    "Image": "xs:base64Binary",
    "BaseDataType": "ua:Variant",
}


def dictionary(row: Row, rows: Sequence[Row], uri: str) -> bytes:
    """Return the dictionary that a row of DataTypeDictionaryType holds."""
    data_types = [one for one in rows if one.node_class == "DataType"]
    if row.parent == "OPCBinarySchema_TypeSystem":
        return "\n".join(_binary(data_types, uri)).encode()
    number = str(row.number)
    target = next(
        one.value for one in rows if one.parent == number and one.name == "0:NamespaceUri"
    )
    return "\n".join(_xml(data_types, target or uri)).encode()


def _is_enumeration(row: Row) -> bool:
    return row.parent == "Enumeration"


def _binary(data_types: Sequence[Row], uri: str) -> Iterator[str]:
    own = {row.name for row in data_types}
    yield (
        '<opc:TypeDictionary xmlns:opc="http://opcfoundation.org/BinarySchema/"'
        ' xmlns:ua="http://opcfoundation.org/UA/"'
        f' xmlns:tns="{uri}" DefaultByteOrder="LittleEndian" TargetNamespace="{uri}">'
    )
    yield ' <opc:Import Namespace="http://opcfoundation.org/UA/"/>'
    for row in data_types:
        if not row.entries:
            yield f' <opc:OpaqueType Name="{row.name}"/>'
        elif _is_enumeration(row):
            yield f' <opc:EnumeratedType Name="{row.name}" LengthInBits="32">'
            for entry in row.entries:
                yield f'  <opc:EnumeratedValue Name="{entry.name}" Value="{entry.what}"/>'
            yield " </opc:EnumeratedType>"
        else:
            yield f' <opc:StructuredType Name="{row.name}" BaseType="ua:ExtensionObject">'
            yield from _mask(row.entries)
            for entry in row.entries:
                yield from _binary_field(entry, own)
            yield " </opc:StructuredType>"
    yield "</opc:TypeDictionary>"


def _mask(entries: Sequence[Entry]) -> Iterator[str]:
    optional = [entry.name for entry in entries if entry.is_optional]
    for name in optional:
        yield f'  <opc:Field Name="{name}Specified" TypeName="opc:Bit"/>'
    if optional:
        left = _MASK_BITS - len(optional)
        yield f'  <opc:Field Name="Reserved1" TypeName="opc:Bit" Length="{left}"/>'


def _binary_field(entry: Entry, own: set[str]) -> Iterator[str]:
    element, bracket, _ = entry.what.partition("[")
    prefix = "tns" if element in own else "ua"
    type_name = _BINARY.get(element, f"{prefix}:{element}")
    switch = f' SwitchField="{entry.name}Specified"' if entry.is_optional else ""
    length = f' LengthField="NoOf{entry.name}"' if bracket else ""
    if bracket:
        yield f'  <opc:Field Name="NoOf{entry.name}" TypeName="opc:Int32"{switch}/>'
    yield f'  <opc:Field Name="{entry.name}" TypeName="{type_name}"{length}{switch}/>'


def _xml(data_types: Sequence[Row], target: str) -> Iterator[str]:
    own = {row.name for row in data_types}
    bases = {
        name: row.parent
        for row in data_types
        if not row.entries
        for name in (row.name, str(row.number))
    }
    yield (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:ua="http://opcfoundation.org/UA/2008/02/Types.xsd"'
        f' xmlns:tns="{target}" targetNamespace="{target}" elementFormDefault="qualified">'
    )
    yield ' <xs:import namespace="http://opcfoundation.org/UA/2008/02/Types.xsd"/>'
    for row in data_types:
        if not row.entries:
            base = row.parent
            while base in bases:
                base = bases[base]
            yield f' <xs:element name="{row.name}" type="{_XML[base]}"/>'
            continue
        yield from _xml_enumeration(row) if _is_enumeration(row) else _xml_structure(row, own)
        yield from _xml_elements(row.name)
    yield "</xs:schema>"


def _xml_enumeration(row: Row) -> Iterator[str]:
    yield f' <xs:simpleType name="{row.name}"><xs:restriction base="xs:string">'
    for entry in row.entries:
        yield f'  <xs:enumeration value="{entry.name}_{entry.what}"/>'
    yield " </xs:restriction></xs:simpleType>"


def _xml_structure(row: Row, own: set[str]) -> Iterator[str]:
    yield f' <xs:complexType name="{row.name}"><xs:sequence>'
    if any(entry.is_optional for entry in row.entries):
        yield '  <xs:element name="EncodingMask" type="xs:unsignedInt" minOccurs="0"/>'
    for entry in row.entries:
        element, bracket, _ = entry.what.partition("[")
        prefix = "tns" if element in own else "ua"
        listed = f"{prefix}:ListOf{element}"
        type_name = listed if bracket else _XML.get(element, f"{prefix}:{element}")
        yield f'  <xs:element name="{entry.name}" type="{type_name}" minOccurs="0" maxOccurs="1"/>'
    yield " </xs:sequence></xs:complexType>"


def _xml_elements(name: str) -> Iterator[str]:
    yield f' <xs:element name="{name}" type="tns:{name}"/>'
    yield f' <xs:complexType name="ListOf{name}"><xs:sequence>'
    yield (
        f'  <xs:element name="{name}" type="tns:{name}" minOccurs="0" maxOccurs="unbounded"'
        ' nillable="true"/>'
    )
    yield " </xs:sequence></xs:complexType>"
    yield f' <xs:element name="ListOf{name}" type="tns:ListOf{name}" nillable="true"/>'
