"""Job control as the face opens it: receivers, providers, their methods, lists and events."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from asyncua import ua

from models.execution import events as e
from models.execution import records as r
from models.execution.outcome import Invalid, Outcome, Refused
from server.command_path.authorize import COMMAND_ROLES
from server.command_path.ports import Clock, IdSource
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.access.node_permissions import CallRule
from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.job_control import receiver_nodes
from server.faces.opcua.job_control.job_board import JobBoard
from server.faces.opcua.job_control.provider_calls import ProviderCalls
from server.faces.opcua.job_control.receiver_calls import ReceiverCalls
from server.faces.opcua.job_control.receiver_nodes import Place
from server.faces.opcua.job_control.receiver_table import (
    PROVIDER_METHODS,
    RECEIVER_METHODS,
    StandardMethod,
)
from server.faces.opcua.job_control.status_events import TRANSITIONS, status_event
from server.faces.opcua.job_control.work_centers import SITE
from server.faces.opcua.methods.method_call import MethodCoroutine
from server.faces.opcua.ports import CommandPath
from server.faces.opcua.types.execution_table import REFUSAL_EVENT_TYPE
from server.queries.read_model import Change, ReadModel

_REFUSED: Final = 500
_V: Final = ua.VariantType

Emit = Callable[[EventNotification, ua.NodeId], Awaitable[None]]
"""Hands an event to those who listen to its source, or to what else it concerns."""

LinkMethod = Callable[[ua.NodeId, MethodCoroutine, CallRule | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobControlParts:
    """What job control reads, asks and shows."""

    model: ReadModel
    path: CommandPath
    accounts: Accounts
    tree: AddressTree
    write: Callable[[ua.NodeId, ua.DataValue], Awaitable[None]]
    emit: Emit
    link_method: LinkMethod
    clock: Clock
    new_id: IdSource


class JobControl:
    """The receivers and providers of the site and of its work centres."""

    def __init__(self, parts: JobControlParts) -> None:
        self._parts = parts
        self.board = JobBoard(parts.model)
        self._receivers = ReceiverCalls(
            board=self.board, path=parts.path, accounts=parts.accounts, tell=self._tell
        )
        self._providers = ProviderCalls(board=self.board)
        self._standing: set[str] = set()
        self._stale: set[str] = set()
        self._is_other_plant = False

    async def build(self) -> None:
        """Read everything anew and show it; called again after a time in which changes were lost.

        A work centre that is there no more keeps its receiver, empty: who had bound to it sees
        that it has nothing to do.
        """
        tree = self._parts.tree
        if receiver_nodes.FOLDER_ID not in tree:
            tree.insert(receiver_nodes.common_nodes())
        self._is_other_plant = False
        self.board.read()
        for place in self.board.places:
            if place.center not in self._standing:
                self._open(place)
        for node_id, value in self.board.may_be_named():
            await self._parts.write(node_id, value)
        await self._show(self._standing)
        await self.flush()

    def _open(self, place: Place) -> None:
        tree = self._parts.tree
        tree.insert(receiver_nodes.nodes(place))
        for link in receiver_nodes.links(place):
            tree.link(link)
        equipment = receiver_nodes.equipment_link(place)
        if place.center != SITE and tree.stands(equipment.source):
            tree.link(equipment)
        for method in RECEIVER_METHODS:
            assert method.command is not None, "every method of a receiver becomes a command"
            roles = frozenset(role.value for role in COMMAND_ROLES[method.command])
            coroutine = self._receivers.coroutine(method, place)
            node_id = place.of_receiver(method.name)
            self._parts.link_method(node_id, coroutine, CallRule(roles=roles))
        for method in PROVIDER_METHODS:
            coroutine = self._providers.coroutine(method, place)
            self._parts.link_method(place.of_provider(method.name), coroutine, None)
        self._standing.add(place.center)

    async def changed(self, change: Change) -> None:
        """Show what a row of the log changes, and tell of a job order that moved."""
        record = change.record
        match record:
            case r.JobOrderRecord():
                await self._show(self.board.changed(record))
                if isinstance(change.event, TRANSITIONS):
                    await self._tell_of(change, record)
            case r.StationRecord():
                await self._show(self.board.opened(record.station, record.job_order_id))
            case r.EquipmentRecord() if not isinstance(change.event, e.EquipmentDefined):
                pass
            case r.EquipmentRecord() | r.WorkMasterRecord():
                self._is_other_plant = True
            case _:
                pass

    async def _show(self, centers: Iterable[str]) -> None:
        touched = frozenset(centers)
        self._stale |= touched
        for node_id, value in self.board.order_lists(sorted(touched)):
            await self._parts.write(node_id, value)

    async def flush(self) -> None:
        """Show anew what is costly: once per burst of changes."""
        if self._is_other_plant:
            await self.build()
        stale, self._stale = self._stale, set()
        for node_id, value in self.board.response_lists(sorted(stale)):
            await self._parts.write(node_id, value)

    async def _tell_of(self, change: Change, order: r.JobOrderRecord) -> None:
        directive = self.board.directive(order.job_order_id)
        response = self.board.response(order)
        event = status_event(change.row, change.event, order, directive, response)
        centers = self.board.centers.of_job_order(order, directive)
        places = [Place(name) for name in (SITE, *sorted(centers))]
        concerned = tuple(node_id for one in places for node_id in (one.provider, one.receiver))
        await self._parts.emit(replace(event, also=concerned), event.source_node)

    async def _tell(self, place: Place, method: StandardMethod, outcome: Outcome) -> None:
        """Tell who listens to the receiver why a call that is nowhere on record was in vain."""
        codes, text = _why(outcome)
        event = EventNotification(
            event_type=REFUSAL_EVENT_TYPE,
            source_node=place.receiver,
            source_name="JobOrderReceiver",
            message=f"{method.name}: {text}"[:4000],
            severity=_REFUSED,
            time=self._parts.clock(),
            event_id=self._parts.new_id().encode(),
            fields={
                "JobOrderId": ua.Variant("", _V.String),
                "StepId": ua.Variant("", _V.String),
                "Station": ua.Variant("", _V.String),
                "Codes": ua.Variant(codes, _V.String, is_array=True),
                "DecisionId": ua.Variant("", _V.String),
            },
        )
        await self._parts.emit(event, place.receiver)


def _why(outcome: Outcome) -> tuple[list[str], str]:
    match outcome:
        case Invalid(problems=problems):
            text = "; ".join(f"{one.where} {one.reason}" for one in problems)
            return ["invalid-request"] * len(problems), text
        case Refused(refusals=refusals):
            text = " ".join(f"{one.obstacle}. {one.remedy}" for one in refusals)
            return [one.code for one in refusals], text
        case _:
            return [type(outcome).__name__], ""
