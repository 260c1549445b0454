"""The plant in the address space: kept true to the records, at the cost of what changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from asyncua import ua

from models.execution import records as r
from models.execution import streams
from server.faces.opcua.instances import plant_nodes, projection, work_nodes
from server.faces.opcua.instances.equipment_nodes import equipment_id
from server.faces.opcua.instances.latest import Latest
from server.faces.opcua.instances.material_nodes import is_over
from server.faces.opcua.instances.packml_nodes import (
    PackMLRow,
    machine_links,
    machine_nodes,
)
from server.faces.opcua.instances.plant_nodes import Shown, version_node
from server.faces.opcua.instances.shown_instances import Instances
from server.faces.opcua.instances.tag_nodes import TagRow, asset_tags
from server.faces.opcua.nodes import Node
from server.queries.read_model import ReadModel

_BREATH: Final = 50
"""Records that are shown before clients get their turn."""

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_KINDS: Final = (*projection.SHOWN_KINDS, "material_sublot", "job_order", "station")

OnStation = Callable[[r.EquipmentRecord], Awaitable[None]]


class PlantProjection:
    """Shows records as nodes; each call costs what its record costs, however many there are.

    ``tags`` (also by name) and ``machines`` are those that are shown now. ``on_station`` is told
    of each piece of equipment that is a station, after it is shown.
    """

    def __init__(
        self,
        instances: Instances,
        model: ReadModel,
        tags: Iterable[TagRow],
        machines: Iterable[PackMLRow],
        on_station: OnStation,
    ) -> None:
        self._instances = instances
        self._tree = instances.tree
        self._changes = instances.changes
        self._model = model
        self._rows: dict[str, list[TagRow]] = {}
        for row in tags:
            self._rows.setdefault(row.physical_asset_id, []).append(row)
        self._machines = {row.physical_asset_id: row for row in machines}
        self.tags: dict[ua.NodeId, TagRow] = {}
        self.tags_by_name: dict[str, TagRow] = {}
        self.machines: dict[ua.NodeId, PackMLRow] = {}
        self._on_station = on_station
        self._groups: dict[str, Node] = {}
        self._members: dict[ua.NodeId, int] = {}
        self._finished = Latest()
        self._closed = Latest()
        self._seen: dict[str, r.Record] = {}
        self._made_of: dict[str, tuple[str, ...]] = {}
        self._waiting: dict[str, set[str]] = {}

    def show_folders(self) -> None:
        """Show the folders, and the versions of those whose content changes."""
        self._tree.insert(plant_nodes.folders())
        self._tree.insert(work_nodes.folders())
        for link in work_nodes.notifier_links():
            self._tree.link(link)
        version = self._changes.version()
        changing = [plant_nodes.isa95_id(*path) for path, _ in plant_nodes.FOLDERS]
        for folder in (*changing, work_nodes.STATIONS, work_nodes.JOB_ORDERS):
            self._tree.insert((version_node(folder, version),))

    async def show_all(self) -> None:
        """Show every record that is not shown as it is, each after what it refers to."""
        self._settle_all()
        for kind in _KINDS:
            records = projection.in_order(self._model.records(kind))
            for number, (name, record) in enumerate(records):
                stream = f"{kind}:{name}"
                if self._seen.get(stream) is not record:
                    await self.show(stream, record)
                if number % _BREATH == 0:
                    await asyncio.sleep(0)

    def _settle_all(self) -> None:
        """Find out what is over for long, so that it isn't shown to be hidden again."""
        for name, record in self._model.records("job_order").items():
            if isinstance(record, r.JobOrderRecord) and record.end_time is not None:
                limit = projection.MAX_FINISHED_JOB_ORDERS
                self._finished.settle(name, record.end_time, limit)
        for name, record in self._model.records("material_lot").items():
            if isinstance(record, r.MaterialLotRecord) and is_over(record):
                self._closed.settle(name, _received(record), projection.MAX_CLOSED_LOTS)

    async def show(self, stream: str, record: r.Record) -> None:
        """Show what a record has become."""
        self._seen[stream] = record
        if isinstance(record, r.StationRecord):
            await self.show_session(record)
            return
        owner = projection.owner_of(stream, record)
        subject = self._model.record(owner)
        if isinstance(subject, r.MaterialLotRecord):
            self._see_containers(subject)
        if subject is None or await self._is_past(owner, subject):
            return
        if isinstance(subject, r.EquipmentRecord) and not await self._stands_above(subject):
            return
        shown = projection.shown(subject, self._model, self._tags_of, self._tree.stands)
        if shown is not None:
            await self._put(owner, shown)
        await self._then(subject)

    async def show_session(self, record: r.StationRecord) -> None:
        """Show which job order a station works on."""
        links = work_nodes.station_links(record.station, record.job_order_id)
        await self._instances.show(f"station:{record.station}", (), tuple(links))

    def _see_containers(self, lot: r.MaterialLotRecord) -> None:
        """Remember that the containers of a lot are shown with it, as they are."""
        for name in lot.material_sublots:
            stream = streams.material_sublot(name)
            found = self._model.record(stream)
            if found is not None:
                self._seen[stream] = found

    async def _then(self, subject: r.Record) -> None:
        """Show what else follows from a record."""
        if isinstance(subject, r.PhysicalAssetRecord):
            await self._show_tags(subject.defined.physical_asset_id)
            await self._show_machine(subject.defined.physical_asset_id)
        if isinstance(subject, r.EquipmentRecord):
            if subject.equipment.is_station:
                await self._on_station(subject)
            for child in sorted(self._waiting.pop(subject.equipment.equipment_id, ())):
                stream = streams.equipment(child)
                found = self._model.record(stream)
                if found is not None:
                    await self.show(stream, found)
        if isinstance(subject, r.JobOrderRecord):
            await self._show_genealogy(subject)

    def _tags_of(self, asset: str) -> Iterator[ua.NodeId]:
        return (row.node_id for row in self._rows.get(asset, ()))

    async def _show_tags(self, asset: str) -> None:
        """Show the tags of an asset, once: the line files are read at the start."""
        owner, rows = f"tags:{asset}", self._rows.get(asset, ())
        if not rows or owner in self._instances:
            return
        nodes, links = asset_tags(asset, rows)
        if await self._instances.show(owner, nodes, links):
            self.tags.update((row.node_id, row) for row in rows)
            self.tags_by_name.update((row.tag, row) for row in rows)

    async def _show_machine(self, asset: str) -> None:
        """Show an asset as PackML sees it, once, where its line file gives PackML states."""
        owner, row = f"packml:{asset}", self._machines.get(asset)
        if row is None or owner in self._instances:
            return
        links = tuple(machine_links(row))
        if await self._instances.show(owner, machine_nodes(row), links):
            self.machines[row.node_id] = row

    async def _stands_above(self, record: r.EquipmentRecord) -> bool:
        """Tell whether equipment can be shown: what it is a part of stands, if it is known.

        What can't is shown after that, and one that has come before its parent is then moved.
        """
        item = record.equipment
        parent = item.parent
        if parent is None or self._tree.stands(equipment_id(parent)):
            return True
        self._waiting.setdefault(parent, set()).add(item.equipment_id)
        return parent not in self._model.records("equipment")

    async def _show_genealogy(self, order: r.JobOrderRecord) -> None:
        """Show anew the lot that an order makes, when another lot went into it."""
        consumed = projection.consumed_by(order)
        if consumed == self._made_of.get(order.job_order_id, ()):
            return
        self._made_of[order.job_order_id] = consumed
        stream = streams.material_lot(order.material_lot_id)
        lot = self._model.record(stream)
        if lot is not None:
            await self.show(stream, lot)

    async def _is_past(self, owner: str, subject: r.Record) -> bool:
        """Tell whether a record is over, and others were over later; hide those that give way."""
        kind, _, name = owner.partition(":")
        match subject:
            case r.JobOrderRecord() if subject.end_time is not None:
                latest, time = self._finished, subject.end_time
                limit = projection.MAX_FINISHED_JOB_ORDERS
            case r.MaterialLotRecord() if is_over(subject):
                latest, time = self._closed, _received(subject)
                limit = projection.MAX_CLOSED_LOTS
            case _:
                return False
        for gone in latest.settle(name, time, limit):
            await self._hide(f"{kind}:{gone}")
            self._made_of.pop(gone, None)
        return name not in latest

    async def _put(self, owner: str, shown: Shown) -> None:
        for nodes in shown.shared:
            key = f"shared:{nodes[0].node_id.Identifier!s}"
            if key not in self._instances:
                await self._instances.show(key, nodes)
        was = self._groups.get(owner)
        if shown.group is not None:
            await self._join(shown.group)
        if not await self._instances.show(owner, shown.nodes, shown.links):
            await self._leave(shown.group)
            return
        await self._leave(was)
        if shown.group is not None:
            self._groups[owner] = shown.group
        else:
            self._groups.pop(owner, None)

    async def _hide(self, owner: str) -> None:
        if owner in self._instances:
            await self._instances.hide(owner)
            await self._leave(self._groups.pop(owner, None))

    async def _join(self, group: Node) -> None:
        members = self._members.get(group.node_id, 0)
        self._members[group.node_id] = members + 1
        if not members:
            nodes = (group, version_node(group.node_id, self._changes.version()))
            await self._instances.show(_key(group), nodes)

    async def _leave(self, group: Node | None) -> None:
        if group is None:
            return
        self._members[group.node_id] -= 1
        if not self._members[group.node_id]:
            del self._members[group.node_id]
            await self._instances.hide(_key(group))


def _key(group: Node) -> str:
    return f"group:{group.node_id.Identifier!s}"


def _received(record: r.MaterialLotRecord) -> datetime:
    lot = record.material_lot
    return lot.received_time or lot.expiration_time or _EARLIEST
