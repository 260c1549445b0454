"""Nodes and links from a table of types, in the order in which they can be inserted."""

from collections.abc import Callable, Iterator
from typing import Final

from asyncua import ua

from server.faces.opcua.nodes import SCALAR, Link, Node
from server.faces.opcua.types.definitions import definition
from server.faces.opcua.types.dictionaries import dictionary
from server.faces.opcua.types.table_names import Names
from server.faces.opcua.types.table_rows import Row, read_table
from server.faces.opcua.types.table_values import Values

_C: Final = ua.NodeClass
_TYPES: Final = frozenset({"ObjectType", "VariableType", "DataType", "ReferenceType"})
_VALUED: Final = frozenset({"Variable", "VariableType"})
_FLAGS: Final = frozenset({"abstract", "inverse"})


class TypeTable:
    """One table, read: the nodes of one namespace."""

    def __init__(
        self, table: str, uri: str, namespace: int, make_id: Callable[[int], ua.NodeId]
    ) -> None:
        self._namespace = namespace
        self._rows = read_table(table)
        self._names = Names(make_id, self._rows)
        self._encodings = {
            row.parent: make_id(row.number)
            for row in self._rows
            if row.reference == "HasEncoding" and row.name == "0:Default Binary"
        }
        enumerations = {str(row.number): row.entries for row in self._rows}
        self._values = Values(
            self._names, enumerations, lambda row: dictionary(row, self._rows, uri)
        )

    def nodes(self) -> Iterator[Node]:
        """Yield every node: types before what is made of them, each after its parent."""
        for is_type in (True, False):
            for row in self._rows:
                if (row.node_class in _TYPES) is is_type:
                    yield self._node(row)

    def links(self) -> Iterator[Link]:
        """Yield the references beside those that the nodes hang on."""
        for row in self._rows:
            for note in row.notes:
                reference, _, target = note.partition(" ")
                if reference not in _FLAGS:
                    yield Link(
                        source=self._names.make_id(row.number),
                        reference=self._names.node_id(reference),
                        target=self._names.node_id(target),
                    )

    def _node(self, row: Row) -> Node:
        names = self._names
        name = row.name.removeprefix("0:")
        data_type, rank, dimensions = (
            names.data_type(row.data_type) if row.node_class in _VALUED else (None, SCALAR, ())
        )
        return Node(
            node_id=names.make_id(row.number),
            node_class=_C[row.node_class],
            name=ua.QualifiedName(name, self._namespace if name == row.name else 0),
            description=row.description,
            parent=names.node_id(row.parent),
            reference=names.node_id(row.reference),
            type_definition=names.node_id(row.type_definition) if row.type_definition else None,
            modelling_rule=names.rule(row.rule),
            value=self._values.value(row) if row.node_class == "Variable" else None,
            data_type=data_type,
            value_rank=rank,
            array_dimensions=dimensions,
            is_abstract=row.note("abstract") is not None,
            inverse_name=row.note("inverse") or "",
            definition=definition(row, names, self._encodings.get(str(row.number)))
            if row.node_class == "DataType"
            else None,
        )
