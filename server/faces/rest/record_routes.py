"""What is made of the log when it is asked for: batch records, versions used, logbooks."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query, Response

from models.execution import records as r
from models.execution import streams
from server.command_path.ports import ExecutionLog
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.outcomes import JSON, json_response
from server.faces.rest.paging import NOT_FOUND, NOT_READ, shown
from server.faces.rest.schemas import Time
from server.queries.batch_record import BatchRecord, batch_record
from server.queries.logbook import logbook
from server.queries.review import override_rate
from server.queries.versions import versions_used

MAX_SPAN: Final = timedelta(days=366)
"""The longest span of time of one logbook."""

MAX_ROWS: Final = 100_000
"""Rows of one job order that are looked at."""

JobOrderId = Annotated[str, Path(max_length=100, description="The job order.", examples=["4711"])]


def record_routes(face: Face) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["records"], default_response_class=Response)
    _batch_records(router, face.execution_log)
    _reviews(router, face)
    _versions(router, face)
    _logbooks(router, face.execution_log)
    return router


def _batch_records(router: APIRouter, log: ExecutionLog) -> None:
    @router.get(
        "/job-orders/{job_order_id}/batch-record",
        summary="Make the batch record",
        responses=NOT_FOUND | shown("The batch record"),
    )
    async def batch_record_of(job_order_id: JobOrderId) -> Response:
        """Make the batch record of a job order from the execution log alone.

        The text is canonical: its SHA-256, which is the ETag, is the same whenever and wherever
        the record of an ended job order is made.
        """
        record = await _record(log, job_order_id)
        headers = {"ETag": f'"{record.sha256}"'}
        return Response(record.text.encode(), media_type=JSON, headers=headers)


def _reviews(router: APIRouter, face: Face) -> None:
    @router.get(
        "/job-orders/{job_order_id}/review",
        summary="Review by exception",
        responses=NOT_FOUND | shown("The review"),
    )
    async def review_of(job_order_id: JobOrderId) -> Response:
        """Show all of a job order that was not routine: what a reviewer has to look at."""
        record = await _record(face.execution_log, job_order_id)
        if record.summary is None:
            raise HTTPException(404, f"job order {job_order_id} has no steps to review")
        return json_response(200, _members(record.summary))

    @router.get(
        "/override-rate",
        summary="Show how often gates are overridden",
        responses=NOT_READ | shown("The rate", "overrides", "steps", "per_1000_steps"),
    )
    async def overrides() -> Response:
        """Show how often gates were overridden in all job orders, per thousand steps begun."""
        known = face.read_model.records("job_order").values()
        rate = override_rate(one for one in known if isinstance(one, r.JobOrderRecord))
        return json_response(200, {**_members(rate), "per_1000_steps": plain(rate.per_1000_steps)})


def _versions(router: APIRouter, face: Face) -> None:
    log, model = face.execution_log, face.read_model

    @router.get(
        "/job-orders/{job_order_id}/versions",
        summary="Show which versions were used",
        responses=NOT_FOUND | shown("The versions"),
    )
    async def versions_of(job_order_id: JobOrderId) -> Response:
        """Show which version of everything the job order is executed by, with hashes."""
        order = model.record(streams.job_order(job_order_id))
        copy = model.record(streams.work_directive(job_order_id))
        if not isinstance(order, r.JobOrderRecord) or not isinstance(copy, r.WorkDirectiveRecord):
            raise HTTPException(404, f"there is no job order {job_order_id}")
        master = model.record(streams.work_master(order.work_master_id))
        known = master if isinstance(master, r.WorkMasterRecord) else None
        rows = await log.read_stream(streams.job_order(job_order_id), 0, MAX_ROWS)
        used = versions_used(order, copy.work_directive, known, rows)
        return json_response(200, _members(used))


def _logbooks(router: APIRouter, log: ExecutionLog) -> None:
    @router.get(
        "/equipment/{equipment_id}/logbook",
        summary="Make the logbook of equipment",
        responses=NOT_FOUND | shown("The logbook", "equipment_id", "entries", "unexplained"),
    )
    async def logbook_of(
        equipment_id: Annotated[
            str, Path(max_length=100, description="The equipment.", examples=["BLENDER-01"])
        ],
        start: Annotated[Time, Query(description="First time, with its offset.")],
        end: Annotated[Time, Query(description="First time that is left out.")],
    ) -> Response:
        """Make the logbook of one piece of equipment: use, cleaning, maintenance, calibration.

        `unexplained` are the stretches of which nobody can say what was done.
        """
        if not timedelta(0) < end - start <= MAX_SPAN:
            raise HTTPException(422, f"end must lie within {MAX_SPAN.days} days after start")
        book = await logbook(log, equipment_id, start, end)
        if book is None:
            raise HTTPException(404, f"there is no equipment {equipment_id}")
        return json_response(200, _members(book))


async def _record(log: ExecutionLog, job_order_id: str) -> BatchRecord:
    record = await batch_record(log, job_order_id)
    if record is None:
        raise HTTPException(404, f"there is no job order {job_order_id}")
    return record


def _members(value: object) -> dict[str, object]:
    content = plain(value)
    assert isinstance(content, dict), "what is shown is a dataclass"
    return content
