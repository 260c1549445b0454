"""Publish: follow the log, and put what other systems must know into the outbox, exactly once.

The document is made from the log alone, as it was at the row that caused it, and its message id
from that row. A follower that is killed anywhere makes the same message again, and the outbox
stores it with the follower's place in one transaction.
"""

import asyncio
import hmac
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.execution import chain, streams
from models.execution.event_types import read_event
from models.execution.events import (
    JobOrderAborted,
    JobOrderCancelled,
    JobOrderPartEnded,
    JobOrderReleased,
    JobOrderStopped,
)
from models.execution.evolve import evolve
from models.execution.log_row import Cursor, LogRow, OutgoingMessage
from models.execution.records import JobOrderRecord, Record, WorkDirectiveRecord
from models.isa95.work_performance import OperationsPerformance
from models.isa95.work_schedule import HierarchyScope
from server.command_path.ports import ExecutionLog, Outbox
from server.queries.parts_performance import Part, parts_performance
from server.queries.performance import performance

diagnostics = logging.getLogger("interlock.publish")

Render = Callable[[OperationsPerformance, str, datetime], bytes]
"""Turns a performance, its message id and its time of creation into the partner's document."""

FOLLOWER: Final = "publish"
KIND: Final = "OperationsPerformance"

_MESSAGES: Final = uuid.UUID("6f9d7c1e-54a4-5b0e-9d21-0f4c3c1a7be2")
_ENDINGS: Final = (
    JobOrderReleased.__name__,
    JobOrderAborted.__name__,
    JobOrderStopped.__name__,
    JobOrderCancelled.__name__,
)
_CAUSES: Final = (*_ENDINGS, JobOrderPartEnded.__name__)
_PAGE: Final = 500
_UNSAVED: Final = 2_000
"""Rows after which the place is stored even if no message was made."""
_POLL_S: Final = 1.0
_MAX_PAUSE_S: Final = 30.0


class ForgedRowError(Exception):
    """A row of the log that this installation did not write; nothing is published from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """To whom a performance goes: a channel per partner, with how it wants to read it."""

    channels: Mapping[str, Render]
    hierarchy_scope: HierarchyScope | None = None


class Publisher:
    """Follows the log under one name. ``key`` is the installation's; ``run`` until cancelled."""

    def __init__(self, log: ExecutionLog, outbox: Outbox, partners: Partners, key: bytes) -> None:
        self._log = log
        self._outbox = outbox
        self._partners = partners
        self._key = key

    async def run(self) -> None:
        """Follow until cancelled; whatever goes wrong is tried again, ever more patiently."""
        place: tuple[Cursor, int] | None = None
        pause = _POLL_S
        while True:
            try:
                if place is None:
                    place = await self._outbox.cursor(FOLLOWER), 0
                place = await self.advance(*place)
                pause = _POLL_S
            except Exception:  # noqa: BLE001 -- a database that is away must not end the worker
                diagnostics.exception("publishing stopped; next try in %g s", pause)
                await asyncio.sleep(pause)
                place, pause = None, min(2 * pause, _MAX_PAUSE_S)

    async def advance(self, cursor: Cursor, unsaved: int = 0) -> tuple[Cursor, int]:
        """Read one page after the cursor, store its messages; return the new place.

        ``unsaved`` counts the rows since the place was last stored: without a message it is
        stored only now and then, because rows that are read twice cost less than a commit.
        """
        rows = await self._log.read(cursor, _PAGE)
        if not rows:
            await self._log.wait_for_rows(_POLL_S)
            return cursor, unsaved
        messages = [message for _, row in rows async for message in self._messages(row)]
        cursor, unsaved = rows[-1][0], unsaved + len(rows)
        if messages or unsaved >= _UNSAVED:
            await self._outbox.put(FOLLOWER, cursor, messages)
            unsaved = 0
        return cursor, unsaved

    async def _messages(self, row: LogRow) -> AsyncIterator[OutgoingMessage]:
        if row.type not in _CAUSES:
            return
        try:
            made = await self._performance(row)
        except ForgedRowError as error:
            diagnostics.critical("%s; run 'interlock verify-log'", error)
            return
        if made is None:
            return
        for channel, render in self._partners.channels.items():
            message_id = str(uuid.uuid5(_MESSAGES, f"{channel}\x1f{row.hash.hex()}"))
            body = render(made, message_id, row.server_time).decode()
            yield OutgoingMessage(
                message_id=message_id,
                channel=channel,
                kind=KIND,
                body=body,
                created_time=row.server_time,
            )

    async def _performance(self, row: LogRow) -> OperationsPerformance | None:
        """Return the actuals as they were at the row; None where nobody is told yet.

        Of a job order that was split the ERP hears once, when its last part has ended.
        """
        order_id = row.stream.partition(":")[2]
        whole = await self._order(order_id, lambda found: found.version == row.version)
        scope = self._partners.hierarchy_scope
        if whole.order.part_of:
            return None
        if row.type in _ENDINGS:
            return performance(
                whole.order,
                whole.directive,
                published_time=row.server_time,
                hierarchy_scope=scope,
            )
        if set(whole.order.ended_parts) != set(whole.order.parts):
            return None
        parts = [await self._order(name, _is_ending) for name in whole.order.parts]
        return parts_performance(
            whole.order, parts, published_time=row.server_time, hierarchy_scope=scope
        )

    async def _order(self, job_order_id: str, until: Callable[[LogRow], bool]) -> Part:
        """Return a job order as it was at the first row for which ``until`` is true.

        Its WorkMaster copy is the last one: an update before work may have made it anew.
        """
        order = await self._record(streams.job_order(job_order_id), until)
        directive = await self._record(streams.work_directive(job_order_id), None)
        if not isinstance(order, JobOrderRecord) or not isinstance(directive, WorkDirectiveRecord):
            msg = f"job order {job_order_id} does not end in a log of ours"
            raise ForgedRowError(msg)
        return Part(order=order, directive=directive.work_directive)

    async def _record(self, stream: str, until: Callable[[LogRow], bool] | None) -> Record | None:
        """Return the record of a stream at a row, or at its end; from rows with our seal alone."""
        record: Record | None = None
        seen, before = 0, chain.GENESIS
        while rows := await self._log.read_stream(stream, seen, _PAGE):
            for row in rows:
                if not self._believed(row, before):
                    msg = f"{stream} version {row.version} does not carry our seal"
                    raise ForgedRowError(msg)
                event = read_event(row.type, row.type_version, row.payload)
                record = evolve(record, event, row.server_time)
                if until is not None and until(row):
                    return record
                seen, before = row.version, row.hash
        return record if until is None else None

    def _believed(self, row: LogRow, before: bytes) -> bool:
        right = chain.row_hash(before, row) == row.hash
        return right and hmac.compare_digest(chain.row_mac(self._key, row.hash), row.mac)


def _is_ending(row: LogRow) -> bool:
    return row.type in _ENDINGS
