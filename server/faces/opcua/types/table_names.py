"""What the names in a table of types stand for."""

from collections.abc import Callable, Iterable
from typing import Final

from asyncua import ua

from server.faces.opcua.namespaces import standard, types
from server.faces.opcua.nodes import SCALAR
from server.faces.opcua.types.table_rows import Row

_TYPES: Final = frozenset({"ObjectType", "VariableType", "DataType", "ReferenceType"})
_SCALAR_OR_ARRAY: Final = {"any": -2}


class Names:
    """Names of one table: its own types first, then those of OPC UA."""

    def __init__(self, make_id: Callable[[int], ua.NodeId], rows: Iterable[Row]) -> None:
        self.make_id = make_id
        self._known = {row.name: make_id(row.number) for row in rows if row.node_class in _TYPES}

    def node_id(self, name: str) -> ua.NodeId:
        """Return the node that a cell names; AttributeError when there is none."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._look_up(name)
        return found

    def rule(self, name: str) -> ua.NodeId | None:
        """Return the modelling rule that a cell names, if it names one."""
        return self.node_id(f"ModellingRule_{name}") if name else None

    def data_type(self, cell: str) -> tuple[ua.NodeId, int, tuple[int, ...]]:
        """Return the DataType, ValueRank and ArrayDimensions that a cell names."""
        name, bracket, dimensions = cell.partition("[")
        if bracket:
            sizes = tuple(int(one) for one in dimensions.rstrip("]").split(",") if one)
            return self.node_id(name), max(len(sizes), 1), sizes
        name, _, rank = cell.partition(" ")
        return self.node_id(name), _SCALAR_OR_ARRAY.get(rank, SCALAR), ()

    def _look_up(self, name: str) -> ua.NodeId:
        if name.isdigit():
            return self.make_id(int(name))
        if name.startswith("i="):
            return standard(int(name[2:]))
        if name.startswith("ours:"):
            return types(int(name[5:]))
        return standard(getattr(ua.ObjectIds, name))
