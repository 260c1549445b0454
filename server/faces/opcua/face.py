"""The OPC UA face: the address space kept true to the records, and the methods behind it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from asyncua import ua

from models.execution import records as r
from server.command_path.authenticate import Authenticator
from server.command_path.path import CommandPath
from server.command_path.ports import Clock, ExecutionLog, IdSource, LiveTagValues, TagValues
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.access.denied_writes import DeniedWrites
from server.faces.opcua.access.node_permissions import CallRule, FacePermissions
from server.faces.opcua.access.role_nodes import describe_well_known, role_nodes
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.diagnostics.service_level import IsHealthy, ServiceLevel
from server.faces.opcua.events.alarms.alarm_face import AlarmFace
from server.faces.opcua.events.event_history import MAX_EVENTS, LogEvents
from server.faces.opcua.events.event_nodes import notification
from server.faces.opcua.events.event_notification import NotifierTree
from server.faces.opcua.events.historical_filter import historical_filters
from server.faces.opcua.events.model_change_events import model_change_events
from server.faces.opcua.history.archive_start import ArchiveStarts
from server.faces.opcua.history.capabilities import aggregate_links, capability_values
from server.faces.opcua.history.dispatch import tag_history
from server.faces.opcua.instances import work_nodes
from server.faces.opcua.instances.live_readings import ChangedTags, LiveReadings
from server.faces.opcua.instances.model_changes import ChangeBatch, ModelChanges
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.plant_projection import PlantProjection
from server.faces.opcua.instances.shown_instances import Instances
from server.faces.opcua.instances.tag_nodes import SHOWN_EVERY_S, TagRow
from server.faces.opcua.job_control.room import JobControl, JobControlParts
from server.faces.opcua.methods.call_rules import call_rule, rules_of_types
from server.faces.opcua.methods.method_call import MethodCoroutine
from server.faces.opcua.methods.method_calls import MethodCalls, method_ids
from server.faces.opcua.methods.methods_table import FOLDERS, MethodRow
from server.faces.opcua.namespaces import OWN_URIS, plant
from server.faces.opcua.node_attributes import NOTIFIER
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.sessions.session_guard import SessionGuard
from server.faces.opcua.settings import SecureServerSettings
from server.faces.opcua.types.companion_nodesets import (
    NO_NODESETS,
    CompanionNodesets,
    serve_companion_nodesets,
)
from server.faces.opcua.types.type_nodes import type_links, type_nodes
from server.queries.faceplate import Faceplate
from server.queries.read_model import Change, FollowerTooSlowError, ReadModel

diagnostics = logging.getLogger("interlock.opcua")

LIVE_INTERVAL_S: Final = SHOWN_EVERY_S
"""How often readings are shown; a reading that did not change is not shown again."""


FACEPLATE_PAUSE_S: Final = 0.05
"""The least time between two looks at the faceplates, however fast the log grows."""

RECHECK_INTERVAL_S: Final = 1.0
"""How often allowed actions are judged anew where only time or readings have changed."""


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceParts:
    """What the face shows and asks."""

    path: CommandPath
    authenticator: Authenticator
    read_model: ReadModel
    faceplate: Callable[[str], Awaitable[Faceplate]]
    tag_values: TagValues
    execution_log: ExecutionLog
    live: LiveTagValues
    tags: tuple[TagRow, ...]
    clock: Clock
    new_id: IdSource
    machines: tuple[PackMLRow, ...] = ()
    """Machines that show their PackML state."""
    changed_tags: ChangedTags | None = None
    """Gives the tags that had a reading since it was asked last; all are looked at without it."""
    nodesets: CompanionNodesets = NO_NODESETS
    """Companion models of the plant, served beside ours."""
    is_healthy: IsHealthy = _always
    """Whether decisions can be made now."""


class OpcUaFace:
    """One OPC UA server. ``open`` builds and listens, ``serve`` follows until cancelled."""

    def __init__(
        self,
        parts: FaceParts,
        server: SecureServer,
        accounts: Accounts,
        permissions: FacePermissions,
    ) -> None:
        self._parts = parts
        self._permissions = permissions
        self._model = parts.read_model
        self._server = server
        self._tree = AddressTree(server.iserver.aspace)
        self._changes = ModelChanges(self._tree, server.write_value, parts.clock)
        self._instances = Instances(self._tree, server.write_value, self._changes)
        self._projection = PlantProjection(
            self._instances,
            parts.read_model,
            parts.tags,
            parts.machines,
            self._show_station,
        )
        self._calls = MethodCalls(
            path=parts.path, authenticator=parts.authenticator, accounts=accounts
        )
        self._alarms = AlarmFace(
            model=parts.read_model,
            instances=self._instances,
            path=parts.path,
            accounts=accounts,
            permissions=permissions,
            methods=server.iserver.rules.methods,
            tell=server.emit_event,
            events_to=server.events_to,
            clock=parts.clock,
            stands_in=self._tree.stands,
        )
        self._job_control = JobControl(
            JobControlParts(
                model=parts.read_model,
                path=parts.path,
                accounts=accounts,
                tree=self._tree,
                write=server.write_value,
                emit=server.emit_event,
                link_method=self._link,
                clock=parts.clock,
                new_id=parts.new_id,
            )
        )
        self._guard = SessionGuard(server.iserver, accounts.must_leave)
        self._readings = LiveReadings(parts.live, server.write_value, parts.changed_tags)
        self._faceplates: dict[str, Faceplate] = {}
        self._stale: set[str] = set()
        self._news = asyncio.Event()

    @classmethod
    async def open(cls, settings: SecureServerSettings, parts: FaceParts) -> "OpcUaFace":
        """Build the address space from the records, and listen."""
        accounts = Accounts(parts.authenticator)
        permissions = FacePermissions()
        denied = DeniedWrites(parts.path, accounts, parts.clock)
        server = await SecureServer.open(
            settings,
            authenticate=accounts.authenticate,
            authenticate_certificate=accounts.authenticate_certificate,
            permissions=permissions,
            clock=parts.clock,
            on_denied_write=denied.record,
        )
        for index, uri in OWN_URIS:
            found = await server.register_namespace(uri)
            assert found == index, f"{uri} got namespace index {found} instead of {index}"
        face = cls(parts, server, accounts, permissions)
        await face.build()
        await server.start()
        return face

    @property
    def endpoint_url(self) -> str:
        """Where clients connect."""
        return self._server.endpoint_url

    @property
    def node_ids(self) -> tuple[str, ...]:
        """Return the NodeIds of everything that is ours, sorted; they survive a restart."""
        return tuple(sorted(node_id.to_string() for node_id in self._tree))

    async def close(self) -> None:
        """Say goodbye to all clients."""
        await self._server.stop()

    async def build(self) -> None:
        """Fill the address space: types, folders, and what the records show."""
        self._tree.insert(type_nodes())
        for link in type_links():
            self._tree.link(link)
        await serve_companion_nodesets(self._parts.nodesets, self._server, self._tree)
        self._tree.insert(role_nodes())
        describe_well_known(self._server.iserver.aspace)
        self._permissions.watch(self._server.iserver.aspace)
        for method_id, rule in rules_of_types():
            self._permissions.declare_method(method_id, rule)
        self._projection.show_folders()
        for folder in FOLDERS:
            for method, coroutine in self._calls.of_folder(folder):
                self._link_method(plant(folder.name), method, coroutine)
        await self._projection.show_all()
        tags = {row.tag: row.node_id for row in self._projection.tags.values()}
        await self._alarms.build(tags)
        await self._job_control.build()
        await self._open_history()

    async def _open_history(self) -> None:
        """Let the history of tags be read, and say what of it there is."""
        history = tag_history(self._projection.tags, self._parts.tag_values, self._parts.new_id)
        history.serve_events(self._event_history())
        self._tree.insert(historical_filters())
        self._server.iserver.history_manager = history  # type: ignore[assignment]  # same calls
        for link in aggregate_links():
            self._tree.link(link)
        bits = ua.DataValue(ua.Variant(NOTIFIER, ua.VariantType.Byte))
        await self._server.iserver.aspace.write_attribute_value(
            work_nodes.SERVER, ua.AttributeIds.EventNotifier, bits
        )
        for node_id, value in capability_values(max_events=MAX_EVENTS):
            await self._server.write_value(node_id, value)

    def _event_history(self) -> LogEvents:
        internal = self._server.iserver
        return LogEvents(
            self._parts.execution_log,
            self._parts.new_id,
            types=internal.subscriptions.event_types,
            notifiers=NotifierTree(internal.aspace),
            access=internal.rules.access,
            stands=self._tree.stands,
        )

    def _link_method(
        self, owner: ua.NodeId, method: MethodRow, coroutine: MethodCoroutine, station: str = ""
    ) -> None:
        self._link(method_ids(owner, method)[0], coroutine, call_rule(method, station))

    def _link(self, node_id: ua.NodeId, coroutine: MethodCoroutine, rule: CallRule | None) -> None:
        if rule is not None:
            self._permissions.declare_method(node_id, rule)
        self._server.link_method(node_id, coroutine, records_denials=rule is not None)

    async def _show_station(self, record: r.EquipmentRecord) -> None:
        station = record.equipment.equipment_id
        if station in self._faceplates:
            return
        nodes = tuple(work_nodes.station(record.equipment))
        await self._instances.show(f"faceplate:{station}", nodes)
        await self._projection.show_session(r.StationRecord(station=station))
        owner = work_nodes.station_id(station)
        for method, coroutine in self._calls.of_station(station):
            self._link_method(owner, method, coroutine, station)
        self._faceplates[station] = Faceplate(station=station)
        self._stale.add(station)

    async def serve(self) -> None:
        """Keep the address space true until cancelled."""
        self._changes.begin()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._changes.run(self._tell_model_change))
            tasks.create_task(self._show_readings())
            tasks.create_task(self._guard.run())
            tasks.create_task(self._alarms.run())
            level = ServiceLevel(self._parts.is_healthy, self._server.write_value)
            tasks.create_task(level.watch())
            tasks.create_task(self._show_faceplates())
            tags, tag_values = self._projection.tags, self._parts.tag_values
            starts = ArchiveStarts(tags, tag_values, self._server.write_value)
            tasks.create_task(starts.run())

    async def _follow(self) -> None:
        while True:
            changes = self._model.changes()
            first = asyncio.ensure_future(anext(changes))
            try:
                await asyncio.sleep(0)  # from here on no change escapes: now what was missed
                await self._projection.show_all()
                await self._alarms.catch_up()
                await self._job_control.build()
                self._news.set()
                await self._changed(await first)
                async for change in changes:
                    await self._changed(change)
            except FollowerTooSlowError:
                diagnostics.warning("fell behind the log; reading all records anew")
                await self._alarms.ask_to_refresh()
            finally:
                first.cancel()

    async def _changed(self, change: Change) -> None:
        if change.stream.startswith(("account:", "user_certificate:")):
            await self._guard.check()
        await self._projection.show(change.stream, change.record)
        await self._job_control.changed(change)
        self._stale.update(self._faceplates)  # an order may be shown at several stations
        self._news.set()
        event = notification(change.row, change.event)
        stands = event.source_node in self._tree
        await self._server.emit_event(event, event.source_node if stands else work_nodes.INTERLOCK)
        await self._alarms.changed(change)

    async def _tell_model_change(self, batch: ChangeBatch) -> None:
        parts, told_as = self._parts, self._permissions.told_as
        for event in model_change_events(batch, parts.clock(), parts.new_id, told_as):
            await self._server.emit_event(event, work_nodes.SERVER)

    async def _show_faceplates(self) -> None:
        """Show what stations see: once per burst of changes, and where work goes on, in time."""
        while True:
            try:
                async with asyncio.timeout(RECHECK_INTERVAL_S):  # wait_for may lose a cancellation
                    await self._news.wait()
            except TimeoutError:  # readings come, calibrations end: the gates may judge anew
                working = {name for name, one in self._faceplates.items() if one.active_step_id}
                self._stale |= working
            self._news.clear()
            await self._job_control.flush()
            stale, self._stale = self._stale, set()
            for station in sorted(stale):
                await self._show_faceplate(await self._parts.faceplate(station))
            await asyncio.sleep(FACEPLATE_PAUSE_S)

    async def _show_faceplate(self, faceplate: Faceplate) -> None:
        was = dict(work_nodes.faceplate_values(self._faceplates[faceplate.station]))
        for node_id, value in work_nodes.faceplate_values(faceplate):
            if was[node_id] != value:
                await self._server.write_value(node_id, value)
        self._faceplates[faceplate.station] = faceplate

    async def _show_readings(self) -> None:
        """Show what devices deliver: their tags, and what the stations weigh."""
        while True:
            await self._readings.show_tags(self._projection.tags_by_name)
            await self._readings.show_stopped(self._projection.tags_by_name, self._parts.clock())
            await self._readings.show_packml(tuple(self._projection.machines.values()))
            await self._readings.show_stations(self._faceplates)
            await asyncio.sleep(LIVE_INTERVAL_S)
