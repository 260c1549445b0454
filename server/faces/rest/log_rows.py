"""A row of the execution log as JSON, and which job order it is about."""

import json
from typing import Any, Final

from fastapi import HTTPException

from models.execution import streams
from models.execution.log_row import Cursor, LogRow
from models.execution.principal import Role
from server.command_path.ports import ExecutionLog
from server.faces.rest.json_form import plain

READERS: Final = frozenset({Role.OBSERVER, Role.SUPERVISOR, Role.QUALITY, Role.ADMINISTRATOR})
"""Whose the log is to read: it names everybody, and every attempt."""


def row_shown(row: LogRow) -> dict[str, Any]:
    """Return the row as it is kept; ``hash`` over it and the row before proves it unchanged."""
    names = [name for name in LogRow.__dataclass_fields__ if name not in ("payload", "mac")]
    shown = {name: plain(getattr(row, name)) for name in names}
    return {**shown, "payload": json.loads(row.payload)}


def is_about(row: LogRow, job_order_id: str) -> bool:
    """Tell whether a row speaks of the job order: its own events, and attempts at it."""
    if row.stream in (streams.job_order(job_order_id), streams.work_directive(job_order_id)):
        return True
    said = json.loads(row.payload)
    if said.get("job_order_id") == job_order_id:
        return True
    arguments = said.get("arguments")
    asked = json.loads(arguments) if arguments else {}
    return isinstance(asked, dict) and asked.get("job_order_id") == job_order_id


def cursor_of(text: str) -> Cursor:
    """Return the place in the log that a text such as ``731-4711`` stands for."""
    transaction, _, position = text.partition("-")
    return Cursor(int(transaction), int(position))


async def refuse_beyond_the_end(place: Cursor, log: ExecutionLog) -> None:
    """Answer 422 to a place that this log has not reached: it would be silent there for ever."""
    if place > await log.end():
        reason = "that place lies behind the end of this log; begin with one that it gave"
        raise HTTPException(422, reason)
