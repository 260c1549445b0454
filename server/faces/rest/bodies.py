"""The body of each command, as a model made from the command: bounded, strict, and described."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import Field, StringConstraints, create_model

from models.execution.commands import OpenStationSession
from models.isa95.quantity import Quantity
from server.command_path.catalogue import Entry
from server.command_path.command_fields import CommandField, Kind, said_of
from server.command_path.field_texts import FIELD_TEXTS
from server.command_path.read_plain import MAX_ITEMS
from server.command_path.understand import is_free_text
from server.faces.rest.examples import EXAMPLES
from server.faces.rest.schemas import (
    Body,
    Name,
    Noun,
    NumberText,
    Password,
    QuantityParts,
    QuantityText,
    Text,
    Time,
)

_BOUNDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"priority": (-32768, 32767), "level": (0, 1000), "size": (0, 10 * 2**20)}
)
_MOST: Final = 10**9
_MAX_PAIRS: Final = 200
SIGNERS: Final = MappingProxyType({"identity": "", "second": "second_"})
"""What stands before account and password, by the field of the person who signs."""


def body_of(entry: Entry) -> type[Body] | None:
    """Return the model of a command's body without what its path says; None when nothing is left.

    Every field of it may be left out where the command has a default for it.
    """
    left = [one for one in entry.fields if f"{{{one.name}}}" not in entry.path]
    members = {
        name: member
        for one in left
        for name, member in (
            _signer(one, entry) if one.kind is Kind.SIGNER else _member(one)
        ).items()
    }
    if not members:
        return None
    made: type[Body] = create_model(
        entry.command.__name__, __base__=Body, __doc__=entry.description, **members
    )
    return made


def may_be_empty(body: type[Body]) -> bool:
    """Tell whether a request without a body says all that is needed."""
    return not any(field.is_required() for field in body.model_fields.values())


def _signer(one: CommandField, entry: Entry) -> dict[str, Any]:
    """Return the two members of a person who signs; in a session the account may be left out."""
    which = SIGNERS[one.name]
    who = "second person, another one than the first" if which else "person who acts"
    about: dict[str, Any] = {"examples": [EXAMPLES["account"]]}
    account: tuple[Any, Any] = (
        Name,
        Field(description=f"The account of the {who}.", **about),
    )
    if entry.is_at_a_station and not which and entry.command is not OpenStationSession:
        said = f"The account of the {who}; empty means that of the session here."
        may_be_empty = Annotated[str, StringConstraints(max_length=100)]
        account = (may_be_empty, Field(default="", description=said, **about))
    password = Field(
        description="Its password; used once and never kept.",
        json_schema_extra={"format": "password"},
    )
    return {f"{which}account": account, f"{which}password": (Password, password)}


def _member(one: CommandField) -> dict[str, Any]:
    """Return the member of the body that carries a field."""
    said: dict[str, Any] = {"description": one.description}
    if one.name in EXAMPLES:
        said["examples"] = [EXAMPLES[one.name]]
    if one.kind is Kind.TIME:
        said["strict"] = False
    wanted = _of_field(one)
    if one.required:
        return {one.name: (wanted | None if one.optional else wanted, Field(**said))}
    default = _plain_default(one)
    if one.optional:
        wanted = wanted | None
    return {one.name: (wanted, Field(default=default, **said))}


def _plain_default(one: CommandField) -> Any:
    if one.kind is Kind.LIST:
        return []
    return {} if one.kind is Kind.PAIRS else one.default


def _of_field(one: CommandField) -> Any:
    if one.kind is Kind.PAIRS:
        return Annotated[dict[Name, Name], Field(max_length=_MAX_PAIRS)]
    if one.kind is Kind.QUANTITY or one.item is Kind.QUANTITY:
        inner: Any = QuantityText
    else:
        inner = _scalar(one.name, one.python_type, empty=one.default == "")
    if one.kind is Kind.LIST:
        return Annotated[list[inner], Field(max_length=MAX_ITEMS)]
    return inner


def _scalar(name: str, wanted: Any, *, empty: bool) -> Any:
    """Return the type of one value, by its annotated type and its name."""
    if wanted is str:
        if not empty:
            return Text if is_free_text(name) else Name
        most = 2000 if is_free_text(name) else 100
        return Annotated[str, StringConstraints(max_length=most)]
    if wanted is int:
        least, most = _BOUNDS.get(name, (-_MOST, _MOST))
        return Annotated[int, Field(ge=least, le=most)]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return Annotated[wanted, Field(strict=False)]
    if is_dataclass(wanted) and wanted is not Quantity:
        return noun_model(wanted)  # type: ignore[arg-type]  # a class, not an instance
    return _PLAIN[wanted]


_PLAIN: Final[Mapping[Any, Any]] = MappingProxyType(
    {
        bool: bool,
        float: Annotated[float, Field(ge=-_MOST, le=_MOST, allow_inf_nan=False, strict=False)],
        Decimal: NumberText,
        datetime: Annotated[Time, Field(strict=False)],
        Quantity: QuantityText | QuantityParts,
    }
)


@cache
def noun_model(noun: type) -> type[Noun]:
    """Return the model of a noun, with those inside it, as GET shows it and POST takes it."""
    hints = get_type_hints(noun)
    members: dict[str, Any] = {}
    for one in fields(noun):
        wanted = _of_hint(one.name, hints[one.name], empty=one.default == "")
        text = FIELD_TEXTS.get(one.name)
        if one.default is MISSING and one.default_factory is MISSING:
            members[one.name] = (wanted, Field(description=text))
        else:
            default: Any = [] if get_origin(hints[one.name]) is tuple else one.default
            members[one.name] = (wanted, Field(default=default, description=text))
    made: type[Noun] = create_model(noun.__name__, __base__=Noun, __doc__=said_of(noun), **members)
    return made


def _of_hint(name: str, hint: Any, *, empty: bool) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (left,) = (one for one in get_args(hint) if one is not NoneType)
        return _of_hint(name, left, empty=empty) | None
    if origin is tuple:
        inner: Any = _of_hint(name, get_args(hint)[0], empty=False)
        return Annotated[list[inner], Field(max_length=MAX_ITEMS)]
    return _scalar(name, hint, empty=empty)
