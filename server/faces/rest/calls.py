"""A call of a command: who, under which id, for real or as a check."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Response

from models.execution.commands import Command
from models.execution.outcome import Denied, Fault, Invalid, Refused
from models.execution.principal import Principal
from server.command_path.path import CommandPath
from server.faces.rest.doors import principal_for
from server.faces.rest.outcomes import PROBLEM, STATUS, respond


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What every command has beside its content."""

    principal: Principal
    command_id: str | None
    check: bool


async def _call(
    principal: Annotated[Principal, Depends(principal_for("rest"))],
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=200,
            description="Id of the command: however often it is sent, it is decided once. "
            "Without one, every request is a command of its own.",
        ),
    ] = None,
    *,
    check: Annotated[
        bool, Query(description="Say what the command would come to, and do nothing.")
    ] = False,
) -> Call:
    return Call(principal=principal, command_id=idempotency_key or None, check=check)


Called = Annotated[Call, Depends(_call)]
"""Type of the argument that carries the call."""


async def answer(
    path: CommandPath, call: Call, command: Command, accepted_status: int = 200
) -> Response:
    """Submit or check the command, and answer with what it came to."""
    if call.check:
        return respond(await path.check(command, call.principal))
    outcome = await path.submit(command, call.principal, call.command_id)
    return respond(outcome, accepted_status=accepted_status)


_ACCEPTED: Final = {
    "type": "object",
    "properties": {
        "decision_id": {"type": "string", "description": "finds the evidence in the log"},
        "result": {"type": "string", "description": "what the command gave, such as a weight"},
        "duplicate": {"type": "boolean", "description": "this command was answered before"},
    },
}
_REFUSAL: Final = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "description": "stable; listed at /refusals"},
        "gate": {"type": "string", "description": "the rule that refused"},
        "subject": {"type": "string", "description": "what it is about"},
        "obstacle": {"type": "string", "description": "what stands in the way"},
        "remedy": {"type": "string", "description": "what to do about it"},
        "offers": {"type": "array", "items": {"type": "string"}},
    },
}


def problem(description: str, **members: Any) -> dict[str, Any]:
    """Return what the document says about a problem (RFC 9457) with further members."""
    properties = {name: {"type": "string"} for name in ("type", "title", "detail", "outcome")}
    schema = {
        "type": "object",
        "properties": {**properties, "status": {"type": "integer"}, **members},
    }
    return {"description": description, "content": {PROBLEM: {"schema": schema}}}


_PROBLEMS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"where": {"type": "string"}, "reason": {"type": "string"}},
    },
}
_REFUSALS: Final = {"type": "array", "items": _REFUSAL}


def responses(accepted_status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says about the answers to a command."""
    accepted = {"application/json": {"schema": _ACCEPTED}}
    return {
        accepted_status: {"description": "It happened, and is on record", "content": accepted},
        401: problem("Nobody: send the name and the password of an account"),
        413: problem("Too large: the body is longer than is read"),
        STATUS[Denied]: problem("Denied: not this account's to do", code={"type": "string"}),
        STATUS[Refused]: problem("Refused: understood, but not now", refusals=_REFUSALS),
        STATUS[Invalid]: problem("Invalid: not understood", problems=_PROBLEMS),
        STATUS[Fault]: problem("Fault: ours; nothing was acknowledged", retry={"type": "boolean"}),
    }
