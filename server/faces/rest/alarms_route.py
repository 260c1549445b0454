"""The alarms that stand, as a list."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response

from models.execution import records as r
from models.execution import streams
from models.execution.alarms import (
    Alarm,
    alarms_of,
    is_acknowledged,
    is_confirmed,
    is_retained,
    shelved_until,
)
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.paging import NOT_READ, CursorText, Limit, page_of, shown


def alarm_routes(face: Face) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["now"], default_response_class=Response)

    @router.get(
        "/alarms", summary="List alarms", responses=NOT_READ | shown("A page", "alarms", "next")
    )
    async def alarms(request: Request, cursor: CursorText = "", limit: Limit = 100) -> Response:
        """List what people have to look at, by the ids of the alarms, and what was said of it."""
        return page_of(request, "alarms", sorted(_standing(face), key=_by_key), cursor, limit)

    return router


def _standing(face: Face) -> Iterator[tuple[str, Any]]:
    for kind in ("job_order", "equipment", "alarm"):
        for record in face.read_model.records(kind).values():
            for alarm in alarms_of(record):
                said = face.read_model.record(streams.alarm(alarm.alarm_id))
                known = said if isinstance(said, r.AlarmRecord) else None
                if is_retained(alarm, known) or (known is not None and known.disabled):
                    yield alarm.alarm_id, _members(face, alarm, known)


def _members(face: Face, alarm: Alarm, said: r.AlarmRecord | None) -> dict[str, object]:
    content = plain(alarm)
    assert isinstance(content, dict), "an alarm is a dataclass"
    return {
        **content,
        "kind": alarm.kind.name,
        "is_acknowledged": is_acknowledged(alarm, said),
        "is_confirmed": is_confirmed(alarm, said),
        "is_disabled": said is not None and said.disabled,
        "shelved_until": plain(shelved_until(alarm, said, face.clock())),
        "remark": plain(said.remark) if said is not None else None,
    }


def _by_key(keyed: tuple[str, Any]) -> str:
    return keyed[0]
