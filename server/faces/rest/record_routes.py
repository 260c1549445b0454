"""What is made of the log when it is asked for: batch records, versions used, logbooks."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query, Response

from models.execution import records as r
from models.execution import streams
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.outcomes import JSON, json_response
from server.faces.rest.paging import NOT_FOUND, shown
from server.faces.rest.schemas import Time
from server.queries.batch_record import batch_record
from server.queries.logbook import logbook
from server.queries.versions import versions_used

MAX_SPAN: Final = timedelta(days=366)
"""The longest span of time of one logbook."""

MAX_ROWS: Final = 100_000
"""Rows of one job order that are looked at."""

JobOrderId = Annotated[str, Path(max_length=100, description="The job order.", examples=["4711"])]


def record_routes(face: Face) -> APIRouter:
    """Return the routes."""
    log, model = face.execution_log, face.read_model
    router = APIRouter(tags=["records"], default_response_class=Response)

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
        record = await batch_record(log, job_order_id)
        if record is None:
            raise HTTPException(404, f"there is no job order {job_order_id}")
        headers = {"ETag": f'"{record.sha256}"'}
        return Response(record.text.encode(), media_type=JSON, headers=headers)

    @router.get(
        "/job-orders/{job_order_id}/versions",
        summary="Show which versions were used",
        responses=NOT_FOUND | shown("The versions"),
    )
    async def versions_of(job_order_id: JobOrderId) -> Response:
        """Show which version of everything the job order is executed by, with hashes."""
        order = model.record(streams.job_order(job_order_id))
        directive = model.record(streams.work_directive(job_order_id))
        if not isinstance(order, r.JobOrderRecord) or not isinstance(
            directive, r.WorkDirectiveRecord
        ):
            raise HTTPException(404, f"there is no job order {job_order_id}")
        master = model.record(streams.work_master(order.work_master_id))
        known = master if isinstance(master, r.WorkMasterRecord) else None
        rows = await log.read_stream(streams.job_order(job_order_id), 0, MAX_ROWS)
        content = plain(versions_used(order, directive.work_directive, known, rows))
        assert isinstance(content, dict), "versions are a dataclass"
        return json_response(200, content)

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
        content = plain(book)
        assert isinstance(content, dict), "a logbook is a dataclass"
        return json_response(200, content)

    return router
