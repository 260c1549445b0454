"""The values of variables in a table: what stands after ``=``, made a value of its data type."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.nodes import variant
from server.faces.opcua.types.definitions import argument
from server.faces.opcua.types.table_names import Names
from server.faces.opcua.types.table_rows import Entry, Row

_V: Final = ua.VariantType

_WRITTEN: Final[Mapping[str, tuple[ua.VariantType, Callable[[str], Any]]]] = {
    "Boolean": (_V.Boolean, lambda text: text == "true"),
    "UInt32": (_V.UInt32, int),
    "IdType": (_V.Int32, int),
    "String": (_V.String, str),
    "NumericRange": (_V.String, str),
    "DateTime": (_V.DateTime, datetime.fromisoformat),
}
_ARGUMENTS: Final = frozenset({"0:InputArguments", "0:OutputArguments"})


class Values:
    """Makes the values of one table; ``names_of`` are the entries of each enumeration."""

    def __init__(
        self,
        names: Names,
        names_of: Mapping[str, list[Entry]],
        dictionary_of: Callable[[Row], bytes],
    ) -> None:
        self._names = names
        self._names_of = names_of
        self._dictionary_of = dictionary_of

    def value(self, row: Row) -> ua.DataValue:
        """Return what the variable holds; null where the standard gives no value."""
        return ua.DataValue(self._variant(row))

    def _variant(self, row: Row) -> ua.Variant:
        if row.name in _ARGUMENTS:
            arguments = [argument(entry, self._names) for entry in row.entries]
            return variant(arguments, _V.ExtensionObject)
        if row.value is None:
            return ua.Variant()
        if row.value == "(names)":
            texts = [ua.LocalizedText(entry.name) for entry in self._names_of[row.parent]]
            return variant(texts, _V.LocalizedText)
        if row.value == "(values)":
            values = [_enum_value(entry) for entry in self._names_of[row.parent]]
            return variant(values, _V.ExtensionObject)
        if row.value == "(dictionary)":
            return variant(self._dictionary_of(row), _V.ByteString)
        kind, convert = _WRITTEN[row.data_type.partition("[")[0]]
        if row.value.startswith("["):
            return variant([convert(one) for one in row.value[1:-1].split("; ")], kind)
        return variant(convert(row.value), kind)


def _enum_value(entry: Entry) -> ua.EnumValueType:
    return ua.EnumValueType(
        Value=ua.Int64(entry.what),
        DisplayName=ua.LocalizedText(entry.name),
        Description=ua.LocalizedText(entry.description),
    )
