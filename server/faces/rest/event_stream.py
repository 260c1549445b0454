"""The execution log as it grows, as server-sent events: nothing missed, nothing twice."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from models.execution.log_row import Cursor, LogRow
from server.command_path.ports import ExecutionLog
from server.faces.rest.log_rows import row_shown
from server.queries.read_model import Change, FollowerTooSlowError, ReadModel

HEARTBEAT_S: Final = 15.0
"""After so long without an event a comment is sent, so that a dead connection is noticed."""

MAX_UNREAD: Final = 1_000
"""Events that may wait for a slow reader; with one more it is sent away."""

_PAGE: Final = 500
_BEGIN: Final = "retry: 2000\n\n"
_HEARTBEAT: Final = ": heartbeat\n\n"
_DROPPED: Final = (
    "event: Dropped\n"
    'data: {"reason": "you read too slowly; connect again with Last-Event-ID, nothing is lost"}\n\n'
)

Wanted = Callable[[LogRow], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream:
    """What a stream of events reads from; ``heartbeat_s`` and ``max_unread`` bound it."""

    model: ReadModel
    log: ExecutionLog
    heartbeat_s: float = HEARTBEAT_S
    max_unread: int = MAX_UNREAD

    async def told(self, after: Cursor | None, wanted: Wanted) -> AsyncGenerator[str, None]:
        """Yield the events after the cursor, or from now on, as text of the stream."""
        changes = self.model.changes(self.max_unread)
        coming = asyncio.ensure_future(anext(changes))
        try:
            await asyncio.sleep(0)  # from here on no change escapes: now what was before
            end = self.model.cursor
            place = end if after is None else after
            yield _BEGIN
            async for cursor, row in self._missed(place, end):
                place = cursor
                if wanted(row):
                    yield event_text(cursor, row)
            while True:
                done, _ = await asyncio.wait((coming,), timeout=self.heartbeat_s)
                if not done:
                    yield _HEARTBEAT
                    continue
                change = coming.result()
                coming = asyncio.ensure_future(anext(changes))
                if change.cursor > place and wanted(change.row):
                    yield event_text(change.cursor, change.row)
        except FollowerTooSlowError:
            yield _DROPPED
        finally:
            await _closed(changes, coming)

    async def _missed(
        self, place: Cursor, end: Cursor
    ) -> AsyncGenerator[tuple[Cursor, LogRow], None]:
        """Yield the rows after the place, up to the end that was seen."""
        while place < end:
            rows = await self.log.read(place, _PAGE)
            for cursor, row in rows:
                place = cursor
                yield cursor, row
            if not rows:
                return


def event_text(cursor: Cursor, row: LogRow) -> str:
    """Return a row as one event; its id leads on from there."""
    data = json.dumps(row_shown(row), ensure_ascii=False, separators=(",", ":"))
    return f"id: {cursor.transaction}-{cursor.position}\nevent: {row.type}\ndata: {data}\n\n"


async def _closed(changes: AsyncGenerator[Change, None], coming: asyncio.Future[Change]) -> None:
    coming.cancel()
    with suppress(asyncio.CancelledError, FollowerTooSlowError):
        await coming
    await changes.aclose()
