"""All conditions of the server: what stands, what is told of it, and its nodes."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from asyncua import ua

from models.execution import alarm_kinds as k
from models.execution import records as r
from models.execution import streams
from models.execution.alarms import Alarm, alarms_of, find, shelved_until, subject_of
from server.command_path.ports import Clock
from server.faces.opcua.events.alarms import condition_nodes
from server.faces.opcua.events.alarms.condition_state import (
    TYPES,
    ConditionState,
    condition_id,
)
from server.faces.opcua.events.event_notification import EventNotification
from server.faces.opcua.instances.plant_nodes import isa95_id
from server.faces.opcua.instances.shown_instances import Instances
from server.faces.opcua.instances.work_nodes import INTERLOCK, job_order_node_id, station_id
from server.faces.opcua.namespaces import word
from server.queries.read_model import ReadModel

diagnostics = logging.getLogger("interlock.opcua")

MAX_SHOWN: Final = 200
"""Conditions that stand in the address space; the others are told of, and can be acted on."""

MAX_CONDITIONS: Final = 5_000
"""Conditions that are known; beyond them new ones are only on record, and the log says so."""

_MAX_EVENT_IDS: Final = 50
"""Events of one condition that can still be answered."""

Tell = Callable[[EventNotification, ua.NodeId], Awaitable[None]]
"""Sends an event from its source."""

Stands = Callable[[ua.NodeId], bool]
"""Tells whether there is such a node."""


@dataclass(eq=False, slots=True)
class Condition:
    """One condition, the last event that told of it, and the events before."""

    state: ConditionState
    event: EventNotification
    last_severity: int
    occurrences: OrderedDict[bytes, str] = field(default_factory=OrderedDict)

    @property
    def node_id(self) -> ua.NodeId:
        """Its NodeId, the ConditionId of OPC 10000-9."""
        return condition_id(self.state.alarm.alarm_id)

    def occurrence_of(self, event_id: bytes) -> str | None:
        """Return the occurrence that an event told of; None for an event of something else."""
        return self.occurrences.get(event_id)


class Conditions:
    """Kept true by the records; ``tell`` takes the event of every change."""

    def __init__(
        self,
        model: ReadModel,
        instances: Instances,
        tell: Tell,
        clock: Clock,
        stands: Stands,
    ) -> None:
        self._model = model
        self._instances = instances
        self._tell = tell
        self._clock = clock
        self._stands = stands
        self._all: dict[str, Condition] = {}
        self._of_subject: dict[str, set[str]] = {}
        self._shown: set[str] = set()
        self._by_node: dict[ua.NodeId, str] = {}
        self.on_shown: Callable[[ua.NodeId], None] = lambda _: None
        """Is told of each condition that comes into the address space, to link its methods."""
        self.input_nodes: Mapping[str, ua.NodeId] = {}
        """The variable of each tag."""

    def __iter__(self) -> Iterator[Condition]:
        """Yield all conditions that people have to look at, and those that are switched off."""
        return iter(tuple(self._all.values()))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def get(self, node_id: ua.NodeId) -> Condition | None:
        """Return the condition of a NodeId, which may be that of its ShelvingState."""
        alarm_id = self._by_node.get(node_id)
        return self._all.get(alarm_id) if alarm_id is not None else None

    def retained(self) -> list[EventNotification]:
        """Return the last event of everything that people have to look at."""
        return [one.event for one in self._all.values() if one.state.retained]

    async def show_all(self, *, silently: bool = False) -> None:
        """Take in every record; ``silently`` at the start, when there is nobody to tell."""
        for kind in ("job_order", "equipment", "alarm"):
            for name, record in tuple(self._model.records(kind).items()):
                await self.changed(f"{kind}:{name}", record, silently=silently)

    async def changed(
        self,
        stream: str,
        record: r.Record,
        time: datetime | None = None,
        *,
        silently: bool = False,
    ) -> None:
        """Take in what a record has become at a time, and tell what that changed."""
        if isinstance(record, r.AlarmRecord):
            await self._said(record, time, silently=silently)
            return
        known: set[str] = self._of_subject.get(stream, set())
        found = {alarm.alarm_id: alarm for alarm in alarms_of(record)}
        for gone in tuple(known - found.keys()):
            state = self._all[gone].state
            over = replace(state.alarm, active=False, settled=True, state="")
            await self._put(replace(state, alarm=over), time, silently=silently)
        for alarm in found.values():
            await self._put(self._state(alarm), time, silently=silently)

    async def _said(self, record: r.AlarmRecord, time: datetime | None, *, silently: bool) -> None:
        alarm = find(record.alarm_id, self._model.view(self._clock()))
        if alarm is not None:
            await self._put(self._state(alarm), time, silently=silently)

    async def tick(self) -> None:
        """Let what was put aside come back in time."""
        now = self._clock()
        for one in self:
            if one.state.shelved_until is None:
                continue
            state = self._state(one.state.alarm)
            if state.shelved_until is None:
                await self._put(state, now, silently=False)
            else:
                await self._show(one)  # its timer runs

    def _state(self, alarm: Alarm) -> ConditionState:
        said = self._model.record(streams.alarm(alarm.alarm_id))
        known = said if isinstance(said, r.AlarmRecord) else None
        names = k.names_of(alarm.alarm_id)
        return ConditionState(
            alarm=alarm,
            said=known,
            shelved_until=shelved_until(alarm, known, self._clock()),
            input_node=self.input_nodes.get(names[0], ua.NodeId())
            if alarm.kind.name == k.LIMIT
            else ua.NodeId(),
        )

    async def _put(self, state: ConditionState, time: datetime | None, *, silently: bool) -> None:
        alarm_id = state.alarm.alarm_id
        known = self._all.get(alarm_id)
        if known is None and not (state.retained or not state.enabled):
            return  # over before anybody had to look at it
        if known is not None and known.state == state:
            return
        if known is None and len(self._all) >= MAX_CONDITIONS:
            diagnostics.error("more than %d alarms stand; %s is not told", MAX_CONDITIONS, alarm_id)
            return
        last = known.state.alarm.severity if known else state.alarm.severity
        one = self._kept(known, state, last, time or state.changed_time)
        if state.retained or not state.enabled:
            await self._show(one)
        else:
            await self._forget(one)
        if not silently:
            stands = self._stands(one.event.source_node)
            await self._tell(one.event, one.event.source_node if stands else INTERLOCK)

    def _kept(
        self, known: Condition | None, state: ConditionState, last: int, time: datetime
    ) -> Condition:
        event = self._event(state, last, time)
        if known is None:
            known = Condition(state=state, event=event, last_severity=last)
            self._all[state.alarm.alarm_id] = known
            stream = subject_of(state.alarm.alarm_id) or ""
            self._of_subject.setdefault(stream, set()).add(state.alarm.alarm_id)
            for node_id in self._ids(known):
                self._by_node[node_id] = state.alarm.alarm_id
        known.state, known.event, known.last_severity = state, event, last
        known.occurrences[event.event_id] = state.alarm.occurrence
        while len(known.occurrences) > _MAX_EVENT_IDS:
            known.occurrences.popitem(last=False)
        return known

    async def _show(self, one: Condition) -> None:
        alarm_id = one.state.alarm.alarm_id
        is_new = alarm_id not in self._shown
        if is_new and len(self._shown) >= MAX_SHOWN:
            return
        source = one.event.source_node
        values = one.state.fields(one.last_severity, self._clock())
        shown = condition_nodes.condition(one.state, values, source)
        if not await self._instances.show(f"condition:{alarm_id}", shown.nodes, shown.links):
            return
        if is_new:
            self._shown.add(alarm_id)
            self.on_shown(one.node_id)

    async def _forget(self, one: Condition) -> None:
        alarm_id = one.state.alarm.alarm_id
        self._all.pop(alarm_id, None)
        stream = subject_of(alarm_id) or ""
        left = self._of_subject.get(stream, set())
        left.discard(alarm_id)
        if not left:
            self._of_subject.pop(stream, None)
        for node_id in self._ids(one):
            self._by_node.pop(node_id, None)
        if alarm_id not in self._shown:
            return
        self._shown.discard(alarm_id)
        await self._instances.hide(f"condition:{alarm_id}")
        waiting = next((x for x in self if x.state.alarm.alarm_id not in self._shown), None)
        if waiting is not None:
            await self._show(waiting)

    def _ids(self, one: Condition) -> tuple[ua.NodeId, ua.NodeId]:
        return one.node_id, condition_nodes.below(one.node_id, "ShelvingState")

    def _event(self, state: ConditionState, last: int, time: datetime) -> EventNotification:
        alarm = state.alarm
        source, name, also = _source(alarm)
        node_id = ua.Variant(condition_id(alarm.alarm_id), ua.VariantType.NodeId)
        return EventNotification(
            event_type=TYPES[alarm.kind.name],
            source_node=source,
            source_name=name,
            message=alarm.message,
            severity=alarm.severity,
            time=time,
            event_id=state.event_id,
            fields={**state.fields(last, self._clock()), "NodeId": node_id},
            also=also,
        )


def _source(alarm: Alarm) -> tuple[ua.NodeId, str, tuple[ua.NodeId, ...]]:
    """Return what the alarm is about, its name, and what else it concerns."""
    kind, _, name = alarm.subject.partition(":")
    also = []
    if alarm.equipment_id:
        also += [isa95_id("Equipment", alarm.equipment_id), station_id(alarm.equipment_id)]
    if alarm.material_lot_id:
        also.append(isa95_id("Materials", "Lots", word(alarm.material_lot_id)))
    match kind:
        case "job_order":
            return job_order_node_id(name), name, tuple(also)
        case "equipment":
            return isa95_id("Equipment", name), name, tuple(also[1:])
        case _:
            return isa95_id("PhysicalAssets", name), name, tuple(also)
