"""The route of drafts: a work master as JSON, or as the YAML of the plant's files."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from models.execution import commands as c
from models.execution.outcome import Invalid, Problem
from models.isa95.work_definition import WorkMaster
from server.command_path.catalogue import CATALOGUE
from server.command_path.read_plain import UnreadableError, read_members
from server.command_path.strict_json import strict_json
from server.faces.rest.bodies import body_of
from server.faces.rest.calls import Called, answer
from server.faces.rest.command_routes import add_command_route, unreadable
from server.faces.rest.face import Face
from server.faces.rest.outcomes import respond

MAX_BYTES: Final = 1_048_576
"""Size of a work master, in either form."""

YAML: Final = "application/yaml"

_ENTRY: Final = CATALOGUE[c.DraftWorkMaster]


def work_master_route(face: Face) -> APIRouter:
    """Return the route."""
    router = APIRouter(default_response_class=Response)
    body = body_of(_ENTRY)
    one_at_a_time = asyncio.Lock()
    assert body is not None, "a draft has a body"

    async def draft_work_master(request: Request, call: Called) -> Response:
        """Bring a new version into the record as a draft, which executes nothing."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        raw = await request.body()
        if kind == YAML:
            async with one_at_a_time:  # beside the loop: others go on meanwhile
                found = await asyncio.to_thread(_from_yaml, face, raw)
        elif kind == "application/json":
            found = _from_json(body, raw)
        else:
            return unreadable("header.content-type", f"is neither application/json nor {YAML}")
        if not isinstance(found, WorkMaster):
            return respond(Invalid(problems=tuple(found)))
        return await answer(face.path, call, c.DraftWorkMaster(work_master=found), 201)

    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    add_command_route(
        router,
        _ENTRY,
        draft_work_master,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{body.__name__}"}
                    },
                    YAML: {"schema": {"type": "string", "description": "As in the plant's files."}},
                },
            },
            _DEFINITIONS: definitions | {body.__name__: schema},
        },
    )
    return router


_DEFINITIONS: Final = "x-definitions"


def definitions_moved(document: dict[str, Any]) -> None:
    """Move what the route defines to where the document keeps its schemas."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for methods in document["paths"].values():
        for operation in methods.values():
            schemas.update(operation.pop(_DEFINITIONS, {}))


def _from_yaml(face: Face, raw: bytes) -> WorkMaster | Sequence[Problem]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return [Problem(where=f"body:{error.start}", reason="is not UTF-8")]
    return face.read_work_master(text)


def _from_json(body: Any, raw: bytes) -> WorkMaster | Sequence[Problem]:
    try:
        sent = body.model_validate_json(raw)
        strict_json(raw)
        plain = sent.model_dump(mode="json", exclude_unset=True)
        made: WorkMaster = read_members(c.DraftWorkMaster, plain, "body").work_master
    except ValidationError as error:
        raise RequestValidationError(
            [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        ) from None
    except UnreadableError as error:
        return error.problems
    except ValueError as error:
        return [Problem(where="body", reason=str(error))]
    return made
