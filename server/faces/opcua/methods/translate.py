"""The way in: a method with its arguments, as the command that it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final

from models.execution.commands import Command
from models.execution.outcome import Problem
from models.execution.principal import Identity
from server.command_path.command_fields import CommandField, Kind
from server.command_path.read_plain import UnreadableError, read_plain
from server.command_path.strict_json import RepeatedMemberError, strict_json
from server.faces.opcua.methods.arguments import argument_name
from server.faces.opcua.methods.methods_table import MethodRow
from server.faces.opcua.nodes import NO_TIME

MAX_JSON: Final = 65_536
"""Characters in a text that holds JSON."""

_SEPARATOR: Final = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client asked for: the arguments by name, where, and which persons sign.

    ``signers`` are the persons by the field of the command: identity, and second where two sign.
    """

    values: Mapping[str, Any]
    station: str = ""
    signers: Mapping[str, Identity] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text argument; a null String means the empty one."""
        return str(self.values.get(name) or "")


def command_of(method: MethodRow, asked: Asked) -> Command:
    """Return the command that the call means; raises UnreadableError with every mistake."""
    assert method.command is not None, f"{method.name} gives no command"
    made: dict[str, Any] = {**method.fixed, **asked.signers}
    problems: list[Problem] = []
    for one in method.fields:
        if one.kind is Kind.SIGNER:
            continue
        try:
            given = _plain(one, asked.values.get(argument_name(one.name)))
            if given is not None or one.required:
                made[one.name] = _value(one, given)
        except UnreadableError as unreadable:
            problems += unreadable.problems
    if problems:
        raise UnreadableError(problems)
    if any(one.name == "station" for one in fields(method.command)):
        made["station"] = asked.station
    return method.command(**made)


def _value(one: CommandField, given: object) -> Any:
    """Return the value of the field; one that may be None is None when nothing was given."""
    if given is None and not one.optional:
        given = ""
    return read_plain(one.annotation, given, argument_name(one.name))


def _plain(one: CommandField, value: object) -> object:
    """Return an argument as the plain value it stands for; None when nothing was given."""
    where = argument_name(one.name)
    if one.kind is Kind.TIME:
        return _time(value)
    if one.kind in (Kind.LIST, Kind.PAIRS):
        return _items(one, value, where) or ([] if one.required else None)
    if value is None or value == "":
        return False if one.kind is Kind.FLAG else None
    if one.kind is Kind.NOUN:
        return _json(str(value), where)
    if one.kind is Kind.FLAG:
        return _flag(value, where)
    if one.kind is Kind.WHOLE:
        return _whole(value, where)
    return value


def _time(value: object) -> object:
    """Return a time in UTC; what OPC UA has for no time is None."""
    if isinstance(value, datetime):
        time = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return None if time.replace(tzinfo=None) <= NO_TIME.replace(tzinfo=None) else time
    return value or None


def _items(one: CommandField, value: object, where: str) -> list[object]:
    texts = value if isinstance(value, list | tuple) else str(value or "").split(_SEPARATOR)
    items = [str(text or "").strip() for text in texts]
    if one.item is Kind.NOUN:
        return [_json(text, f"{where}[{n}]") for n, text in enumerate(items) if text]
    if one.kind is Kind.PAIRS:
        return [_pair(text, f"{where}[{n}]") for n, text in enumerate(items) if text]
    return [text for text in items if text]


def _pair(text: str, where: str) -> object:
    name, equals, value = text.partition("=")
    if not equals:
        raise _unreadable(where, f"{text[:60]!r} is not written as NAME=VALUE")
    return [name.strip(), value.strip()]


def _json(text: str, where: str) -> object:
    try:
        if len(text) <= MAX_JSON:
            return strict_json(text)
    except RepeatedMemberError as error:
        raise _unreadable(where, str(error)) from None
    except (ValueError, RecursionError):
        raise _unreadable(where, "is not JSON") from None
    raise _unreadable(where, f"has {len(text)} characters; {MAX_JSON} are allowed")


def _flag(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in {"true", "false"}:
        raise _unreadable(where, f"{str(value)[:60]!r} is neither true nor false")
    return word == "true"


def _whole(value: object, where: str) -> int:
    if isinstance(value, int):
        return value
    text = str(value).strip()
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 19:  # noqa: PLR2004 -- the digits of 64 bits
        raise _unreadable(where, f"{text[:60]!r} is not a whole number")
    return int(text)


def _unreadable(where: str, reason: str) -> UnreadableError:
    return UnreadableError([Problem(where=where, reason=reason)])
