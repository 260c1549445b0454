"""Lists, page by page: a cursor in, a page out, and a link to the next one (RFC 8288)."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import HTTPException, Query, Request, Response

from models.execution.principal import Role
from server.faces.rest.calls import problem
from server.faces.rest.doors import account_of
from server.faces.rest.outcomes import json_response

MAX_PAGE: Final = 500
"""Items on one page."""

Limit = Annotated[
    int, Query(ge=1, le=MAX_PAGE, description="How many there are on a page, at most.")
]
CursorText = Annotated[
    str,
    Query(max_length=400, description="`next` of the page before; empty begins at the first."),
]

UNAUTHORIZED: Final = problem("Nobody: send the name and the password of an account")
NOT_READ: Final[dict[int | str, dict[str, Any]]] = {
    401: UNAUTHORIZED,
    422: problem("Not understood: a parameter is not what it should be"),
    503: problem("Our fault: trying again may help"),
}
"""What the document says about requests that read and are not answered."""

NOT_FOUND: Final = NOT_READ | {404: problem("There is none")}
FORBIDDEN: Final = NOT_READ | {403: problem("Not for this account to read")}


def shown(description: str, *members: str) -> dict[int | str, dict[str, Any]]:
    """Return what the document says about an answer, with the members that it has."""
    properties: dict[str, Any] = {name: {} for name in members}
    schema = {"type": "object", "properties": properties}
    return {200: {"description": description, "content": {"application/json": {"schema": schema}}}}


def page_of(
    request: Request, name: str, keyed: Iterable[tuple[str, Any]], cursor: str, limit: int
) -> Response:
    """Return the page after the cursor of what is given with its keys, in their order."""
    found = list(islice((one for one in keyed if one[0] > cursor), limit + 1))
    listed = found[:limit]
    following = listed[-1][0] if len(found) > limit else None
    answer = json_response(200, {name: [item for _, item in listed], "next": following})
    if following is not None:
        query = {**dict(request.query_params), "cursor": following}
        answer.headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return answer


def only_for(request: Request, roles: frozenset[Role]) -> None:
    """Answer 403 to an account with none of the roles."""
    if not account_of(request).roles & roles:
        listed = ", ".join(sorted(role.value for role in roles))
        raise HTTPException(403, f"reading this takes one of the roles {listed}")
