"""The route of server-sent events: the execution log as it grows, read-only."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from models.execution.event_types import EVENT_VERSIONS
from models.execution.log_row import LogRow
from server.faces.rest.event_stream import EventStream, Wanted
from server.faces.rest.face import Face
from server.faces.rest.log_rows import READERS, cursor_of, is_about, refuse_beyond_the_end
from server.faces.rest.outcomes import RETRY_AFTER_S
from server.faces.rest.paging import FORBIDDEN, only_for

MAX_STREAMS: Final = 40
"""Streams that are read at a time."""

_PLACE: Final = r"^[0-9]{1,18}-[0-9]{1,18}$"
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The events, without an end",
        "content": {
            "text/event-stream": {
                "example": 'id: 731-4711\nevent: StepBegan\ndata: {"stream":"job_order:4711"}\n\n'
            }
        },
    }
}


def events_route(face: Face, stream: EventStream | None = None) -> APIRouter:
    """Return the route; ``stream`` is made from the face unless one is given."""
    told = stream or EventStream(model=face.read_model, log=face.execution_log)
    router = APIRouter(tags=["execution log"], default_response_class=Response)

    @router.get("/events", summary="Follow the execution log", responses=FORBIDDEN | _STREAM)
    async def events(
        request: Request,
        last_event_id: Annotated[
            str | None,
            Header(pattern=_PLACE, description="Go on behind this event; without it, from now."),
        ] = None,
        kind: Annotated[
            list[str] | None,
            Query(max_length=50, description="Only these types of events, such as StepBegan."),
        ] = None,
        job_order_id: Annotated[
            str | None, Query(max_length=100, description="Only what is about this job order.")
        ] = None,
    ) -> Response:
        """Follow the log as server-sent events: each row once, in the order of the log.

        The id of an event is its place in the log; a reader that was cut off sends the last one as
        `Last-Event-ID` and misses nothing. A comment comes every 15 s. A reader that is too slow
        gets the event `Dropped` and is cut off. For observers, supervisors, the quality unit
        and administrators.
        """
        only_for(request, READERS)
        if face.read_model.readers >= MAX_STREAMS:
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise HTTPException(503, f"{MAX_STREAMS} streams are open already", headers)
        after = cursor_of(last_event_id) if last_event_id else None
        if after is not None and after > face.read_model.cursor:
            await refuse_beyond_the_end(after, face.execution_log)
        return StreamingResponse(
            told.told(after, _wanted(frozenset(kind or ()), job_order_id)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


def _wanted(kinds: frozenset[str], job_order_id: str | None) -> Wanted:
    """Return which rows are told; raises 422 for a type of event that there is not."""
    unknown = kinds - EVENT_VERSIONS.keys()
    if unknown:
        listed = ", ".join(sorted(unknown))[:200]
        raise HTTPException(422, f"there are no events of type {listed}")

    def wanted(row: LogRow) -> bool:
        return (not kinds or row.type in kinds) and (
            job_order_id is None or is_about(row, job_order_id)
        )

    return wanted
