"""An address space of its own, without a socket: the types, and what records show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.server.internal_server import InternalServer

from historian.in_memory import InMemoryExecutionLog
from mappings.check import check_file
from mappings.language import LineMapping
from models.execution.records import EquipmentRecord, Record
from server.bootstrap.opcua_tags import packml_rows, tag_row
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.instances import work_nodes
from server.faces.opcua.instances.model_changes import ChangeBatch, ModelChanges
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.plant_projection import PlantProjection
from server.faces.opcua.instances.shown_instances import Instances
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.types.type_nodes import type_links, type_nodes
from server.queries.read_model import ReadModel
from tests.tree import ROOT

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LINES = ROOT / "mappings" / "lines"


@dataclass
class Space:
    """The address space and everything that fills it."""

    aspace: Any
    tree: AddressTree
    model: ReadModel
    changes: ModelChanges
    instances: Instances
    projection: PlantProjection
    told: list[ChangeBatch] = field(default_factory=list)

    async def tell(self, batch: ChangeBatch) -> None:
        self.told.append(batch)

    async def put(self, stream: str, record: Record) -> None:
        """Let a record become this, and be shown."""
        self.model._keep(stream, self.model.version(stream) + 1, record)
        await self.projection.show(stream, record)

    def value(self, path: str) -> Any:
        """Return what a variable of the plant shows."""
        held = self.aspace.read_attribute_value(node(path), ua.AttributeIds.Value)
        return held.Value.Value if held.Value is not None else None

    def read(self, node_id: ua.NodeId, attribute: ua.AttributeIds) -> Any:
        held = self.aspace.read_attribute_value(node_id, attribute)
        return held.Value.Value if held.Value is not None else None

    def targets(self, path: str, reference: ua.NodeId, *, forward: bool = True) -> list[str]:
        """Return where the references of a type lead to, as paths."""
        return [
            str(one.NodeId.Identifier)
            for one in self.aspace[node(path)].references
            if one.ReferenceTypeId == reference and one.IsForward == forward
        ]

    def lines(self) -> list[str]:
        """Return every instance as a line: path, node class, type definition, data type."""
        return sorted(self._line(one) for one in self.tree if one.NamespaceIndex == 4)

    def _line(self, node_id: ua.NodeId) -> str:
        node_class = ua.NodeClass(self.read(node_id, ua.AttributeIds.NodeClass))
        words = [str(node_id.Identifier), node_class.name, short(self.tree.type_of(node_id))]
        if node_class is ua.NodeClass.Variable:
            words.append(short(self.read(node_id, ua.AttributeIds.DataType)))
        return " ".join(word.replace(" ", "~") for word in words)


def node(path: str) -> ua.NodeId:
    return ua.NodeId(ua.String(path), ua.Int16(4))


def short(node_id: ua.NodeId) -> str:
    """Return a numeric NodeId as namespace and number; a dash for none."""
    return "-" if node_id.is_null() else f"{node_id.NamespaceIndex}:{node_id.Identifier}"


def line_files() -> Iterator[LineMapping]:
    """Yield the line files that are shipped."""
    for path in sorted(LINES.glob("*.yaml")):
        mapping = check_file(path, {}).mapping
        assert mapping is not None, path
        yield mapping


def line_tags() -> tuple[TagRow, ...]:
    """Return the tags of the line files that are shipped."""
    return tuple(
        tag_row(line, tag) for line in line_files() for tag in line.tags if not tag.writable
    )


def line_machines() -> tuple[PackMLRow, ...]:
    """Return the machines of the line files that show their PackML state."""
    return tuple(row for line in line_files() for row in packml_rows(line))


async def filled_space(
    records: Mapping[str, Record | None],
    tags: Iterable[TagRow] = (),
    machines: Iterable[PackMLRow] = (),
) -> Space:
    """Return an address space that shows these records, in the order in which they stand."""
    server = InternalServer()
    await server.init()
    tree = AddressTree(server.aspace)
    tree.insert(type_nodes())
    for link in type_links():
        tree.link(link)
    model = ReadModel(InMemoryExecutionLog(), b"k" * 32)
    for stream, record in records.items():
        if record is not None:
            model._keep(stream, 1, record)
    shown: set[str] = set()

    async def write(node_id: ua.NodeId, value: ua.DataValue) -> None:
        server.aspace[node_id].attributes[ua.AttributeIds.Value].value = value

    changes = ModelChanges(tree, write, lambda: datetime.now(UTC))
    instances = Instances(tree, write, changes)

    async def on_station(record: EquipmentRecord) -> None:
        station = record.equipment.equipment_id
        if station not in shown:
            shown.add(station)
            nodes = tuple(work_nodes.station(record.equipment))
            await instances.show(f"faceplate:{station}", nodes)

    projection = PlantProjection(instances, model, tags, machines, on_station)
    projection.show_folders()
    await projection.show_all()
    return Space(server.aspace, tree, model, changes, instances, projection)
