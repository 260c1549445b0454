"""What a step asks for and has brought: where it could be performed, and labels of its portions."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Response

from models.execution import records as r
from models.execution import streams
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.outcomes import json_response
from server.faces.rest.paging import NOT_FOUND, shown
from server.queries.dispense_label import dispense_labels
from server.queries.eligible_equipment import candidates
from server.queries.read_model import ReadModel

_STEP: Final = "/job-orders/{job_order_id}/steps/{step_id}"

JobOrderId = Annotated[str, Path(max_length=100, description="The job order.", examples=["4711"])]
StepId = Annotated[str, Path(max_length=100, description="One of its steps.", examples=["010"])]


def step_routes(face: Face) -> APIRouter:
    """Return the routes."""
    model = face.read_model
    router = APIRouter(tags=["now"], default_response_class=Response)

    @router.get(
        f"{_STEP}/equipment",
        summary="List the stations of a step",
        responses=NOT_FOUND | shown("The stations of its class", "equipment"),
    )
    async def equipment_for(job_order_id: JobOrderId, step_id: StepId) -> Response:
        """List the stations of the class that the step asks for, those first where it could begin.

        `refusals` say why the equipment does not do: status, size, cleanliness, allergens,
        calibration. Without any it is offered.
        """
        _step(model, job_order_id, step_id)
        known = model.records("equipment").values()
        described = [one for one in known if isinstance(one, r.EquipmentRecord)]
        found = candidates(job_order_id, step_id, described, model.view(face.clock()))
        return _listed("equipment", found)

    @router.get(
        f"{_STEP}/dispense-labels",
        summary="Make the labels of weighed portions",
        responses=NOT_FOUND | shown("The labels, oldest first", "labels"),
    )
    async def labels_of(job_order_id: JobOrderId, step_id: StepId) -> Response:
        """Make the label of each portion that the step has weighed in its present pass.

        A label says product, lot, net weight, tare, expiry, GHS statements, who weighed and when.
        """
        order = _step(model, job_order_id, step_id)
        return _listed("labels", dispense_labels(order, step_id, model.view(face.clock())))

    return router


def _step(model: ReadModel, job_order_id: str, step_id: str) -> r.JobOrderRecord:
    """Return the job order of the step; answers 404 when there is no such step."""
    order = model.record(streams.job_order(job_order_id))
    if not isinstance(order, r.JobOrderRecord):
        raise HTTPException(404, f"there is no job order {job_order_id}")
    if order.step(step_id) is None:
        raise HTTPException(404, f"job order {job_order_id} has no step {step_id}")
    return order


def _listed(name: str, items: Sequence[object]) -> Response:
    return json_response(200, {name: [plain(one) for one in items]})
