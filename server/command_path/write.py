"""Write: turn decided events into chained rows and new projections, ready to be appended."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime

from models.execution import chain, codec, events, streams
from models.execution.decision import Decision
from models.execution.event_types import EVENT_VERSIONS
from models.execution.evolve import evolve
from models.execution.log_row import Chunk, LogRow, StoredOutcome, StreamHead
from models.execution.principal import Principal
from models.execution.rules import RULE_VERSION
from server.command_path.load import ABSENT, Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Who did what, when: what every row of one command has in common."""

    command_id: str
    principal: Principal
    time: datetime
    station: str | None


@dataclass(slots=True)
class Draft:
    """A chunk in the making, on top of what is known; ``states`` are the newer states."""

    key: bytes
    known: MutableMapping[str, Known]
    states: MutableMapping[str, Known]
    expected: dict[str, int] = field(default_factory=dict)
    rows: list[LogRow] = field(default_factory=list)
    outcomes: list[StoredOutcome] = field(default_factory=list)

    def read(self, found: Mapping[str, Known]) -> None:
        """Note what a decision looked at, as it was before this chunk."""
        for stream, known in found.items():
            # What this chunk has moved itself was noted when it was first read; meanwhile
            # another process may have let it be forgotten.
            if stream not in self.states:
                self.expected.setdefault(stream, known.version)

    def write(self, attempt: Attempt, decision: Decision) -> None:
        """Add the rows of a decision and move the states on; nothing is added on an error."""
        rows, states = list[LogRow](), dict[str, Known]()
        for event in decision.events:
            stream = streams.stream_of(event)
            before = states.get(stream) or self.states.get(stream) or self.known.get(stream)
            before = before or ABSENT
            row = self._row(attempt, decision, event, stream, before)
            record = evolve(before.record, event, attempt.time)
            states[stream] = Known(row.version, row.hash, record)
            rows.append(row)
        for row in rows:
            before = self.known.get(row.stream) or ABSENT
            self.expected.setdefault(row.stream, before.version)
        self.rows += rows
        self.states.update(states)

    def _row(
        self,
        attempt: Attempt,
        decision: Decision,
        event: events.Event,
        stream: str,
        before: Known,
    ) -> LogRow:
        name = type(event).__name__
        bare = LogRow(
            stream=stream,
            version=before.version + 1,
            type=name,
            type_version=EVENT_VERSIONS[name],
            payload=codec.dumps(event),
            command_id=attempt.command_id,
            person=decision.person_id or attempt.principal.person_id,
            account=attempt.principal.account,
            station=attempt.station,
            face=attempt.principal.face,
            source=decision.source.value,
            source_time=source_time(event, attempt.time),
            server_time=attempt.time,
            rule_version=RULE_VERSION,
            previous_hash=before.hash,
            hash=b"",
            mac=b"",
        )
        return sealed(self.key, bare)

    def chunk(self) -> Chunk:
        """Return what is to be appended."""
        written = {row.stream for row in self.rows}
        heads = []
        for stream in sorted(written):
            state = self.states[stream]
            bare = StreamHead(
                stream=stream,
                version=state.version,
                hash=state.hash,
                state=codec.dumps(state.record),
                mac=b"",
            )
            mac = chain.head_mac(self.key, bare)
            heads.append(
                StreamHead(
                    stream=stream,
                    version=bare.version,
                    hash=bare.hash,
                    state=bare.state,
                    mac=mac,
                )
            )
        return Chunk(
            rows=tuple(self.rows),
            heads=tuple(heads),
            outcomes=tuple(self.outcomes),
            expected=self.expected,
        )


def sealed(key: bytes, row: LogRow) -> LogRow:
    """Return the row with its hash and its seal."""
    hash_ = chain.row_hash(row.previous_hash, row)
    fields = {name: getattr(row, name) for name in LogRow.__dataclass_fields__}
    return LogRow(**(fields | {"hash": hash_, "mac": chain.row_mac(key, hash_)}))


def source_time(event: events.Event, time: datetime) -> datetime:
    """Return when the fact became true: the device's time where a device said so."""
    match event:
        case events.WeightCaptured():
            return event.reading.source_time
        case events.EvidenceRecorded() if event.reading is not None:
            return event.reading.source_time
        case events.EquipmentEventRecorded():
            return event.event.source_time
        case _:
            return time
