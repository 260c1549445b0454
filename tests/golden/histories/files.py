"""Histories as files: rows and final states of a log, one JSON object per line."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from historian.in_memory import InMemoryExecutionLog
from models.execution import codec
from models.execution.log_row import LogRow, StreamHead


class Rows(InMemoryExecutionLog):
    """A history as the log that it was taken from."""

    def __init__(self, rows: Sequence[LogRow]) -> None:
        super().__init__()
        self._history: dict[str, list[LogRow]] = defaultdict(list)
        for row in rows:
            self._history[row.stream].append(row)
            head = StreamHead(
                stream=row.stream, version=row.version, hash=row.hash, state="", mac=b""
            )
            self._heads[row.stream] = head

    async def read_stream(self, stream: str, after_version: int, limit: int) -> Sequence[LogRow]:
        return self._history[stream][after_version : after_version + limit]


ROW_FIELDS = [field.name for field in fields(LogRow) if field.name != "position"]


def row_of(line: dict[str, object]) -> LogRow:
    """Return the row that a line of a history holds."""
    made = dict(line)
    for name in ("source_time", "server_time"):
        made[name] = datetime.fromisoformat(str(line[name]))
    for name in ("previous_hash", "hash", "mac"):
        made[name] = bytes.fromhex(str(line[name]))
    return LogRow(**made)  # type: ignore[arg-type]


def read(path: Path) -> tuple[list[LogRow], dict[str, str]]:
    """Return the rows of a history, and its final states by stream."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = [row_of(line) for line in found if "final" not in line]
    return rows, {line["final"]: line["state"] for line in found if "final" in line}


def as_lines(rows: Iterable[LogRow]) -> Iterator[str]:
    """Yield the rows as lines of a history."""
    for row in rows:
        yield codec.dumps({name: getattr(row, name) for name in ROW_FIELDS})
