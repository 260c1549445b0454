"""Which nodes a record shows: one case per kind of record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from asyncua import ua

from models.execution import records as r
from models.execution import streams
from server.faces.opcua.instances import work_nodes
from server.faces.opcua.instances.asset_nodes import physical_asset
from server.faces.opcua.instances.equipment_nodes import equipment, equipment_id
from server.faces.opcua.instances.material_nodes import material_definition, material_lot
from server.faces.opcua.instances.personnel_nodes import person
from server.faces.opcua.instances.plant_nodes import Shown
from server.queries.read_model import ReadModel

SHOWN_KINDS: Final = (
    "material_definition", "physical_asset", "equipment", "material_lot", "person",
)  # fmt: skip
"""Kinds of records in the order in which one refers to another; job orders come last."""

MAX_FINISHED_JOB_ORDERS = 200
"""Finished job orders that are still shown; the oldest gives way to the next."""

MAX_CLOSED_LOTS = 200
"""Closed lots that are still shown; the first received give way."""

TagsOf = Callable[[str], Iterable[ua.NodeId]]
"""The tags of a physical asset."""


Stands = Callable[[ua.NodeId], bool]
"""Tells whether there is a node."""


def shown(record: r.Record, model: ReadModel, tags_of: TagsOf, stands: Stands) -> Shown | None:
    """Return what the record shows, or None when it has no nodes of its own."""
    match record:
        case r.EquipmentRecord():
            item = record.equipment
            nested = item.parent is not None and stands(equipment_id(item.parent))
            tags = (tag for asset in item.physical_assets for tag in tags_of(asset))
            return equipment(record, nested=nested, tags=tags)
        case r.PhysicalAssetRecord():
            return physical_asset(record)
        case r.MaterialDefinitionRecord():
            return material_definition(record)
        case r.MaterialLotRecord():
            return material_lot(record, _sublots(record, model), consumed_lots(record, model))
        case r.PersonRecord():
            return person(record)
        case r.JobOrderRecord():
            directive = model.record(streams.work_directive(record.job_order_id))
            known = directive if isinstance(directive, r.WorkDirectiveRecord) else None
            return work_nodes.job_order(record, known)
        case _:
            return None


def owner_of(stream: str, record: r.Record) -> str:
    """Return the stream whose nodes a change shows: a container is shown by its lot."""
    match record:
        case r.MaterialSublotRecord():
            return streams.material_lot(record.material_lot_id)
        case r.WorkDirectiveRecord():
            return streams.job_order(stream.partition(":")[2])
        case _:
            return stream


def consumed_lots(record: r.MaterialLotRecord, model: ReadModel) -> tuple[str, ...]:
    """Return the lots that were weighed into a lot, by the job order that makes it."""
    order = model.record(streams.job_order(record.job_order_id)) if record.job_order_id else None
    return consumed_by(order) if isinstance(order, r.JobOrderRecord) else ()


def consumed_by(order: r.JobOrderRecord) -> tuple[str, ...]:
    """Return the lots that were weighed into a job order, each once."""
    steps = (*order.earlier_passes, *order.steps)
    lots = {item.material_lot_id for step in steps for item in step.consumed}
    return tuple(sorted(lots - {order.material_lot_id}))


def _sublots(record: r.MaterialLotRecord, model: ReadModel) -> Iterator[r.MaterialSublotRecord]:
    for sublot_id in record.material_sublots:
        found = model.record(streams.material_sublot(sublot_id))
        if isinstance(found, r.MaterialSublotRecord):
            yield found


def in_order(records: Mapping[str, r.Record]) -> list[tuple[str, r.Record]]:
    """Return records by their ids, and equipment after what it is a part of."""
    depths: dict[str, int] = {}

    def depth(name: str, above: frozenset[str] = frozenset()) -> int:
        if name not in depths:
            record = records.get(name)
            parent = record.equipment.parent if isinstance(record, r.EquipmentRecord) else None
            nested = parent is not None and parent in records and parent not in above
            depths[name] = depth(str(parent), above | {name}) + 1 if nested else 0
        return depths[name]

    return sorted(records.items(), key=lambda item: (depth(item[0]), item[0]))
