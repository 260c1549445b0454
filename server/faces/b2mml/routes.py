"""B2MML over HTTP: documents in, answers out, and the outbox for those who poll."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from models.execution.log_row import OutgoingMessage
from models.execution.principal import Principal
from server.faces.b2mml.inbox import Inbox, Reply, Verdict
from server.faces.b2mml.profile import render_profile

Authenticate = Callable[[Request], Awaitable[Principal]]
"""Tells who sends a request; raises HTTPException 401 or 403 itself."""

Router = APIRouter
"""What the application takes in, so that whoever wires it need not know the web framework."""

XML: Final = "application/xml"
_XML_TYPES: Final = (XML, "text/xml")
_CHANNEL: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"

STATUS: Final[Mapping[Verdict, int]] = {
    Verdict.ACCEPTED: 200,
    Verdict.MODIFIED: 200,
    Verdict.NOTED: 202,
    Verdict.MALFORMED: 400,
    Verdict.DENIED: 403,
    Verdict.UNKNOWN_CHANNEL: 404,
    Verdict.CONFLICT: 409,
    Verdict.TOO_LARGE: 413,
    Verdict.WRONG_TYPE: 415,
    Verdict.REJECTED: 422,
    Verdict.FAULT: 503,
}
"""The HTTP status of each verdict; the B2MML document in the body says why."""


class OutboxReader(Protocol):
    """The reading side of the outbox."""

    async def messages(
        self, channel: str, after: str | None, limit: int
    ) -> Sequence[OutgoingMessage]:
        """Return the messages of a channel in order, after a message id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the routes need. ``channels`` are the partners that this installation talks to."""

    inbox: Inbox
    outbox: OutboxReader
    principal: Authenticate
    channels: frozenset[str]


def build_router(face: Face) -> APIRouter:
    """Return the routes below ``/b2mml``."""
    router = APIRouter(prefix="/b2mml", tags=["b2mml"])
    who = Depends(face.principal)
    channel_name = Path(pattern=_CHANNEL, description="Name of the partner's channel")

    @router.get("/transaction-profile", response_class=Response)
    async def transaction_profile(_principal: Annotated[Principal, who]) -> Response:
        """Return which transactions this installation takes part in."""
        inbox = face.inbox
        return _xml(200, render_profile(inbox.answerer.sender, inbox.clock()))

    @router.post("/{channel}", response_class=Response)
    async def receive(
        request: Request,
        channel: Annotated[str, channel_name],
        principal: Annotated[Principal, who],
    ) -> Response:
        """Take in a document and answer with an Acknowledge or a ConfirmBOD."""
        return _respond(await _receive(face, request, channel, principal))

    @router.get("/{channel}/outbox", response_class=Response)
    async def outbox(
        channel: Annotated[str, channel_name],
        _principal: Annotated[Principal, who],
        after: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> Response:
        """List the messages for a channel, oldest first, after a message id."""
        if channel not in face.channels:
            return _json(404, {"title": _no_channel(face, channel)})
        return _json(200, _listing(await face.outbox.messages(channel, after, limit)))

    return router


async def _receive(face: Face, request: Request, channel: str, principal: Principal) -> Reply:
    refused = _refuse_unread(face, request, channel)
    if refused is not None:
        return refused
    try:
        body = await _read_body(request, face.inbox.codec.limits.bytes)
    except ClientDisconnect:
        reason = "the sender hung up before the document was complete"
        return face.inbox.refuse_unread(Verdict.MALFORMED, "incomplete", reason)
    if body is None:
        reason = f"the document has more than {face.inbox.codec.limits.bytes} bytes: split it"
        return face.inbox.refuse_unread(Verdict.TOO_LARGE, "too-large", reason)
    return await face.inbox.receive(body, principal)


def _refuse_unread(face: Face, request: Request, channel: str) -> Reply | None:
    """Refuse what need not be read to be refused."""
    refuse = face.inbox.refuse_unread
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if channel not in face.channels:
        return refuse(Verdict.UNKNOWN_CHANNEL, "unknown-channel", _no_channel(face, channel))
    if content_type not in _XML_TYPES:
        reason = f"Content-Type {content_type or '(none)'} is not read; send {XML}"
        return refuse(Verdict.WRONG_TYPE, "content-type", reason)
    if request.headers.get("content-encoding", "identity") != "identity":
        reason = "Content-Encoding is not read; send the document uncompressed"
        return refuse(Verdict.WRONG_TYPE, "content-encoding", reason)
    return None


async def _read_body(request: Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is larger than the limit."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            return None
    return bytes(body)


def _no_channel(face: Face, channel: str) -> str:
    return f"there is no channel {channel}; known are {', '.join(sorted(face.channels))}"


def _xml(status: int, body: bytes) -> Response:
    return Response(body, status, media_type=f"{XML}; charset=utf-8")


def _respond(reply: Reply) -> Response:
    status = STATUS[reply.verdict]
    if not reply.body:
        return Response(status_code=status)
    response = _xml(status, reply.body)
    if reply.verdict is Verdict.FAULT:
        response.headers["Retry-After"] = "5"
    if reply.verdict is Verdict.TOO_LARGE:
        # Or the rest of an endless document would still be read, and thrown away.
        response.headers["Connection"] = "close"
    return response


def _json(status: int, content: object) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text.encode(), status, media_type="application/json")


def _listing(messages: Sequence[OutgoingMessage]) -> dict[str, object]:
    return {
        "messages": [
            {
                "message_id": message.message_id,
                "kind": message.kind,
                "created_time": message.created_time.isoformat(),
                "body": message.body,
            }
            for message in messages
        ]
    }
