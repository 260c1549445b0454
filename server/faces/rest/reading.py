"""What is so now: job orders, stations, lots, people, master data, and what each refusal means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.execution.principal import Role
from models.execution.refusal_codes import REFUSAL_KINDS
from server.command_path.field_texts import FIELD_TEXTS
from server.faces.rest.examples import EXAMPLES
from server.faces.rest.face import Face
from server.faces.rest.json_form import plain
from server.faces.rest.outcomes import json_response
from server.faces.rest.paging import (
    FORBIDDEN,
    NOT_FOUND,
    NOT_READ,
    CursorText,
    Limit,
    only_for,
    page_of,
    shown,
)
from server.queries.faceplate import faceplate

JobOrderId = Annotated[str, Path(max_length=100, description="The job order.", examples=["4711"])]
Station = Annotated[str, Path(max_length=100, description="The station.", examples=["DISP-01"])]
Show = Callable[[Any], Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A kind of record that is listed at ``path`` and shown one by one below it.

    ``left_out`` are members that a list leaves out because they are long; ``readers`` are the
    roles that may read it, where not everybody may.
    """

    path: str
    kind: str
    id_name: str
    noun: str
    left_out: tuple[str, ...] = ()
    readers: frozenset[Role] | None = None

    @property
    def name(self) -> str:
        """The member of the answer that holds the list."""
        return self.path.strip("/").replace("-", "_")


_ACCOUNT_READERS: Final = frozenset({Role.ADMINISTRATOR, Role.QUALITY})
LISTINGS: Final = (
    Listing(path="/containers", kind="material_sublot", id_name="material_sublot_id",
            noun="container"),
    Listing(path="/materials", kind="material_definition", id_name="material_definition_id",
            noun="material"),
    Listing(path="/equipment", kind="equipment", id_name="equipment_id",
            noun="piece of equipment"),
    Listing(path="/physical-assets", kind="physical_asset", id_name="physical_asset_id",
            noun="instrument or machine"),
    Listing(path="/persons", kind="person", id_name="person_id", noun="person"),
    Listing(path="/accounts", kind="account", id_name="account", noun="account",
            readers=_ACCOUNT_READERS),
    Listing(path="/attempts", kind="attempts", id_name="account",
            noun="account that was refused or denied something", readers=_ACCOUNT_READERS),
    Listing(path="/work-masters", kind="work_master", id_name="work_master_id",
            noun="work master", left_out=("versions",)),
    Listing(path="/documents", kind="document", id_name="document_id",
            noun="controlled document"),
    Listing(path="/corrective-actions", kind="corrective_action",
            id_name="corrective_action_id", noun="corrective action"),
)  # fmt: skip
"""What is listed, in one shape; job orders, lots and stations have more to show."""


def read_routes(face: Face) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["now"], default_response_class=Response)
    _job_orders(router, face)
    _lots(router, face)
    _stations(router, face)
    for listing in LISTINGS:
        _list(router, face, listing)
        _one(router, face, listing)
    _work_master_version(router, face)
    _refusals(router)
    return router


def _list(router: APIRouter, face: Face, listing: Listing) -> None:
    async def listed(request: Request, cursor: CursorText = "", limit: Limit = 100) -> Response:
        if listing.readers:
            only_for(request, listing.readers)
        known = face.read_model.records(listing.kind)
        keyed = ((name, _members(known[name], listing.left_out, name)) for name in sorted(known))
        return page_of(request, listing.name, keyed, cursor, limit)

    router.add_api_route(
        listing.path,
        listed,
        summary=f"List every {listing.noun}",
        description=f"List every {listing.noun} by its id, page by page.{_whose(listing)}",
        operation_id=f"list_{listing.name}",
        responses=(FORBIDDEN if listing.readers else NOT_READ)
        | shown("A page", listing.name, "next"),
    )


def _one(router: APIRouter, face: Face, listing: Listing) -> None:
    async def one(**given: Any) -> Response:
        if listing.readers:
            only_for(given["request"], listing.readers)
        name = given[listing.id_name]
        record = face.read_model.records(listing.kind).get(name)
        return _found(record, f"{listing.noun} {name}")

    about = Path(max_length=100, description="Its id.", examples=[EXAMPLES[listing.id_name]])
    one.__signature__ = Signature(  # type: ignore[attr-defined]  # read by FastAPI
        [
            Parameter("request", Parameter.KEYWORD_ONLY, annotation=Request),
            Parameter(listing.id_name, Parameter.KEYWORD_ONLY, annotation=Annotated[str, about]),
        ]
    )
    router.add_api_route(
        f"{listing.path}/{{{listing.id_name}}}",
        one,
        summary=f"Show one {listing.noun}",
        description=f"Show a {listing.noun} as it is now, with all that is on record of it."
        f"{_whose(listing)}",
        operation_id=f"show_{listing.name}",
        responses=NOT_FOUND | (FORBIDDEN if listing.readers else {}) | shown("The record"),
    )


def _whose(listing: Listing) -> str:
    if not listing.readers:
        return ""
    roles = ", ".join(sorted(role.value for role in listing.readers))
    return f"\n\nTakes one of the roles: {roles}."


def _job_orders(router: APIRouter, face: Face) -> None:
    model = face.read_model

    @router.get(
        "/job-orders",
        summary="List job orders",
        responses=NOT_READ | shown("A page", "job_orders", "next"),
    )
    async def job_orders(
        request: Request,
        state: Annotated[
            JobOrderState | None, Query(description="Only those in this state.")
        ] = None,
        cursor: CursorText = "",
        after: Annotated[
            str, Query(max_length=100, description="The same as cursor.", deprecated=True)
        ] = "",
        limit: Limit = 100,
    ) -> Response:
        """List job orders by their ids, without their steps, page by page."""
        known = model.records("job_order")
        left_out = ("steps", "exceptions", "erp_reference", "lot_allocations", "release")
        keyed = (
            (name, _members(known[name], left_out))
            for name in sorted(known)
            if _is_in(known[name], state)
        )
        return page_of(request, "job_orders", keyed, cursor or after, limit)

    @router.get(
        "/job-orders/{job_order_id}",
        summary="Show a job order",
        responses=NOT_FOUND | shown("The job order"),
    )
    async def job_order(job_order_id: JobOrderId) -> Response:
        """Show a job order: its steps, evidence, exceptions and signatures."""
        record = model.record(streams.job_order(job_order_id))
        return _found(record, f"job order {job_order_id}")

    @router.get(
        "/exceptions",
        summary="List exceptions",
        responses=NOT_READ | shown("A page", "exceptions", "next"),
    )
    async def exceptions(
        request: Request,
        job_order_id: Annotated[
            str | None, Query(max_length=100, description="Only those of this job order.")
        ] = None,
        cursor: CursorText = "",
        limit: Limit = 100,
    ) -> Response:
        """List the exceptions of all job orders, those that are open first."""
        found = sorted(_exceptions(model.records("job_order"), job_order_id), key=_by_key)
        return page_of(request, "exceptions", found, cursor, limit)


def _exceptions(
    known: Mapping[str, r.Record], job_order_id: str | None
) -> list[tuple[str, Mapping[str, object]]]:
    return [
        (
            f"{'open' if item.is_open else 'settled'}\t{name}\t{item.exception_id}",
            {"job_order_id": name, "is_open": item.is_open, **_members(item)},
        )
        for name, record in known.items()
        if job_order_id in (None, name) and isinstance(record, r.JobOrderRecord)
        for item in record.exceptions
    ]


def _by_key(keyed: tuple[str, Any]) -> str:
    return keyed[0]


def _lots(router: APIRouter, face: Face) -> None:
    model = face.read_model

    @router.get(
        "/material-lots",
        summary="List lots",
        responses=NOT_READ | shown("A page", "material_lots", "next"),
    )
    async def material_lots(
        request: Request,
        material_definition_id: Annotated[
            str | None, Query(max_length=100, description="Only those of this material.")
        ] = None,
        cursor: CursorText = "",
        limit: Limit = 100,
    ) -> Response:
        """List lots by their ids, with their disposition and expiry, page by page."""
        known = model.records("material_lot")
        keyed = (
            (name, _members(record.material_lot))
            for name, record in sorted(known.items())
            if isinstance(record, r.MaterialLotRecord)
            and material_definition_id in (None, record.material_lot.material_definition_id)
        )
        return page_of(request, "material_lots", keyed, cursor, limit)

    @router.get(
        "/material-lots/{material_lot_id}",
        summary="Show a lot",
        responses=NOT_FOUND | shown("The lot"),
    )
    async def material_lot(
        material_lot_id: Annotated[
            str, Path(max_length=100, description="The lot.", examples=["AA-2601"])
        ],
    ) -> Response:
        """Show a lot: its disposition, its tests, and what is left in its containers."""
        record = model.record(streams.material_lot(material_lot_id))
        if not isinstance(record, r.MaterialLotRecord):
            raise HTTPException(404, f"there is no lot {material_lot_id}")
        sublots = (model.record(streams.material_sublot(x)) for x in record.material_sublots)
        more = {
            "material_sublots": [plain(x) for x in sublots if x],
            "test_results": plain(record.test_results),
        }
        return json_response(200, {**_members(record.material_lot), **more})


def _stations(router: APIRouter, face: Face) -> None:
    model = face.read_model

    @router.get(
        "/stations",
        summary="List stations",
        responses=NOT_READ | shown("A page", "stations", "next"),
    )
    async def stations(request: Request, cursor: CursorText = "", limit: Limit = 100) -> Response:
        """List stations, with who works there on which job order."""
        equipment = model.records("equipment").items()
        names = sorted(
            name
            for name, one in equipment
            if isinstance(one, r.EquipmentRecord) and one.equipment.is_station
        )
        keyed = (
            (name, _members(model.record(streams.station(name)) or r.StationRecord(station=name)))
            for name in names
        )
        return page_of(request, "stations", keyed, cursor, limit)

    @router.get(
        "/stations/{station}",
        summary="Show a station",
        responses=NOT_FOUND | shown("What its screen shows"),
    )
    async def station_faceplate(station: Station) -> Response:
        """Show what the station's screen shows, with the actions that its gates allow now."""
        record = model.record(streams.equipment(station))
        if not isinstance(record, r.EquipmentRecord) or not record.equipment.is_station:
            raise HTTPException(404, f"there is no station {station}")
        view, refusal = model.view(face.clock()), model.last_refusal(station)
        shows = await faceplate(station, view, face.live, face.path.check, refusal)
        return json_response(200, _members(shows))


def _work_master_version(router: APIRouter, face: Face) -> None:
    @router.get(
        "/work-masters/{work_master_id}/versions/{version}",
        summary="Show a version of a work master",
        responses=NOT_FOUND | shown("The version", "work_master", "lifecycle"),
    )
    async def work_master_version(
        work_master_id: Annotated[
            str,
            Path(
                max_length=100, description=FIELD_TEXTS["work_master_id"], examples=["WM-VITC-500"]
            ),
        ],
        version: Annotated[
            str, Path(max_length=100, description=FIELD_TEXTS["version"], examples=["3"])
        ],
    ) -> Response:
        """Show a version whole, in the form in which a draft is sent, and where it stands."""
        record = face.read_model.records("work_master").get(work_master_id)
        found = record.version(version) if isinstance(record, r.WorkMasterRecord) else None
        if found is None or not isinstance(record, r.WorkMasterRecord):
            raise HTTPException(404, f"there is no version {version} of {work_master_id}")
        content = {"work_master": plain(found), "lifecycle": plain(record.lifecycle(version))}
        return json_response(200, content)  # fmt: skip


def _refusals(router: APIRouter) -> None:
    @router.get(
        "/refusals",
        summary="List refusals",
        responses=NOT_READ | shown("All of them", "refusals"),
    )
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


def _members(
    record: object, left_out: tuple[str, ...] = (), name: str | None = None
) -> dict[str, object]:
    made = plain(record)
    assert isinstance(made, dict), "a record is a dataclass"
    named = {} if name is None else {"id": name}
    return named | {key: item for key, item in made.items() if key not in left_out}


def _found(record: r.Record | None, what: str) -> Response:
    if record is None:
        raise HTTPException(404, f"there is no {what}")
    return json_response(200, _members(record))
