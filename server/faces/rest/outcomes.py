"""What an outcome is in HTTP: its status, and the body that says why (RFC 9457)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final, assert_never

from fastapi import Response

from models.execution.outcome import Accepted, Denied, Fault, Invalid, Outcome, Refused

STATUS: Final[Mapping[type[Outcome], int]] = MappingProxyType(
    {Accepted: 200, Refused: 409, Denied: 403, Invalid: 422, Fault: 503}
)
"""The status of each outcome; an accepted command that made a resource answers 201 instead."""

RETRY_AFTER_S: Final = 2
"""Sent with a fault after which trying again may help."""

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


def respond(outcome: Outcome, *, accepted_status: int = STATUS[Accepted]) -> Response:
    """Return the HTTP answer to a command."""
    match outcome:
        case Accepted():
            return json_response(accepted_status, asdict(outcome))
        case Refused():
            listed = ", ".join(refusal.code for refusal in outcome.refusals)
            return problem(outcome, "Not now", f"Refused: {listed}.", asdict(outcome))
        case Denied():
            return problem(outcome, "Not for this account", outcome.reason, asdict(outcome))
        case Invalid():
            return problem(outcome, "Not understood", "Correct the request.", asdict(outcome))
        case Fault():
            response = problem(outcome, "Our fault", outcome.reason, {"retry": outcome.retry})
            if outcome.retry:
                response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response
        case _:
            assert_never(outcome)


def problem(
    outcome: Outcome, title: str, detail: str, members: Mapping[str, object] | None = None
) -> Response:
    """Return a problem document for a command that did not happen."""
    name = type(outcome).__name__
    return problem_response(
        STATUS[type(outcome)], f"{name}: {title}", detail, {"outcome": name, **(members or {})}
    )


def problem_response(
    status: int, title: str, detail: str, members: Mapping[str, object] | None = None
) -> Response:
    """Return a problem document; ``type`` leads to what the status means here."""
    content = {"type": f"/docs#{status}", "title": title, "status": status, "detail": detail}
    return json_response(status, content | dict(members or {}), PROBLEM)


def json_response(status: int, content: Mapping[str, Any], media_type: str = JSON) -> Response:
    """Return the content as JSON; text that no document can carry is replaced, never a failure."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(errors="replace"), status, media_type=media_type)
