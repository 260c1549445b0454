"""What was so: the execution log page by page, and tag values by their window."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import AwareDatetime

from models.execution import streams
from models.execution.log_row import Cursor, LogRow
from models.execution.records import JobOrderRecord
from models.tag_value import TagValue
from server.command_path.ports import ExecutionLog, TagValues
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.log_rows import (
    READERS,
    cursor_of,
    is_about,
    refuse_beyond_the_end,
    row_shown,
)
from server.faces.rest.outcomes import json_response
from server.faces.rest.paging import FORBIDDEN, NOT_FOUND, NOT_READ, only_for, shown
from server.queries.step_window import Window, step_window

JobOrderId = Annotated[str, Path(max_length=200, description="The job order.", examples=["4711"])]
StepId = Annotated[str, Path(max_length=200, description="The step.", examples=["020"])]
DecisionId = Annotated[
    str, Path(max_length=200, description="`decision_id` of the answer to a command.")
]
TagPath = Annotated[
    str,
    Path(max_length=200, description="The tag.", examples=["FLOOR-SCALE-01.net_weight"]),
]
Tag = Annotated[
    str, Query(max_length=200, description="The tag.", examples=["FLOOR-SCALE-01.net_weight"])
]
Limit = Annotated[int, Query(ge=1, le=10_000, description="How many values, at most.")]

_PLACE: Final = r"^[0-9]{1,18}-[0-9]{1,18}$"
_VALUE_PLACE: Final = r"^[0-9TZ:.-]{20,27}_[0-9]{1,9}$"
ValueCursor = Annotated[
    str | None, Query(pattern=_VALUE_PLACE, description="`next` of the page before.")
]
_MAX_ROWS: Final = 500
_MAX_LOOKED_AT: Final = 5_000
"""Rows that one request may go through to find those of a job order."""


_VALUES: Final = shown("A page of values", "tag", "start", "end", "values", "next")


def log_routes(face: Face) -> APIRouter:
    """Return the routes of the execution log."""
    log = face.execution_log
    router = APIRouter(tags=["execution log"], default_response_class=Response)

    @router.get(
        "/execution-log",
        summary="Read the execution log",
        responses=FORBIDDEN | shown("A page of rows", "rows", "next", "complete"),
    )
    async def execution_log(
        request: Request,
        after: Annotated[
            str, Query(pattern=_PLACE, description="`next` of the page before")
        ] = "0-0",
        limit: Annotated[
            int, Query(ge=1, le=_MAX_ROWS, description="How many rows, at most.")
        ] = 100,
        job_order_id: Annotated[
            str | None, Query(max_length=100, description="Only what is about this job order.")
        ] = None,
    ) -> Response:
        """Read the log in the order in which it became visible: all of it, or one job order's.

        `complete` says that nothing more is there now; until then ask again with `next`. A page
        about one job order may be short or empty without being the last. For observers,
        supervisors, the quality unit and administrators.
        """
        only_for(request, READERS)
        place, rows, complete = await _page(log, cursor_of(after), limit, job_order_id)
        if complete and not rows:
            await refuse_beyond_the_end(place, log)
        return json_response(
            200,
            {
                "rows": [row_shown(row) for row in rows],
                "next": f"{place.transaction}-{place.position}",
                "complete": complete,
            },
        )

    @router.get(
        "/execution-log/{decision_id}",
        summary="Show the evidence of a decision",
        responses=NOT_FOUND | FORBIDDEN | shown("What the decision wrote", "decision_id", "rows"),
    )
    async def decision(request: Request, decision_id: DecisionId) -> Response:
        """Show the evidence of one decision: all rows that it wrote. For the same readers."""
        only_for(request, READERS)
        rows = await log.find(command_id=decision_id)
        if not rows:
            raise HTTPException(404, f"there is no decision {decision_id}")
        return json_response(
            200, {"decision_id": decision_id, "rows": [row_shown(row) for row in rows]}
        )

    return router


def tag_value_routes(face: Face) -> APIRouter:
    """Return the routes of tag values."""
    values, model = face.tag_values, face.read_model
    router = APIRouter(tags=["tag values"], default_response_class=Response)

    @router.get(
        "/tags/{tag}/values",
        summary="Read the values of a tag",
        responses=NOT_READ | _VALUES,
    )
    async def tag_values(
        tag: TagPath,
        start: Annotated[AwareDatetime, Query(description="first time, with its offset")],
        end: Annotated[AwareDatetime, Query(description="first time that is left out")],
        after: ValueCursor = None,
        limit: Limit = 1000,
    ) -> Response:
        """Read the values of a tag with start <= source time < end, oldest first."""
        window = Window(_utc(start), _utc(end))
        return await _values(values, tag, window, after, limit)

    @router.get(
        "/job-orders/{job_order_id}/steps/{step_id}/values",
        summary="Read the values of a tag during a step",
        responses=NOT_FOUND | _VALUES,
    )
    async def step_values(
        job_order_id: JobOrderId,
        step_id: StepId,
        tag: Tag,
        after: ValueCursor = None,
        limit: Limit = 1000,
    ) -> Response:
        """Read the values of a tag from exactly the time in which the step was performed."""
        order = model.record(streams.job_order(job_order_id))
        if not isinstance(order, JobOrderRecord) or order.step(step_id) is None:
            raise HTTPException(404, f"there is no step {step_id} of job order {job_order_id}")
        window = step_window(order, step_id, face.clock())
        if window is None:
            raise HTTPException(404, f"step {step_id} of job order {job_order_id} has not begun")
        return await _values(values, tag, window, after, limit)

    return router


async def _page(
    log: ExecutionLog, place: Cursor, limit: int, job_order_id: str | None
) -> tuple[Cursor, list[LogRow], bool]:
    """Return where the page ends, its rows, and whether the log ended with it."""
    found: list[LogRow] = []
    looked_at = 0
    while looked_at < _MAX_LOOKED_AT:
        rows = await log.read(place, _MAX_ROWS if job_order_id else limit)
        for cursor, row in rows:
            place, looked_at = cursor, looked_at + 1
            if job_order_id is None or is_about(row, job_order_id):
                found.append(row)
                if len(found) == limit:
                    return place, found, False
        if not rows or job_order_id is None:
            return place, found, len(rows) < limit
    return place, found, False


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise HTTPException(422, f"{time.isoformat()} lies outside of all calendars") from None


async def _values(
    values: TagValues, tag: str, window: Window, after: str | None, limit: int
) -> Response:
    found = await values.read(tag, window.start, window.end, limit=limit, after=_value_place(after))
    last = found[-1] if len(found) == limit else None
    return json_response(
        200,
        {
            "tag": tag,
            "start": plain(window.start),
            "end": plain(window.end),
            "values": _listed(found),
            "next": f"{plain(last.source_time)}_{last.sequence}" if last else None,
        },
    )


def _value_place(text: str | None) -> tuple[datetime, int] | None:
    if text is None:
        return None
    time, _, sequence = text.partition("_")
    try:
        return datetime.fromisoformat(time).astimezone(UTC), int(sequence)
    except (ValueError, OverflowError):
        raise HTTPException(422, f"{text!r} is not the `next` of a page") from None


def _listed(values: Sequence[TagValue]) -> list[Mapping[str, object]]:
    return [
        {
            "source_time": plain(value.source_time),
            "server_time": plain(value.server_time),
            "value": plain(value.value),
            "quality": plain(value.quality),
        }
        for value in values
    ]
