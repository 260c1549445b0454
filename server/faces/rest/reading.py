"""What is so now: job orders, stations, lots, and what each refusal means."""

from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query, Response

from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.execution.refusal_codes import REFUSAL_KINDS
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.outcomes import json_response
from server.queries.faceplate import faceplate

Id = Annotated[str, Path(max_length=100)]
_MAX_PAGE: Final = 500


def read_routes(face: Face) -> APIRouter:
    """Return the routes."""
    model = face.read_model
    router = APIRouter(tags=["now"], default_response_class=Response)

    @router.get("/job-orders")
    async def job_orders(
        state: Annotated[JobOrderState | None, Query()] = None,
        after: Annotated[str, Query(max_length=100, description="job order id")] = "",
        limit: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 100,
    ) -> Response:
        """List job orders by their ids, without their steps, after an id."""
        known = model.records("job_order")
        names = (name for name in sorted(known) if name > after and _is_in(known[name], state))
        found = list(islice(names, limit))
        listed = [_summary(known[name]) for name in found]
        following = found[-1] if len(found) == limit else None
        return json_response(200, {"job_orders": listed, "next": following})

    @router.get("/job-orders/{job_order_id}")
    async def job_order(job_order_id: Id) -> Response:
        """Show a job order: its steps, evidence, exceptions and signatures."""
        record = model.record(streams.job_order(job_order_id))
        return _found(record, f"job order {job_order_id}")

    @router.get("/stations/{station}")
    async def station_faceplate(station: Id) -> Response:
        """Show what the station's screen shows, with the actions that its gates allow now."""
        record = model.record(streams.equipment(station))
        if not isinstance(record, r.EquipmentRecord) or not record.equipment.is_station:
            raise HTTPException(404, f"there is no station {station}")
        view, refusal = model.view(face.clock()), model.last_refusal(station)
        shown = await faceplate(station, view, face.live, face.path.check, refusal)
        return json_response(200, _members(shown))

    @router.get("/material-lots/{material_lot_id}")
    async def material_lot(material_lot_id: Id) -> Response:
        """Show a lot: its disposition, its expiry, and what is left in its containers."""
        record = model.record(streams.material_lot(material_lot_id))
        if not isinstance(record, r.MaterialLotRecord):
            raise HTTPException(404, f"there is no lot {material_lot_id}")
        sublots = (model.record(streams.material_sublot(x)) for x in record.material_sublots)
        return json_response(
            200,
            {**_members(record.material_lot), "material_sublots": [plain(x) for x in sublots if x]},
        )

    _catalogue(router)
    return router


def _catalogue(router: APIRouter) -> None:
    @router.get("/refusals")
    async def refusals() -> Response:
        """List every refusal there is: its code, what it means, and what to do about it."""
        kinds = [
            {
                "code": kind.code,
                "group": kind.group.name,
                "return_status_bit": kind.group.value,
                "gate": kind.gate,
                "meaning": kind.meaning,
                "remedy": kind.remedy,
            }
            for kind in REFUSAL_KINDS.values()
        ]
        return json_response(200, {"refusals": kinds})


def _is_in(record: r.Record, state: JobOrderState | None) -> bool:
    return isinstance(record, r.JobOrderRecord) and state in (None, record.state)


def _summary(record: r.Record) -> dict[str, object]:
    left_out = ("steps", "exceptions", "erp_reference", "lot_allocations", "release")
    return {name: item for name, item in _members(record).items() if name not in left_out}


def _members(record: object) -> dict[str, object]:
    shown = plain(record)
    assert isinstance(shown, dict), "a record is a dataclass"
    return shown


def _found(record: r.Record | None, what: str) -> Response:
    if record is None:
        raise HTTPException(404, f"there is no {what}")
    return json_response(200, _members(record))
