"""The alarms of the face: conditions, their methods, and the clock that brings them back."""

import asyncio
from collections.abc import Mapping
from typing import Final

from asyncua import ua

from models.execution import records as r
from server.command_path.authorize import COMMAND_ROLES
from server.command_path.ports import Clock
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.access.node_permissions import CallRule, FacePermissions
from server.faces.opcua.events.alarms.condition_methods import (
    COMMANDS,
    ConditionMethods,
    EventsTo,
    refresh_required,
)
from server.faces.opcua.events.alarms.condition_nodes import METHODS, below
from server.faces.opcua.events.alarms.conditions import Conditions, Stands, Tell
from server.faces.opcua.events.event_notification import SERVER
from server.faces.opcua.instances.shown_instances import Instances
from server.faces.opcua.methods.linked_methods import Methods
from server.faces.opcua.methods.method_call import MethodCoroutine
from server.faces.opcua.ports import CommandPath
from server.queries.read_model import Change, ReadModel

TICK_S: Final = 1.0
"""How often it is looked whether something comes back that was put aside."""


class AlarmFace:
    """What the face does about alarms. ``tell`` sends an event, ``events_to`` to one client."""

    def __init__(  # noqa: PLR0913 -- what it stands on
        self,
        *,
        model: ReadModel,
        instances: Instances,
        path: CommandPath,
        accounts: Accounts,
        permissions: FacePermissions,
        methods: Methods,
        tell: Tell,
        events_to: EventsTo,
        clock: Clock,
        stands_in: Stands,
    ) -> None:
        self._methods = methods
        self._tell = tell
        self._clock = clock
        self._permissions = permissions
        self.conditions: Final = Conditions(model, instances, tell, clock, stands_in)
        self._calls = ConditionMethods(self.conditions, path, accounts, events_to, clock)
        self.conditions.on_shown = self._link

    async def build(self, tags: Mapping[str, ua.NodeId]) -> None:
        """Link the methods of the types, and show what stands. ``tags`` are their variables."""
        for method_id, path, coroutine in self._calls.of_types():
            self._link_one(method_id, path, coroutine)
        for method_id, coroutine in self._calls.refreshes():
            self._methods.link(method_id, coroutine)
        self._methods.resolve_with(self._calls.resolve)
        self.conditions.input_nodes = tags
        await self.conditions.show_all(silently=True)

    async def catch_up(self) -> None:
        """Take in every record anew, and tell what has changed."""
        await self.conditions.show_all()

    async def changed(self, change: Change) -> None:
        """Take in a change of the log."""
        record: r.Record = change.record
        await self.conditions.changed(change.stream, record, change.row.server_time)

    async def ask_to_refresh(self) -> None:
        """Tell all clients that they may have missed something (OPC 10000-9, 5.11.4)."""
        await self._tell(refresh_required(self._clock()), SERVER)

    async def run(self) -> None:
        """Bring back in time what was put aside, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            await self.conditions.tick()

    def _link(self, node_id: ua.NodeId) -> None:
        for path in METHODS:
            self._link_one(below(node_id, path), path, self._calls.of(path))

    def _link_one(self, method_id: ua.NodeId, path: str, coroutine: MethodCoroutine) -> None:
        roles = frozenset(role.value for role in COMMAND_ROLES[COMMANDS[path]])
        self._permissions.declare_method(method_id, CallRule(roles=roles))
        self._methods.link(method_id, coroutine, records_denials=True)
