"""The route of evidence: a value that somebody gives, or the one that the device shows."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.exceptions import RequestValidationError

from models.execution import commands as c
from models.isa95.work_definition import Source
from server.command_path.catalogue import CATALOGUE
from server.command_path.field_texts import FIELD_TEXTS
from server.faces.rest.calls import Called, answer
from server.faces.rest.command_routes import MAX_ID, add_command_route
from server.faces.rest.examples import EXAMPLES
from server.faces.rest.face import Face
from server.faces.rest.schemas import NewEvidence
from server.faces.rest.strict_route import StrictRoute

_Station = Annotated[
    str,
    Path(max_length=MAX_ID, description=FIELD_TEXTS["station"], examples=[EXAMPLES["station"]]),
]
_Evidence = Annotated[
    str,
    Path(
        max_length=MAX_ID,
        description=FIELD_TEXTS["evidence_id"],
        examples=[EXAMPLES["evidence_id"]],
    ),
]


def evidence_route(face: Face) -> APIRouter:
    """Return the route."""
    router = APIRouter(default_response_class=Response, route_class=StrictRoute)

    async def record_evidence(
        station: _Station, evidence_id: _Evidence, call: Called, body: NewEvidence | None = None
    ) -> Response:
        command = _command(station, evidence_id, body or NewEvidence())
        return await answer(face.path, call, command, 201)

    add_command_route(router, CATALOGUE[c.RecordEvidence], record_evidence)
    return router


def _command(
    station: str, evidence_id: str, body: NewEvidence
) -> c.CaptureEvidence | c.RecordEvidence:
    shown = {"job_order_id": body.job_order_id, "step_id": body.step_id}
    if body.value is not None:
        return c.RecordEvidence(
            station=station,
            evidence_id=evidence_id,
            value=body.value,
            source=Source(body.source),
            instrument_id=body.instrument_id,
            **shown,
        )
    surplus = body.model_fields_set & {"source", "instrument_id"}
    if surplus:
        raise RequestValidationError(
            [
                {"loc": ("body", name), "msg": "means nothing without a value", "type": "surplus"}
                for name in sorted(surplus)
            ]
        )
    return c.CaptureEvidence(station=station, evidence_id=evidence_id, **shown)
