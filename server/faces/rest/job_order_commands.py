"""Commands about job orders, and about the instruments' calibrations."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from models.execution import commands as c
from server.command_path.authenticate import Authenticator
from server.command_path.path import CommandPath
from server.faces.rest.calls import Called, answer, responses
from server.faces.rest.face import Face
from server.faces.rest.schemas import (
    Abort,
    Disposition,
    Empty,
    NewCalibration,
    NewJobOrder,
    Signed,
)

Id = Annotated[str, Path(max_length=100)]


def job_order_commands(face: Face) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["job orders"], default_response_class=Response)
    _planning(router, face.path)
    _signed(router, face.path, face.authenticator)
    _instruments(router, face.path)
    return router


def _planning(router: APIRouter, path: CommandPath) -> None:
    @router.post("/job-orders", status_code=201, responses=responses(201))
    async def store_job_order(body: NewJobOrder, call: Called) -> Response:
        """Store a job order, with its own frozen copy of the WorkMaster."""
        command = c.StoreJobOrder(
            job_order_id=body.job_order_id,
            work_master_id=body.work_master_id,
            work_master_version=body.work_master_version,
            quantity=body.amount(),
            planned_start=body.planned_start,
            planned_end=body.planned_end,
            priority=body.priority,
            material_lot_id=body.material_lot_id,
            allowed_to_start=body.allowed_to_start,
            lot_allocations=tuple(body.lot_allocations.items()),
        )
        return await answer(path, call, command, 201)

    @router.post("/job-orders/{job_order_id}/start", responses=responses())
    async def start_job_order(job_order_id: Id, call: Called, _: Empty | None = None) -> Response:
        """Allow a stored job order to start; work begins with its first step."""
        return await answer(path, call, c.StartJobOrder(job_order_id=job_order_id))


def _signed(router: APIRouter, path: CommandPath, authenticator: Authenticator) -> None:
    @router.post("/job-orders/{job_order_id}/abort", responses=responses())
    async def abort_job_order(job_order_id: Id, body: Abort, call: Called) -> Response:
        """Give a job order up for good, signed by a supervisor or the quality unit."""
        identity = await authenticator.identify(body.account, body.password)
        command = c.AbortJobOrder(job_order_id=job_order_id, reason=body.reason, identity=identity)
        return await answer(path, call, command)

    @router.post("/job-orders/{job_order_id}/release", responses=responses())
    async def release_job_order(job_order_id: Id, body: Signed, call: Called) -> Response:
        """Release what was produced, signed by the quality unit."""
        identity = await authenticator.identify(body.account, body.password)
        command = c.ReleaseJobOrder(job_order_id=job_order_id, identity=identity)
        return await answer(path, call, command)

    @router.post(
        "/job-orders/{job_order_id}/exceptions/{exception_id}/disposition", responses=responses()
    )
    async def disposition_exception(
        job_order_id: Id, exception_id: Id, body: Disposition, call: Called
    ) -> Response:
        """Decide what is done about an exception: Redo, Adjust or Accept."""
        identity = await authenticator.identify(body.account, body.password)
        command = c.DispositionException(
            job_order_id=job_order_id,
            exception_id=exception_id,
            disposition=body.disposition,
            reason=body.reason,
            identity=identity,
        )
        return await answer(path, call, command)


def _instruments(router: APIRouter, path: CommandPath) -> None:
    @router.post(
        "/physical-assets/{physical_asset_id}/calibrations",
        status_code=201,
        responses=responses(201),
        tags=["instruments"],
    )
    async def record_calibration(
        physical_asset_id: Id, body: NewCalibration, call: Called
    ) -> Response:
        """Put a new calibration of an instrument on record; it counts from now on."""
        command = c.RecordCalibration(
            physical_asset_id=physical_asset_id,
            due_time=body.due_time,
            certificate=body.certificate,
        )
        return await answer(path, call, command, 201)
