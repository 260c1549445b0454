"""Which nodes a record shows: one case per kind of record."""

from collections.abc import Iterable, Iterator, Mapping

from asyncua import ua

from models.execution import records as r
from models.execution import streams
from models.isa95.equipment import EquipmentLevel
from server.faces.opcua.instances import plant_nodes, work_nodes
from server.faces.opcua.instances.plant_nodes import Shown
from server.faces.opcua.types.execution_table import LOT_PROPERTY_TYPE
from server.faces.opcua.types.isa95_table import (
    ASSET_CLASS_TYPE,
    EQUIPMENT_CLASS_TYPE,
    PERSONNEL_CLASS_TYPE,
)
from server.queries.read_model import ReadModel

SHOWN_KINDS = ("material_definition", "physical_asset", "equipment", "material_lot", "person")
"""Kinds of records in the order in which one refers to another; job orders come last."""


MAX_FINISHED_JOB_ORDERS = 200
"""Finished job orders that are still shown; the oldest gives way to the next."""


def shown(record: r.Record, model: ReadModel) -> Shown | None:
    """Return what the record shows, or None when it has no nodes of its own."""
    match record:
        case r.EquipmentRecord():
            return plant_nodes.equipment(record, frozenset(model.records("equipment")))
        case r.PhysicalAssetRecord():
            return plant_nodes.physical_asset(record)
        case r.MaterialDefinitionRecord():
            return plant_nodes.material_definition(record)
        case r.MaterialLotRecord():
            return plant_nodes.material_lot(record, _sublots(record, model), LOT_PROPERTY_TYPE)
        case r.PersonRecord():
            return plant_nodes.person(record)
        case r.JobOrderRecord():
            directive = model.record(streams.work_directive(record.job_order_id))
            known = directive if isinstance(directive, r.WorkDirectiveRecord) else None
            return work_nodes.job_order(record, known)
        case _:
            return None


def owner_of(stream: str, record: r.Record) -> str:
    """Return the stream whose nodes a change shows: a container is shown by its lot."""
    if isinstance(record, r.MaterialSublotRecord):
        return streams.material_lot(record.material_lot_id)
    return stream


def hidden_job_orders(records: Mapping[str, r.Record]) -> frozenset[str]:
    """Return the finished job orders that no longer stand in the address space: all but the last.

    They stay on record, and REST still answers for them.
    """
    finished = [
        (record.end_time, name)
        for name, record in records.items()
        if isinstance(record, r.JobOrderRecord) and record.end_time is not None
    ]
    finished.sort()
    return frozenset(name for _, name in finished[:-MAX_FINISHED_JOB_ORDERS])


def _sublots(record: r.MaterialLotRecord, model: ReadModel) -> Iterator[r.MaterialSublotRecord]:
    for sublot_id in record.material_sublots:
        found = model.record(streams.material_sublot(sublot_id))
        if isinstance(found, r.MaterialSublotRecord):
            yield found


def in_order(records: Iterable[tuple[str, r.Record]]) -> list[tuple[str, r.Record]]:
    """Return records so that equipment comes after what it is a part of."""
    levels = list(EquipmentLevel)

    def place(item: tuple[str, r.Record]) -> tuple[int, str]:
        name, record = item
        if isinstance(record, r.EquipmentRecord):
            return levels.index(record.equipment.level), name
        return 0, name

    return sorted(records, key=place)


def classes(model: ReadModel) -> Iterator[tuple[str, Shown]]:
    """Yield the classes that equipment, assets and persons belong to, with their folder."""
    equipment, assets, persons = set[str](), set[str](), set[str]()
    for kind in ("equipment", "physical_asset", "person"):
        for record in model.records(kind).values():
            match record:
                case r.EquipmentRecord():
                    equipment.update(record.equipment.equipment_classes)
                case r.PhysicalAssetRecord():
                    assets.update(record.defined.physical_asset_classes)
                case r.PersonRecord():
                    persons.update(record.person.personnel_classes)
                case _:
                    pass
    rows: tuple[tuple[tuple[str, ...], set[str], ua.NodeId], ...] = (
        (("EquipmentClasses",), equipment, EQUIPMENT_CLASS_TYPE),
        (("PhysicalAssetClasses",), assets, ASSET_CLASS_TYPE),
        (("Personnel", "Classes"), persons, PERSONNEL_CLASS_TYPE),
    )
    for folder, names, kind_of_class in rows:
        yield "/".join(folder), plant_nodes.classes(folder, names, kind_of_class)
