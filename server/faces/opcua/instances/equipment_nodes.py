"""Equipment as nodes: the roles of the plant, from the enterprise to the work unit (OPC 10030)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from asyncua import ua

from models.execution import records as r
from models.isa95.equipment import Cleanliness, Equipment, EquipmentLevel
from server.faces.opcua.instances.engineering_units import engineering_units
from server.faces.opcua.instances.plant_nodes import (
    Row,
    Shown,
    attribute,
    below,
    class_links,
    class_node,
    isa95_id,
    properties,
)
from server.faces.opcua.instances.work_nodes import job_order_node_id, station_id
from server.faces.opcua.namespaces import PLANT
from server.faces.opcua.nodes import ORGANIZES, PROPERTY, Link, Node
from server.faces.opcua.types import isa95_table as t

_V: Final = ua.VariantType
_CLASSES: Final = ("EquipmentClasses",)
_LEVELS: Final = tuple(EquipmentLevel)


def equipment_id(name: str) -> ua.NodeId:
    """Return the NodeId of a piece of equipment."""
    return isa95_id("Equipment", name)


def equipment(record: r.EquipmentRecord, *, nested: bool, tags: Iterable[ua.NodeId] = ()) -> Shown:
    """Return one role; ``nested`` where its parent stands, ``tags`` are those of its assets."""
    item = record.equipment
    node_id = equipment_id(item.equipment_id)
    node = Node(
        node_id=node_id,
        node_class=ua.NodeClass.Object,
        name=ua.QualifiedName(item.equipment_id, PLANT),
        display=f"{item.equipment_id} {item.description}".strip(),
        description=item.description or item.equipment_id,
        parent=equipment_id(str(item.parent)) if nested else isa95_id("Equipment"),
        reference=t.MADE_UP_OF_EQUIPMENT if nested else ORGANIZES,
        type_definition=t.EQUIPMENT_TYPE,
        is_notifier=True,
    )
    # The text of OPC 10030 says HasISA95Property; the published type says otherwise.
    how = (t.HAS_ISA95_PROPERTY, t.EQUIPMENT_PROPERTY_TYPE)
    return Shown(
        nodes=(
            node,
            _level(node_id, item.level),
            *properties(node_id, *how, _rows(record)),
            *_capacity(node_id, item),
        ),
        links=(
            *class_links(node_id, t.DEFINED_BY_EQUIPMENT_CLASS, _CLASSES, item.equipment_classes),
            *(
                Link(
                    source=node_id,
                    reference=t.IMPLEMENTED_BY,
                    target=isa95_id("PhysicalAssets", name),
                )
                for name in item.physical_assets
            ),
            *(Link(source=node_id, reference=ORGANIZES, target=tag) for tag in tags),
            *_work(record),
        ),
        shared=tuple(
            class_node(_CLASSES, name, t.EQUIPMENT_CLASS_TYPE) for name in item.equipment_classes
        ),
    )


def _work(record: r.EquipmentRecord) -> Iterator[Link]:
    """Yield the way to what an HMI binds to, and to the job orders whose steps run here."""
    item = record.equipment
    source = equipment_id(item.equipment_id)
    if item.is_station:
        yield Link(source=source, reference=ORGANIZES, target=station_id(item.equipment_id))
    used = {order for order, _ in record.in_use_steps} | {record.in_use_for}
    for order in sorted(used - {""}):
        yield Link(source=source, reference=ORGANIZES, target=job_order_node_id(order))


def _rows(record: r.EquipmentRecord) -> Iterator[Row]:
    running = record.running.value if record.running else ""
    yield "Running", running, _V.String, "Running, Stopped or Fault, as the machine last said."
    yield "RunningSince", record.running_time, _V.DateTime, "When the machine said so."
    yield "Alarm", record.alarm, _V.String, "The last alarm of the machine."
    yield (
        "Status", record.status.value, _V.String,
        "Available, Maintenance or OutOfService: whether it may be used for production at all.",
    )  # fmt: skip
    yield "StatusReason", record.status_reason, _V.String, "Why it has that status."
    yield "InUseFor", record.in_use_for, _V.String, "The job order whose step runs on it, or empty."
    yield "LastMaterial", record.last_material, _V.String, "The material that was last on it."
    yield (
        "ClearedFor", record.cleared_for, _V.String,
        "The job order that the line was last cleared for, or empty.",
    )  # fmt: skip
    if record.equipment.cleaning is not None or record.cleanliness is not None:
        yield from _cleaning(record)


def _cleaning(record: r.EquipmentRecord) -> Iterator[Row]:
    known, rule = record.cleanliness, record.equipment.cleaning
    yield (
        "Cleanliness", known.value if known else "", _V.String,
        "Dirty, DryClean or WetClean; empty when nobody has recorded it yet.",
    )  # fmt: skip
    yield "CleanlinessSince", record.cleanliness_time, _V.DateTime, "Since when it is so."
    hours = None
    if rule is not None:
        hours = rule.dirty_hold_h if known is Cleanliness.DIRTY else rule.clean_hold_h
    begun = record.cleanliness_time
    until: Any = begun + timedelta(hours=hours) if hours is not None and begun else None
    yield (
        "CleanlinessUntil", until, _V.DateTime,
        "Until when it may stay so: then clean is no longer clean, and dirty must be cleaned.",
    )  # fmt: skip
    yield (
        "Allergens", list(record.allergens), _V.String,
        "The allergens brought onto it since the last wet clean.",
    )  # fmt: skip


def _capacity(owner: ua.NodeId, item: Equipment) -> Iterator[Node]:
    if item.capacity is None:
        return
    row: Row = ("Capacity", float(item.capacity.value), _V.Double, "How much it holds.")
    yield from properties(owner, t.HAS_ISA95_PROPERTY, t.EQUIPMENT_PROPERTY_TYPE, (row,))
    yield engineering_units(below(owner, "Capacity"), item.capacity.unit)


def _level(owner: ua.NodeId, level: EquipmentLevel) -> Node:
    row: Row = ("EquipmentLevel", _LEVELS.index(level), _V.Int32, "The level at which it stands.")
    return attribute(owner, row, t.EQUIPMENT_LEVEL, PROPERTY)
