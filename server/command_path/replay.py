"""Replay: decide a recorded refusal again, from the log alone, and compare the verdicts."""

from dataclasses import dataclass
from typing import Final

from models.execution import codec, streams
from models.execution.commands import Command
from models.execution.decide import decide
from models.execution.event_types import read_event
from models.execution.events import CommandRefused
from models.execution.evolve import evolve
from models.execution.log_row import LogRow
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.records import Record
from models.execution.rules import RULE_VERSION
from models.execution.snapshot import Snapshot
from server.command_path.load import ABSENT, Known
from server.command_path.ports import ExecutionLog

_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the log said, and what the same gates say now on what they saw then."""

    decision_id: str
    rule_version: str
    recorded: tuple[Refusal, ...]
    replayed: tuple[Refusal, ...]

    @property
    def agrees(self) -> bool:
        """Whether both verdicts are the same; they may differ only under other rules."""
        return self.recorded == self.replayed

    @property
    def same_rules(self) -> bool:
        """Whether the rules of then are the rules of now."""
        return self.rule_version == RULE_VERSION


async def replay(log: ExecutionLog, row: LogRow) -> Replayed:
    """Return the verdict of a ``CommandRefused`` row, decided again on what the gates saw."""
    refused = read_event(row.type, row.type_version, row.payload)
    if not isinstance(refused, CommandRefused):
        msg = f"row {row.position} is a {row.type}, not a refusal"
        raise TypeError(msg)
    known = {stream: await _known_at(log, stream, version) for stream, version in refused.seen}
    snapshot = Snapshot(
        time=row.server_time,
        states={stream: one.record for stream, one in known.items()},
        live={value.tag: value for value in refused.live},
        heads=known,
    )
    principal = Principal(
        account=row.account, roles=frozenset(), face=row.face, person_id=row.person
    )
    command: Command = codec.loads(Command, refused.arguments)
    return Replayed(
        decision_id=row.command_id,
        rule_version=row.rule_version,
        recorded=refused.refusals,
        replayed=decide(command, principal, snapshot).refusals,
    )


async def _known_at(log: ExecutionLog, stream: str, version: int) -> Known:
    """Return the stream as it was at a version; without a record for version 0."""
    record: Record | None = None
    reached, hash_ = 0, ABSENT.hash
    while reached < version:
        rows = await log.read_stream(stream, reached, min(_PAGE, version - reached))
        for row in rows:
            event = read_event(row.type, row.type_version, row.payload)
            record, hash_ = evolve(record, event, row.server_time), row.hash
        reached += len(rows)
        if not rows:
            msg = f"{stream} ends at version {reached}, but version {version} was seen"
            raise LookupError(msg)
    if record is not None and not isinstance(record, streams.record_kind(stream)):
        msg = f"{stream} holds a {type(record).__name__}"
        raise TypeError(msg)
    return Known(reached, hash_, record)
