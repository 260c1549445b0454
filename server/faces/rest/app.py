"""The REST face: one application, behind one door, for commands, records and history."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from models.attachment import MAX_ATTACHMENT_BYTES
from models.execution.outcome import Fault, Invalid, Problem
from server.faces.rest import work_master_route
from server.faces.rest.alarms_route import alarm_routes
from server.faces.rest.command_routes import command_routes
from server.faces.rest.docs_page import docs_page
from server.faces.rest.document import ABOUT, documented, tags
from server.faces.rest.doors import Doors
from server.faces.rest.events_route import events_route
from server.faces.rest.evidence_route import evidence_route
from server.faces.rest.face import Face
from server.faces.rest.files_route import files_route
from server.faces.rest.history import log_routes, tag_value_routes
from server.faces.rest.outcomes import json_response, problem_response, respond
from server.faces.rest.reading import read_routes
from server.faces.rest.record_routes import record_routes
from server.faces.rest.step_routes import step_routes

OPEN_PATHS: Final = frozenset({"/health"})
"""What answers without an account; everything else, known or not, asks for one."""

_MAX_PROBLEMS: Final = 50
_LARGER: Final = MappingProxyType(
    {"/attachments/": MAX_ATTACHMENT_BYTES, "/work-masters": work_master_route.MAX_BYTES}
)


def build_app(face: Face, extra_routers: Sequence[APIRouter] = ()) -> FastAPI:
    """Return the application, with further routers (B2MML) behind the same door.

    A router with a prefix bounds its bodies itself; ``principal_for`` tells it who asks.
    """
    app = FastAPI(
        title="Interlock",
        version=face.version or "0",
        description=ABOUT,
        openapi_tags=tags(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(_own_pages(app))
    app.openapi = lambda: documented(app)  # type: ignore[method-assign]  # as FastAPI says to
    ours = (
        *(command_routes, evidence_route, work_master_route.work_master_route),
        *(read_routes, step_routes, record_routes, log_routes),
        *(events_route, tag_value_routes, files_route, alarm_routes),
    )
    for router in (*(routes(face) for routes in ours), *extra_routers):
        app.include_router(router)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _our_mistake)
    app.add_middleware(
        Doors,
        authenticator=face.authenticator,
        open_paths=OPEN_PATHS,
        own_limits=tuple(router.prefix for router in extra_routers if router.prefix),
        larger=_LARGER,
    )
    return app


def _own_pages(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def root() -> Response:
        return RedirectResponse("/docs")

    @router.get("/docs")
    async def docs() -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(docs_page(app.openapi()), headers=headers)

    @router.get("/health")
    async def health() -> Response:
        """Say that the process answers; open, so it says nothing else."""
        return json_response(200, {"status": "ok"})

    return router


async def _invalid(_: Request, error: Exception) -> Response:
    """Answer a request that does not fit its route; what was sent is not sent back."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()[:_MAX_PROBLEMS]
    return respond(Invalid(problems=tuple(_problem(item) for item in found)))


def _problem(item: dict[str, Any]) -> Problem:
    where = ".".join(str(part) for part in item.get("loc", ()))
    return Problem(where=where[:200], reason=str(item.get("msg", "is not understood"))[:500])


async def _http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem_response(error.status_code, "Not answered", str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _our_mistake(_: Request, error: Exception) -> Response:
    """Answer what should not have happened; the diagnostics have the rest."""
    reason = "the request failed; the diagnostics of the server say why"
    return respond(Fault(reason=reason, retry=isinstance(error, OSError)))
