"""Commands at a station: what a person does there, through a terminal that is bound to it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.exceptions import RequestValidationError

from models.execution import commands as c
from models.isa95.work_definition import Source
from server.command_path.authenticate import Authenticator
from server.command_path.path import CommandPath
from server.faces.rest.calls import Called, answer, responses
from server.faces.rest.face import Face
from server.faces.rest.schemas import (
    Empty,
    NewDeviation,
    NewEvidence,
    NewSession,
    Scan,
    Shown,
    Signed,
    Weighing,
)

Id = Annotated[str, Path(max_length=100)]


def station_commands(face: Face) -> APIRouter:
    """Return the routes below ``/stations/{station}``."""
    router = APIRouter(
        prefix="/stations/{station}", tags=["stations"], default_response_class=Response
    )
    _session(router, face.path, face.authenticator)
    _steps(router, face.path, face.authenticator)
    _evidence(router, face.path)
    return router


def _session(router: APIRouter, path: CommandPath, authenticator: Authenticator) -> None:
    @router.post("/session", status_code=201, responses=responses(201))
    async def open_session(station: Id, body: NewSession, call: Called) -> Response:
        """Bind a person, the station and a job order."""
        identity = await authenticator.identify(body.account, body.password)
        command = c.OpenStationSession(
            station=station, job_order_id=body.job_order_id, identity=identity
        )
        return await answer(path, call, command, 201)

    @router.delete("/session", responses=responses())
    async def close_session(station: Id, call: Called) -> Response:
        """Leave the station; what was started stays as it is."""
        return await answer(path, call, c.CloseStationSession(station=station))

    @router.post("/deviations", status_code=201, responses=responses(201))
    async def open_deviation(station: Id, body: NewDeviation, call: Called) -> Response:
        """Put on record that something is not as it should be."""
        command = c.OpenDeviation(station=station, description=body.description)
        return await answer(path, call, command, 201)


def _steps(router: APIRouter, path: CommandPath, authenticator: Authenticator) -> None:
    @router.post("/steps/{step_id}/start", responses=responses())
    async def start_step(
        station: Id, step_id: Id, call: Called, _: Empty | None = None
    ) -> Response:
        """Begin a step of the session's job order."""
        return await answer(path, call, c.StartStep(station=station, step_id=step_id))

    @router.post("/steps/complete", responses=responses())
    async def complete_step(station: Id, call: Called, body: Shown | None = None) -> Response:
        """Declare the running step complete."""
        shown = body or Shown()
        command = c.CompleteStep(
            station=station, job_order_id=shown.job_order_id, step_id=shown.step_id
        )
        return await answer(path, call, command)

    @router.post("/steps/{step_id}/verify", responses=responses())
    async def verify_step(station: Id, step_id: Id, body: Signed, call: Called) -> Response:
        """Sign, as another qualified person, that the step was done right."""
        identity = await authenticator.identify(body.account, body.password)
        command = c.VerifyStep(station=station, step_id=step_id, identity=identity)
        return await answer(path, call, command)


def _evidence(router: APIRouter, path: CommandPath) -> None:
    @router.post("/scan", responses=responses())
    async def scan(station: Id, body: Scan, call: Called) -> Response:
        """Identify a container for the running step; a wrong one is offered the right lots."""
        command = c.ScanMaterial(
            station=station,
            code=body.code,
            job_order_id=body.job_order_id,
            step_id=body.step_id,
        )
        return await answer(path, call, command)

    @router.post("/weight", status_code=201, responses=responses(201))
    async def capture_weight(station: Id, body: Weighing, call: Called) -> Response:
        """Take the weight that the scale shows now; it can't be sent along."""
        command = c.CaptureWeight(
            station=station,
            instrument_id=body.instrument_id,
            job_order_id=body.job_order_id,
            step_id=body.step_id,
        )
        return await answer(path, call, command, 201)

    @router.post("/evidence/{evidence_id}", status_code=201, responses=responses(201))
    async def record_evidence(
        station: Id, evidence_id: Id, call: Called, body: NewEvidence | None = None
    ) -> Response:
        """Record a typed or scanned value; without a value, capture what the device shows."""
        command = _evidence_command(station, evidence_id, body or NewEvidence())
        return await answer(path, call, command, 201)


def _evidence_command(
    station: str, evidence_id: str, body: NewEvidence
) -> c.CaptureEvidence | c.RecordEvidence:
    if body.value is not None:
        return c.RecordEvidence(
            station=station,
            evidence_id=evidence_id,
            value=body.value,
            source=Source(body.source),
            instrument_id=body.instrument_id,
            job_order_id=body.job_order_id,
            step_id=body.step_id,
        )
    surplus = body.model_fields_set & {"source", "instrument_id"}
    if surplus:
        raise RequestValidationError(
            [
                {"loc": ("body", name), "msg": "means nothing without a value", "type": "surplus"}
                for name in sorted(surplus)
            ]
        )
    return c.CaptureEvidence(
        station=station,
        evidence_id=evidence_id,
        job_order_id=body.job_order_id,
        step_id=body.step_id,
    )
