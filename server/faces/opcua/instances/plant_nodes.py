"""Objects/ISA95: its folders, and the parts that its instances are made of (OPC 10030)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.namespaces import ISA95, PLANT, plant, standard, word
from server.faces.opcua.nodes import (
    BASE_DATA_VARIABLE,
    FOLDER,
    HAS_PROPERTY,
    ORGANIZES,
    PROPERTY,
    Link,
    Node,
    built_in,
    data_value,
)
from server.faces.opcua.types import isa95_table as t

_C: Final = ua.NodeClass
_ROOT: Final = "ISA95"
NODE_VERSION: Final = "NodeVersion"

OBJECTS: Final = standard(ua.ObjectIds.ObjectsFolder)

FOLDERS: Final = (
    (("Equipment",), "The plant by its roles, from the enterprise down to the work unit."),
    (("EquipmentClasses",), "The kinds of equipment that steps ask for."),
    (("PhysicalAssets",), "Instruments and machines with their tags."),
    (("PhysicalAssetClasses",), "The kinds of instruments and machines."),
    (("PhysicalAssetTests",), "The tests by which instruments and machines are judged."),
    (("Materials",), "Materials, and the lots of them."),
    (("Materials", "Classes"), "The kinds of materials."),
    (("Materials", "Definitions"), "The materials as they are specified."),
    (("Materials", "Lots"), "The lots with their containers, by their material."),
    (("Personnel",), "The persons, and the classes they belong to."),
    (("Personnel", "Classes"), "The kinds of persons."),
    (("Personnel", "Persons"), "The persons known to the plant."),
    (("Personnel", "QualificationTests"), "What persons qualify for."),
)

Row = tuple[str, Any, ua.VariantType, str]
"""A property: its name, value, type and meaning. A list is an array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one record shows: its nodes, each after its parent, and links to others.

    ``group`` is the folder that the first node hangs in, where it stands only while somebody
    hangs there. ``shared`` are nodes that several records refer to: classes, test specifications.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...] = ()
    group: Node | None = None
    shared: tuple[tuple[Node, ...], ...] = ()


def isa95_id(*path: str) -> ua.NodeId:
    """Return the NodeId of something below Objects/ISA95."""
    return plant(_ROOT, *path)


def below(owner: ua.NodeId, *path: str) -> ua.NodeId:
    """Return the NodeId of something below a node of the plant."""
    return plant(str(owner.Identifier), *path)


def folders() -> Iterator[Node]:
    """Yield Objects/ISA95 and its folders."""
    yield _folder((), "The plant, its materials and its persons, as ISA-95 names them.", OBJECTS)
    for path, description in FOLDERS:
        yield _folder(path, description, isa95_id(*path[:-1]))


def _folder(path: tuple[str, ...], description: str, parent: ua.NodeId) -> Node:
    name = path[-1] if path else _ROOT
    return folder_node(isa95_id(*path), name, description, parent, is_notifier=True)


def folder_node(
    node_id: ua.NodeId,
    name: str,
    description: str,
    parent: ua.NodeId,
    *,
    is_notifier: bool = False,
) -> Node:
    """Return a folder."""
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        description=description,
        parent=parent,
        reference=ORGANIZES,
        type_definition=FOLDER,
        is_notifier=is_notifier,
    )


def group_of(path: tuple[str, ...], name: str, what: str) -> Node:
    """Return the folder of those that have a class, a material in common."""
    node_id = isa95_id(*path[:-1], f"{path[-1]}By{what.title()}", word(name))
    return folder_node(node_id, name, f"Those of {what} {name}.", isa95_id(*path), is_notifier=True)


def version_node(folder: ua.NodeId, version: str) -> Node:
    """Return the NodeVersion of a node whose references change (OPC 10000-3, 5.5.3)."""
    return Node(
        node_id=below(folder, NODE_VERSION),
        node_class=_C.Variable,
        name=ua.QualifiedName(NODE_VERSION, 0),
        description="Changes whenever something is put into the folder or taken out of it.",
        parent=folder,
        reference=HAS_PROPERTY,
        type_definition=PROPERTY,
        data_type=built_in(ua.VariantType.String),
        value=data_value(version, ua.VariantType.String),
    )


def class_node(folder: tuple[str, ...], name: str, kind: ua.NodeId) -> tuple[Node, ...]:
    """Return a class by its name."""
    return (
        Node(
            node_id=isa95_id(*folder, word(name)),
            node_class=_C.Object,
            name=ua.QualifiedName(name, PLANT),
            description=f"The class {name}.",
            parent=isa95_id(*folder),
            reference=ORGANIZES,
            type_definition=kind,
        ),
    )


def class_links(
    source: ua.NodeId, reference: ua.NodeId, folder: tuple[str, ...], names: Iterable[str]
) -> Iterator[Link]:
    """Yield what says of which classes an object is."""
    for name in names:
        target = isa95_id(*folder, word(name))
        yield Link(source=source, reference=reference, target=target)


def object_node(
    node_id: ua.NodeId, name: str, description: str, kind: ua.NodeId, parent: ua.NodeId
) -> Node:
    """Return an ISA-95 object in its folder; its BrowseName is its id."""
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        display=f"{name} {description}".strip(),
        description=description or name,
        parent=parent,
        reference=ORGANIZES,
        type_definition=kind,
        is_notifier=True,
    )


def attribute(
    owner: ua.NodeId, row: Row, data_type: ua.NodeId | None = None, kind: ua.NodeId | None = None
) -> Node:
    """Return an attribute that ISA-95 itself defines."""
    name, value, variant_type, description = row
    return Node(
        node_id=below(owner, name),
        node_class=_C.Variable,
        name=ua.QualifiedName(name, ISA95),
        description=description,
        parent=owner,
        reference=t.HAS_ATTRIBUTE,
        type_definition=kind or BASE_DATA_VARIABLE,
        data_type=data_type or built_in(variant_type),
        value=data_value(value, variant_type),
    )


def properties(
    owner: ua.NodeId, reference: ua.NodeId, kind: ua.NodeId, rows: Iterable[Row]
) -> Iterator[Node]:
    """Yield properties of an ISA-95 object; a list makes an array."""
    for name, value, variant_type, description in rows:
        yield Node(
            node_id=below(owner, word(name)),
            node_class=_C.Variable,
            name=ua.QualifiedName(name, PLANT),
            description=description,
            parent=owner,
            reference=reference,
            type_definition=kind,
            data_type=built_in(variant_type),
            value_rank=1 if isinstance(value, list) else -1,
            value=data_value(value, variant_type),
        )
