"""The plant as nodes: equipment, physical assets, materials, lots and persons (OPC 10030)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asyncua import ua

from models.execution import records as r
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.personnel import Qualification
from models.isa95.quantity import Quantity
from server.faces.opcua.instances.engineering_units import engineering_units
from server.faces.opcua.namespaces import ISA95, PLANT, plant, standard, word
from server.faces.opcua.nodes import (
    FOLDER,
    ORGANIZES,
    PROPERTY,
    Link,
    Node,
    built_in,
    data_value,
)
from server.faces.opcua.types import isa95_table as t

_C: Final = ua.NodeClass
_V: Final = ua.VariantType
_ROOT: Final = "ISA95"
_OF_A_LOT: Final = ("Status", "Quantity", "Expiration")
"""What a lot has beside its containers."""

OBJECTS: Final = standard(ua.ObjectIds.ObjectsFolder)

FOLDERS: Final = (
    (("Equipment",), "The plant by its roles, from the enterprise down to the work unit."),
    (("EquipmentClasses",), "The kinds of equipment that steps ask for."),
    (("PhysicalAssets",), "Instruments and machines with their tags."),
    (("PhysicalAssetClasses",), "The kinds of instruments and machines."),
    (("Materials",), "Materials, and the lots of them."),
    (("Materials", "Definitions"), "The materials as they are specified."),
    (("Materials", "Lots"), "The lots with their containers."),
    (("Personnel",), "The persons, and the classes they belong to."),
    (("Personnel", "Classes"), "The kinds of persons."),
    (("Personnel", "Persons"), "The persons known to the plant."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one record shows: its nodes, each after its parent, and links to others."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...] = ()


def isa95_id(*path: str) -> ua.NodeId:
    """Return the NodeId of something below Objects/ISA95."""
    return plant(_ROOT, *path)


def folders() -> Iterator[Node]:
    """Yield Objects/ISA95 and its folders."""
    yield _folder((), "The plant, its materials and its persons, as ISA-95 names them.", OBJECTS)
    for path, description in FOLDERS:
        yield _folder(path, description, isa95_id(*path[:-1]))


def _folder(path: tuple[str, ...], description: str, parent: ua.NodeId) -> Node:
    return Node(
        node_id=isa95_id(*path),
        node_class=_C.Object,
        name=ua.QualifiedName(path[-1] if path else _ROOT, PLANT),
        description=description,
        parent=parent,
        reference=ORGANIZES,
        type_definition=FOLDER,
    )


def equipment(record: r.EquipmentRecord, parents: frozenset[str]) -> Shown:
    """Return one role; it hangs below its parent where that is known (``parents``)."""
    item = record.equipment
    node_id = isa95_id("Equipment", item.equipment_id)
    nested = item.parent in parents
    parent = isa95_id("Equipment", str(item.parent)) if nested else isa95_id("Equipment")
    node = Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(item.equipment_id, PLANT),
        display=f"{item.equipment_id} {item.description}".strip(),
        description=item.description,
        parent=parent,
        reference=t.MADE_UP_OF_EQUIPMENT if nested else ORGANIZES,
        type_definition=t.EQUIPMENT_TYPE,
    )
    level = list(EquipmentLevel).index(item.level)
    running = record.running.value if record.running else ""
    properties = (
        ("Running", running, _V.String, "Running, Stopped or Fault, as the machine last said."),
        ("Alarm", record.alarm, _V.String, "The last alarm of the machine."),
    )
    classes = (
        Link(
            source=node_id,
            reference=t.DEFINED_BY_EQUIPMENT_CLASS,
            target=isa95_id("EquipmentClasses", name),
        )
        for name in item.equipment_classes
    )
    assets = (
        Link(source=node_id, reference=t.IMPLEMENTED_BY, target=isa95_id("PhysicalAssets", name))
        for name in item.physical_assets
    )
    return Shown(
        nodes=(
            node,
            _level(node_id, level),
            # The text of OPC 10030 says HasISA95Property; the published type says otherwise.
            *_properties(node_id, t.HAS_ISA95_PROPERTY, t.EQUIPMENT_PROPERTY_TYPE, properties),
        ),
        links=(*classes, *assets, *_faceplate(item)),
    )


def _faceplate(item: Equipment) -> Iterator[Link]:
    """Yield the way from a station to what an HMI binds to."""
    if item.is_station:
        source = isa95_id("Equipment", item.equipment_id)
        target = plant("Stations", item.equipment_id)
        yield Link(source=source, reference=ORGANIZES, target=target)


def _level(owner: ua.NodeId, level: int) -> Node:
    return Node(
        node_id=plant(str(owner.Identifier), "EquipmentLevel"),
        node_class=_C.Variable,
        name=ua.QualifiedName("EquipmentLevel", ISA95),
        description="The level at which the equipment stands.",
        parent=owner,
        reference=t.HAS_ATTRIBUTE,
        type_definition=PROPERTY,
        data_type=t.EQUIPMENT_LEVEL,
        value=data_value(level, _V.Int32),
    )


def classes(folder: tuple[str, ...], names: Iterable[str], kind: ua.NodeId) -> Shown:
    """Return classes by their names."""
    return Shown(
        nodes=tuple(
            Node(
                node_id=isa95_id(*folder, name),
                node_class=_C.Object,
                name=ua.QualifiedName(name, PLANT),
                description=f"The class {name}.",
                parent=isa95_id(*folder),
                reference=ORGANIZES,
                type_definition=kind,
            )
            for name in sorted(set(names))
        )
    )


def physical_asset(record: r.PhysicalAssetRecord) -> Shown:
    """Return an instrument or machine with its calibration; tags are put below it."""
    item = record.defined
    node_id = isa95_id("PhysicalAssets", item.physical_asset_id)
    properties: list[tuple[str, Any, ua.VariantType, str]] = [
        ("SerialNumber", item.serial_number, _V.String, "The maker's serial number."),
    ]
    if item.requires_calibration:
        properties += [
            ("CalibrationDue", record.calibration_due_time, _V.DateTime,
             "From this moment on the calibration no longer holds."),
            ("CalibrationCertificate", record.certificate, _V.String, "The last certificate."),
        ]  # fmt: skip
    return Shown(
        nodes=(
            _object(node_id, ("PhysicalAssets",), item.physical_asset_id, item.description,
                    t.ASSET_TYPE),
            *_properties(node_id, t.HAS_ISA95_PROPERTY, t.ASSET_PROPERTY_TYPE, properties),
        ),
        links=tuple(
            Link(
                source=node_id,
                reference=t.DEFINED_BY_ASSET_CLASS,
                target=isa95_id("PhysicalAssetClasses", name),
            )
            for name in item.physical_asset_classes
        ),
    )  # fmt: skip


def material_definition(record: r.MaterialDefinitionRecord) -> Shown:
    """Return a material."""
    item = record.material_definition
    node_id = isa95_id("Materials", "Definitions", item.material_definition_id)
    unit = (("Unit", item.unit, _V.String, "The unit in which it is kept in stock."),)
    return Shown(
        nodes=(
            _object(node_id, ("Materials", "Definitions"), item.material_definition_id,
                    item.description, t.MATERIAL_DEFINITION_TYPE),
            *_properties(node_id, t.HAS_CLASS_PROPERTY, t.MATERIAL_PROPERTY_TYPE, unit),
        )
    )  # fmt: skip


def material_lot(
    record: r.MaterialLotRecord, sublots: Iterable[r.MaterialSublotRecord], kind: ua.NodeId
) -> Shown:
    """Return a lot with its disposition and its containers."""
    item = record.material_lot
    node_id = isa95_id("Materials", "Lots", word(item.material_lot_id))
    status = item.disposition.value + (f" ({item.status})" if item.status else "")
    expiry = (
        ("Expiration", item.expiration_time, _V.DateTime, "From this moment on it has expired."),
    )
    held = tuple(sublots)
    nodes = [
        _object(node_id, ("Materials", "Lots"), item.material_lot_id,
                f"A lot of {item.material_definition_id}.", t.MATERIAL_LOT_TYPE),
        _attribute(node_id, "Status", status, "Whether the lot may be used."),
        *_quantity(node_id, [one.remaining for one in held], "How much is left of the lot."),
        *_properties(node_id, t.HAS_ISA95_PROPERTY, kind, expiry),
    ]  # fmt: skip
    for sublot in held:
        nodes += _sublot(node_id, sublot)
    definition = Link(
        source=node_id,
        reference=t.DEFINED_BY_MATERIAL,
        target=isa95_id("Materials", "Definitions", item.material_definition_id),
    )
    return Shown(nodes=tuple(nodes), links=(definition,))


def _sublot(lot: ua.NodeId, sublot: r.MaterialSublotRecord) -> Iterator[Node]:
    node_id = plant(str(lot.Identifier), word(sublot.material_sublot_id, _OF_A_LOT))
    yield Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(sublot.material_sublot_id, PLANT),
        description=f"A container of lot {sublot.material_lot_id}.",
        parent=lot,
        reference=t.MADE_UP_OF_SUBLOT,
        type_definition=t.MATERIAL_SUBLOT_TYPE,
    )
    yield from _quantity(node_id, [sublot.remaining], "How much is left in it.")
    yield _attribute(
        node_id, "StorageLocation", sublot.storage_location, "Where the container stands."
    )


def _quantity(owner: ua.NodeId, amounts: Sequence[Quantity], description: str) -> Iterator[Node]:
    """Yield the sum with its unit; nothing where there is nothing to add up."""
    if not amounts:
        return
    first = amounts[0]
    total = sum((one for one in amounts[1:] if one.converts_to(first.unit)), first)
    node_id = plant(str(owner.Identifier), "Quantity")
    yield Node(
        node_id=node_id,
        node_class=_C.Variable,
        name=ua.QualifiedName("Quantity", ISA95),
        description=description,
        parent=owner,
        reference=t.HAS_ATTRIBUTE,
        type_definition=standard(ua.ObjectIds.BaseDataVariableType),
        data_type=built_in(_V.Double),
        value=data_value(float(total.value), _V.Double),
    )
    yield engineering_units(node_id, total.unit)


def person(record: r.PersonRecord) -> Shown:
    """Return a person with classes and qualifications."""
    item = record.person
    node_id = isa95_id("Personnel", "Persons", item.person_id)
    held = tuple(
        (q.qualification_id, _until(q), _V.String, "A qualification: level, and until when.")
        for q in item.qualifications
    )
    return Shown(
        nodes=(
            _object(node_id, ("Personnel", "Persons"), item.person_id, item.name, t.PERSON_TYPE),
            *_properties(node_id, t.HAS_ISA95_PROPERTY, t.PERSON_PROPERTY_TYPE, held),
        ),
        links=tuple(
            Link(
                source=node_id,
                reference=t.DEFINED_BY_PERSONNEL_CLASS,
                target=isa95_id("Personnel", "Classes", name),
            )
            for name in item.personnel_classes
        ),
    )


def _until(item: Qualification) -> str:
    until = item.expiration_time
    return f"level {item.level}" + (f" until {until:%Y-%m-%d %H:%M} UTC" if until else "")


def _object(
    node_id: ua.NodeId, folder: tuple[str, ...], name: str, description: str, kind: ua.NodeId
) -> Node:
    return Node(
        node_id=node_id,
        node_class=_C.Object,
        name=ua.QualifiedName(name, PLANT),
        display=f"{name} {description}".strip(),
        description=description,
        parent=isa95_id(*folder),
        reference=ORGANIZES,
        type_definition=kind,
    )


def _attribute(owner: ua.NodeId, name: str, value: str, description: str) -> Node:
    return Node(
        node_id=plant(str(owner.Identifier), name),
        node_class=_C.Variable,
        name=ua.QualifiedName(name, ISA95),
        description=description,
        parent=owner,
        reference=t.HAS_ATTRIBUTE,
        type_definition=standard(ua.ObjectIds.BaseDataVariableType),
        data_type=built_in(_V.String),
        value=data_value(value, _V.String),
    )


def _properties(
    owner: ua.NodeId,
    reference: ua.NodeId,
    kind: ua.NodeId,
    rows: Iterable[tuple[str, datetime | str | None, ua.VariantType, str]],
) -> Iterator[Node]:
    for name, value, variant_type, description in rows:
        yield Node(
            node_id=plant(str(owner.Identifier), word(name)),
            node_class=_C.Variable,
            name=ua.QualifiedName(name, PLANT),
            description=description,
            parent=owner,
            reference=reference,
            type_definition=kind,
            data_type=built_in(variant_type),
            value=data_value(value, variant_type),
        )
