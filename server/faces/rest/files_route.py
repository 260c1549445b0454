"""The routes of files that belong to evidence: stored first, under their hash."""

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, HTTPException, Path, Request, Response

from models.attachment import MEDIA_TYPES, AttachmentAlteredError, AttachmentError
from models.execution.outcome import Fault
from models.execution.principal import Role
from server.faces.rest.command_routes import unreadable
from server.faces.rest.face import Face
from server.faces.rest.outcomes import json_response, respond
from server.faces.rest.paging import FORBIDDEN, NOT_FOUND, only_for, shown

WRITERS: Final = frozenset(
    {Role.HMI, Role.SUPERVISOR, Role.QUALITY, Role.LABORATORY, Role.MAINTENANCE}
)
"""Whose it is to store a file."""

Sha256 = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{64}$",
        description="The SHA-256 of the file, in lower-case hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(MEDIA_TYPES)
        },
    }
}
_STORED: Final = shown("It is stored", "sha256", "size", "media_type")
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file", "content": {"application/octet-stream": {}}}
}


def files_route(face: Face) -> APIRouter:
    """Return the routes, or none where the installation stores no files."""
    router = APIRouter(tags=["attachments"], default_response_class=Response)
    store = face.attachments
    if store is None:
        return router

    @router.put(
        "/attachments/{sha256}",
        summary="Store a file",
        responses=FORBIDDEN | _STORED,
        openapi_extra=_BODY,
    )
    async def put_attachment(
        request: Request,
        sha256: Sha256,
        content_type: Annotated[str, Header(max_length=100, description="Its media type.")] = "",
    ) -> Response:
        """Store a file of at most 10 MiB under its SHA-256, which must be that of its bytes.

        Storing it proves nothing yet: a station's `AttachFile` names it as evidence. The same file
        again is stored once. Takes one of the roles: hmi, laboratory, maintenance, quality,
        supervisor.
        """
        only_for(request, WRITERS)
        content = await request.body()
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            return unreadable("path.sha256", f"is not that of the body, which is {found}")
        kind = content_type.partition(";")[0].strip().lower()
        try:
            await store.store(content, kind)
        except AttachmentError as error:
            return unreadable("body", str(error))
        return json_response(200, {"sha256": found, "size": len(content), "media_type": kind})

    @router.get("/attachments/{sha256}", summary="Read a file", responses=NOT_FOUND | _FILE)
    async def attachment(sha256: Sha256) -> Response:
        """Read a stored file; it is proven to be the one that was stored, or not given at all."""
        try:
            file = await store.open(sha256)
        except AttachmentAlteredError as altered:
            return respond(Fault(reason=str(altered), retry=False))
        if file is None:
            raise HTTPException(404, f"there is no file {sha256}")
        headers = {
            "Content-Disposition": f'attachment; filename="{sha256}"',
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{sha256}"',
        }
        return Response(file.content, media_type=file.media_type, headers=headers)

    return router
