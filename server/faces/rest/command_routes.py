"""The routes of the commands, made from the catalogue: one shape for all of them."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response

from models.execution import commands as c
from models.execution.outcome import Invalid, Problem
from models.execution.principal import Identity
from server.command_path.authenticate import Authenticator
from server.command_path.authorize import COMMAND_ROLES
from server.command_path.catalogue import CATALOGUE, Entry
from server.command_path.command_fields import Kind
from server.command_path.read_plain import UnreadableError, read_members
from server.faces.rest.bodies import SIGNERS, body_of, may_be_empty
from server.faces.rest.calls import Call, Called, answer, responses
from server.faces.rest.examples import EXAMPLES
from server.faces.rest.face import Face
from server.faces.rest.outcomes import respond
from server.faces.rest.schemas import Body
from server.faces.rest.strict_route import StrictRoute

MAX_ID: Final = 100
"""Characters in an identifier in a path."""

BY_HAND: Final = frozenset({c.RecordEvidence, c.DraftWorkMaster})
"""Commands whose route takes more than one form, and is written by hand."""


def command_routes(face: Face) -> APIRouter:
    """Return the route of every command of the catalogue but those written by hand."""
    router = APIRouter(default_response_class=Response, route_class=StrictRoute)
    for entry in CATALOGUE.values():
        if entry.command not in BY_HAND:
            add_command_route(router, entry, _handler(face, entry))
    return router


def add_command_route(
    router: APIRouter, entry: Entry, handler: Callable[..., Awaitable[Response]], **more: Any
) -> None:
    """Put the route of a command into the router, with what the document says about it."""
    verb, _, path = entry.route.partition(" ")
    status = 201 if entry.creates else 200
    router.add_api_route(
        path,
        handler,
        methods=[verb],
        status_code=status,
        responses=responses(status),
        tags=[entry.subject.value],
        summary=entry.title,
        description=said(entry),
        operation_id=entry.title.lower().replace(" ", "_"),
        **more,
    )


def said(entry: Entry) -> str:
    """Return what the document says about a command: what it does, and whose it is."""
    roles = ", ".join(sorted(role.value for role in COMMAND_ROLES[entry.command]))
    where = " The account is a terminal of that station." if entry.is_at_a_station else ""
    return f"{entry.description}\n\nTakes one of the roles: {roles}.{where}"


def id_parameter(name: str, description: str) -> Parameter:
    """Return the parameter of an identifier in a path."""
    about = Path(max_length=MAX_ID, description=description, examples=[EXAMPLES[name]])
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=Annotated[str, about])


def _handler(face: Face, entry: Entry) -> Callable[..., Awaitable[Response]]:
    in_path = [one for one in entry.fields if f"{{{one.name}}}" in entry.path]
    body = body_of(entry)

    async def handle(**given: Any) -> Response:
        call: Call = given.pop("call")
        sent: Body | None = given.pop("body", None)
        plain = sent.model_dump(mode="json", exclude_unset=True) if sent else {}
        station = str(given.get("station", ""))
        signers = await signers_of(face.authenticator, entry, plain, station)
        try:
            command = read_members(entry.command, {**plain, **given, **signers}, "body")
        except UnreadableError as unreadable:
            return respond(Invalid(problems=unreadable.problems))
        return await answer(face.path, call, command, 201 if entry.creates else 200)

    parameters = [id_parameter(one.name, one.description) for one in in_path]
    parameters.append(Parameter("call", Parameter.KEYWORD_ONLY, annotation=Called))
    if body is not None:
        parameters.append(_body_parameter(body))
    handle.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # read by FastAPI
    return handle


def _body_parameter(body: type[Body]) -> Parameter:
    if may_be_empty(body):
        return Parameter("body", Parameter.KEYWORD_ONLY, annotation=body | None, default=None)
    return Parameter("body", Parameter.KEYWORD_ONLY, annotation=body)


async def signers_of(
    authenticator: Authenticator, entry: Entry, plain: dict[str, Any], station: str
) -> Mapping[str, Identity]:
    """Return who signs, and take accounts and passwords out of what was sent.

    At a station the account may be left empty: it is that of the open session there.
    """
    found = {}
    for one in entry.fields:
        if one.kind is Kind.SIGNER:
            which = SIGNERS[one.name]
            account = plain.pop(f"{which}account", "")
            password = plain.pop(f"{which}password")
            found[one.name] = await authenticator.identify(
                account, password, station=station, door="rest"
            )
    return found


def unreadable(where: str, reason: str) -> Response:
    """Return the answer to a request that cannot mean anything."""
    return respond(Invalid(problems=(Problem(where=where, reason=reason),)))
