"""What stands before every route: bounded bodies, no foreign pages, and a known account."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.execution.principal import Account, Principal
from server.command_path.authenticate import Authenticator
from server.faces.rest.outcomes import problem_response

MAX_BODY_BYTES: Final = 65_536
"""Size of a request body; routers with a size of their own are exempt by their prefix."""

_MAX_CREDENTIALS: Final = 2_000
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_OURS: Final = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Doors:
    """Lets a request pass only with the credentials of an account, except to the open paths.

    HTTP Basic, so that curl, a browser and an ERP need nothing more; over anything but a loopback
    it belongs behind TLS. A page of another site can't act with a browser's stored credentials.
    ``larger`` are paths, by how they begin, to which more than ``MAX_BODY_BYTES`` may be sent.
    """

    app: ASGIApp
    authenticator: Authenticator
    open_paths: Collection[str]
    own_limits: tuple[str, ...] = ()
    larger: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        refused = _foreign(scope["method"], headers)
        if refused is None and path not in self.open_paths:
            account = await self._account(headers)
            if account is None:
                refused = _unauthorized()
            else:
                scope.setdefault("state", {})["account"] = account
        if refused is None and not path.startswith(self.own_limits or ("//",)):
            limit = self._limit(path)
            if _announced(headers) > limit:
                refused = _too_large(limit)
            receive = _bounded(receive, limit)
        await (self.app if refused is None else refused)(scope, receive, send)

    def _limit(self, path: str) -> int:
        """Return how long a body may be that is sent there."""
        found = (size for prefix, size in self.larger.items() if path.startswith(prefix))
        return max(found, default=MAX_BODY_BYTES)

    async def _account(self, headers: Headers) -> Account | None:
        pair = _credentials(headers.get("authorization", ""))
        return await self.authenticator.account(*pair, door="rest") if pair else None


def account_of(request: Request) -> Account:
    """Return the account that passed the doors; a route without one is a mistake of ours."""
    account = getattr(request.state, "account", None)
    if not isinstance(account, Account):
        raise HTTPException(401, "this route needs the credentials of an account")
    return account


def principal_for(face: str) -> Callable[[Request], Awaitable[Principal]]:
    """Return the dependency that tells the routes of a face on whose behalf they act."""

    async def principal(request: Request) -> Principal:
        account = account_of(request)
        return Principal(
            account=account.account,
            roles=account.roles,
            face=face,
            person_id=account.person_id,
            stations=account.stations,
        )

    return principal


def _credentials(header: str) -> tuple[str, str] | None:
    """Return account name and password of RFC 7617, or None when there are none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _MAX_CREDENTIALS:
        return None
    try:
        name, colon, password = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def _foreign(method: str, headers: Headers) -> Response | None:
    """Refuse what a browser says that another site's page asked for."""
    site = headers.get("sec-fetch-site", "none")
    if method in _SAFE or site in _OURS:
        return None
    return problem_response(403, "Foreign page", "A page of another site may not act here.")


def _unauthorized() -> Response:
    detail = "Send the name and the password of an account (HTTP Basic)."
    response = problem_response(401, "Who are you?", detail)
    response.headers["WWW-Authenticate"] = 'Basic realm="Interlock", charset="UTF-8"'
    return response


def _too_large(limit: int) -> Response:
    return problem_response(413, "Too large", f"At most {limit} bytes are read.")


def _announced(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("10" * 9) else 0


def _bounded(receive: Receive, limit: int) -> Receive:
    """Return the body as long as it stays within the limit, whatever its length was said to be."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise HTTPException(413, f"At most {limit} bytes are read.")
        return message

    return bounded
