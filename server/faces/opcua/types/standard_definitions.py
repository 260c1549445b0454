"""The definitions of the standard's own data types, which the address space of asyncua lacks.

One line a data type, then one a field or a value:

    number | plain, optional, subtyped or union | number of the supertype | number of the encoding
    - name | data type | optional
    number | enumeration
    - name | value | what it shows, where that is not its name
"""

from collections.abc import Iterator
from importlib import resources
from typing import Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue

from server.faces.opcua.namespaces import standard
from server.faces.opcua.types.definitions import structure_field
from server.faces.opcua.types.table_names import Names
from server.faces.opcua.types.table_rows import Entry

_KINDS: Final = {
    "plain": ua.StructureType.Structure,
    "optional": ua.StructureType.StructureWithOptionalFields,
    "subtyped": ua.StructureType.StructureWithSubtypedValues,
    "union": ua.StructureType.Union,
}
_Definition = ua.StructureDefinition | ua.EnumDefinition


def standard_definitions() -> Iterator[tuple[ua.NodeId, _Definition]]:
    """Yield each data type of OPC UA that has fields or values, with its definition."""
    text = (resources.files(__package__) / "tables" / "standard.txt").read_text(encoding="utf-8")
    names = Names(standard, ())
    for block in _blocks(text):
        number, kind, *more = block[0]
        if kind == "enumeration":
            yield (
                standard(int(number)),
                ua.EnumDefinition(Fields=[_value(*one) for one in block[1:]]),
            )
            continue
        supertype, encoding = more
        yield (
            standard(int(number)),
            ua.StructureDefinition(
                DefaultEncodingId=standard(int(encoding)),
                BaseDataType=standard(int(supertype)),
                StructureType=_KINDS[kind],
                Fields=[structure_field(_entry(*one), names) for one in block[1:]],
            ),
        )


def add_standard_definitions(space: AddressSpace) -> None:
    """Give the data types of the standard their definitions, before anybody reads them."""
    for node_id, definition in standard_definitions():
        held = ua.DataValue(ua.Variant(definition, ua.VariantType.ExtensionObject))
        attributes = space[node_id].attributes
        attributes[ua.AttributeIds.DataTypeDefinition] = AttributeValue(held)


def _blocks(text: str) -> Iterator[list[list[str]]]:
    block: list[list[str]] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.removeprefix("- ").split("|")]
        if not line.startswith("- ") and block:
            yield block
            block = []
        block.append(cells)
    yield block


def _entry(name: str, what: str, optional: str = "") -> Entry:
    return Entry(name, what, is_optional=bool(optional), description="")


def _value(name: str, value: str, shown: str = "") -> ua.EnumField:
    return ua.EnumField(
        Value=ua.Int64(value),
        DisplayName=ua.LocalizedText(shown or name),
        Description=ua.LocalizedText(""),
        Name=ua.String(name),
    )
