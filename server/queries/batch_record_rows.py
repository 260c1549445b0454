"""The rows of the execution log that make up a batch record, and the states behind them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Final

from models.execution import alarm_kinds as k
from models.execution import events as e
from models.execution import records as r
from models.execution import streams
from models.execution.event_types import read_event
from models.execution.evolve import evolve
from models.execution.job_order_state import JobOrderState
from models.execution.log_row import LogRow
from models.execution.signature import Signature
from models.isa95.work_definition import WorkMaster
from server.command_path.ports import ExecutionLog

_PAGE: Final = 1000
_FINAL: Final = (JobOrderState.ENDED, JobOrderState.ABORTED)


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of the log with what it says."""

    row: LogRow
    event: e.Event


History = Sequence[Happened]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRows:
    """Everything on record about one job order up to ``as_of``, in the order of its happening.

    ``own`` are the rows of the job order, of its work directive and of its corrective actions;
    ``alarms`` are what people said of its alarms, ``others`` the whole histories of the lots,
    instruments and persons that it mentions.
    """

    order: r.JobOrderRecord
    directive: WorkMaster | None
    as_of: datetime
    own: History
    refused: History
    denied: History
    sessions: History
    equipment_events: History
    alarms: History
    others: Mapping[str, History]
    persons: frozenset[str]

    @property
    def is_final(self) -> bool:
        """Whether the job order has ended, so that its record is complete."""
        return self.order.state in _FINAL

    @property
    def stations(self) -> frozenset[str]:
        """Where anything was done for it."""
        return frozenset(one.row.station for one in self.own if one.row.station)

    @property
    def instruments(self) -> frozenset[tuple[str, datetime]]:
        """Every use of an instrument."""
        return frozenset(_uses(self.own))

    def readings(self, step: r.StepRecord) -> History:
        """Return what was captured in one pass through a step."""
        start, end = step.start_time, step.end_time or self.as_of
        return tuple(
            one
            for one in self.own
            if isinstance(one.event, e.WeightCaptured | e.EvidenceRecorded)
            and one.event.step_id == step.step_id
            and start is not None
            and start <= one.row.server_time <= end
        )

    def corrective_action(self, name: str) -> r.Record | None:
        """Return a corrective action as it stood at the end of the record."""
        return state_at(self.others[streams.corrective_action(name)], self.as_of)


async def collect(log: ExecutionLog, job_order_id: str) -> BatchRows | None:
    """Return the rows about a job order, or None when there is none of that id."""
    own = _about_work(await _stream(log, streams.job_order(job_order_id)))
    order = state_at(own, None)
    if not isinstance(order, r.JobOrderRecord):
        return None
    about = _About(log, job_order_id, order, _ends(own, order))
    directive_rows = await _stream(log, streams.work_directive(job_order_id))
    directive = state_at(directive_rows, None)
    refused, denied = await about.attempts()
    actions = {name for item in order.exceptions for name in item.corrective_actions}
    action_rows = {n: await about.until(streams.corrective_action(n)) for n in sorted(actions)}
    every = _in_order([*directive_rows, *own, *(x for rows in action_rows.values() for x in rows)])
    sessions, alarms = await about.sessions(every), await about.alarms()
    persons = _persons([*every, *sessions, *alarms])
    others = {streams.corrective_action(name): rows for name, rows in action_rows.items()}
    for stream in sorted(_mentioned(every, order, persons)):
        others[stream] = await about.until(stream)
    return BatchRows(
        order=order,
        directive=directive.work_directive
        if isinstance(directive, r.WorkDirectiveRecord)
        else None,
        as_of=about.as_of or _latest([*every, *refused, *denied, *sessions]),
        own=every,
        refused=refused,
        denied=denied,
        sessions=sessions,
        equipment_events=await about.equipment(every),
        alarms=alarms,
        others=others,
        persons=persons,
    )


def _about_work(rows: History) -> History:
    """Leave out that the job order was taken off the lists: the record was complete before."""
    return tuple(one for one in rows if not isinstance(one.event, e.JobOrderCleared))


@dataclass(frozen=True, slots=True)
class _About:
    """Finds what other streams say about the job order, up to where its record ends."""

    log: ExecutionLog
    job_order_id: str
    order: r.JobOrderRecord
    as_of: datetime | None

    async def until(self, stream: str) -> History:
        """Return the rows of a stream up to the end of the record."""
        rows = await _stream(self.log, stream)
        return tuple(x for x in rows if self.as_of is None or x.row.server_time <= self.as_of)

    async def attempts(self) -> tuple[History, History]:
        """Return what was refused and what was denied, of all accounts."""
        refused, denied, after = list[Happened](), list[Happened](), ""
        while heads := await self.log.heads("attempts", after, _PAGE):
            after = heads[-1].stream
            for head in heads:
                for one in await self.until(head.stream):
                    if self._refused(one.event):
                        refused.append(one)
                    elif self._denied(one.event):
                        denied.append(one)
        return _in_order(refused), _in_order(denied)

    def _refused(self, event: e.Event) -> bool:
        return isinstance(event, e.CommandRefused) and (
            event.job_order_id == self.job_order_id or self._asked_for(event.arguments)
        )

    def _denied(self, event: e.Event) -> bool:
        return isinstance(event, e.CommandDenied) and self._asked_for(event.arguments)

    def _asked_for(self, arguments: str) -> bool:
        if self.job_order_id not in arguments:  # reading every attempt would take long
            return False
        return bool(json.loads(arguments).get("job_order_id") == self.job_order_id)

    async def sessions(self, own: History) -> History:
        """Return who took and left the stations for the job order."""
        found = []
        for name in sorted({one.row.station for one in own if one.row.station}):
            mine = False
            for one in await self.until(streams.station(name)):
                if isinstance(one.event, e.StationSessionOpened):
                    mine = one.event.job_order_id == self.job_order_id
                if mine:
                    found.append(one)
        return _in_order(found)

    async def alarms(self) -> History:
        """Return what people said of the alarms of the job order: seen, confirmed, remarked."""
        order = self.order
        found = [k.alarm_id(k.HOLD, order.job_order_id)]
        found += (
            k.alarm_id(k.EXCEPTION, order.job_order_id, x.exception_id) for x in order.exceptions
        )
        found += (k.alarm_id(k.STEP_HOLD, order.job_order_id, x.step_id) for x in order.steps)
        rows = [await self.until(streams.alarm(name)) for name in found]
        return _in_order([one for some in rows for one in some])

    async def equipment(self, own: History) -> History:
        """Return what happened to the equipment and devices for the job order."""
        names = {one.row.station for one in own if one.row.station}
        assets = {name for name, _ in _uses(own)}
        of_devices = [streams.physical_asset(name) for name in sorted(assets)]
        of_stations = [streams.equipment(name) for name in sorted(names)]
        found = list[Happened]()
        for stream in (*of_stations, *of_devices):
            found += (one for one in await self.until(stream) if self._for_it(one.event))
        return _in_order(found)

    def _for_it(self, event: e.Event) -> bool:
        return getattr(event, "job_order_id", None) == self.job_order_id


def state_at(rows: History, time: datetime | None) -> r.Record | None:
    """Return the record that the rows of one stream made by a time, or make at all."""
    record: r.Record | None = None
    for one in rows:
        if time is None or one.row.server_time <= time:
            record = evolve(record, one.event, one.row.server_time)
    return record


def _ends(own: History, order: r.JobOrderRecord) -> datetime | None:
    """Return when the record of an ended job order ends: with the last row of its own."""
    return own[-1].row.server_time if order.state in _FINAL else None


def _latest(rows: History) -> datetime:
    return max(one.row.server_time for one in rows)


def _in_order(rows: History) -> History:
    """Return rows of several streams in the order in which they were decided."""
    return tuple(
        sorted(rows, key=lambda one: (one.row.server_time, one.row.stream, one.row.version))
    )


async def _stream(log: ExecutionLog, name: str) -> History:
    found, page = list[Happened](), list[LogRow]()
    while True:
        page = list(await log.read_stream(name, page[-1].version if page else 0, _PAGE))
        found += (
            Happened(row, read_event(row.type, row.type_version, row.payload)) for row in page
        )
        if len(page) < _PAGE:
            return tuple(found)


def _happened(row: LogRow) -> Happened:
    return Happened(row, read_event(row.type, row.type_version, row.payload))


def _uses(rows: History) -> Iterator[tuple[str, datetime]]:
    for one in rows:
        name = getattr(one.event, "instrument_id", None)
        if name:
            yield name, one.row.server_time


def _mentioned(own: History, order: r.JobOrderRecord, persons: frozenset[str]) -> Iterator[str]:
    """Yield the streams of lots, instruments and persons of the record."""
    for step in (*order.earlier_passes, *order.steps):
        yield from (streams.material_lot(item.material_lot_id) for item in step.consumed)
    yield from (streams.physical_asset(name) for name, _ in _uses(own))
    yield from (streams.person(name) for name in persons)


def _persons(rows: History) -> frozenset[str]:
    """Return everybody who did, signed or is named in something."""
    signed = (s.person_id for one in rows for s in _signatures(one.event))
    done = (one.row.person for one in rows)
    return frozenset(name for name in (*signed, *done) if name)


def _signatures(value: object) -> Iterator[Signature]:
    if isinstance(value, Signature):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _signatures(getattr(value, field.name))
