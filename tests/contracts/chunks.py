"""Chunks of genuine rows for the log: chained, sealed and with their heads."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from models.execution import chain
from models.execution.log_row import Chunk, LogRow, StoredOutcome, StreamHead

KEY: Final = bytes(range(32))
"""The installation's key in these tests."""

TIME: Final = datetime(2026, 3, 2, 6, 0, 0, 123456, tzinfo=UTC)


class Writer:
    """Makes chunks that continue what it has made before, whatever became of them."""

    def __init__(self) -> None:
        self._ends: dict[str, tuple[int, bytes]] = {}
        self._commands = 0

    def chunk(
        self,
        *streams: str,
        command_id: str | None = None,
        also_read: Mapping[str, int] | None = None,
        payload: str = '{"weight":"1.50"}',
        time: datetime = TIME,
    ) -> Chunk:
        """Return a chunk of one command with one row for each name, in that order."""
        self._commands += 1
        command_id = command_id or f"command-{self._commands}"
        expected = {name: self._ends.get(name, (0, b""))[0] for name in streams}
        rows = [self._row(name, command_id, payload, time) for name in streams]
        outcome = StoredOutcome(
            command_id=command_id,
            fingerprint=hashlib.sha256(command_id.encode()).digest(),
            outcome='{"verdict": "accepted"}',
        )
        return Chunk(
            rows=tuple(rows),
            heads=tuple(_heads(rows)),
            outcomes=(outcome,),
            expected=expected | dict(also_read or {}),
        )

    def _row(self, stream: str, command_id: str, payload: str, time: datetime) -> LogRow:
        version, before = self._ends.get(stream, (0, chain.GENESIS))
        row = LogRow(
            stream=stream,
            version=version + 1,
            type="WeightCaptured",
            type_version=1,
            payload=payload,
            command_id=command_id,
            person="op-01",
            account="hmi-01",
            station=None,
            face="opcua",
            source="device",
            source_time=time,
            server_time=time,
            rule_version="1",
            previous_hash=before,
            hash=b"",
            mac=b"",
        )
        hash_ = chain.row_hash(before, row)
        self._ends[stream] = (row.version, hash_)
        return replace(row, hash=hash_, mac=chain.row_mac(KEY, hash_))


def _heads(rows: Sequence[LogRow]) -> list[StreamHead]:
    last = {row.stream: row for row in rows}
    heads = [
        StreamHead(
            stream=row.stream,
            version=row.version,
            hash=row.hash,
            state=f'{{"version": {row.version}}}',
            mac=bytes(32),
        )
        for row in last.values()
    ]
    return [replace(head, mac=chain.head_mac(KEY, head)) for head in heads]
