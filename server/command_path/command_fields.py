"""What a command takes, field by field, read from its annotations: for every door the same."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, unique
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from models.execution.commands import Command
from models.execution.principal import Identity
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source
from server.command_path.field_texts import FIELD_TEXTS
from server.command_path.understand import is_free_text


@unique
class Kind(Enum):
    """How a field is written at a door."""

    NAME = "name"
    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole number"
    NUMBER = "number"
    TIME = "time"
    QUANTITY = "quantity"
    CHOICE = "choice"
    SIGNER = "signer"
    NOUN = "noun"
    LIST = "list"
    PAIRS = "pairs"


_SCALARS: Final[Mapping[object, Kind]] = MappingProxyType(
    {
        bool: Kind.FLAG,
        int: Kind.WHOLE,
        float: Kind.NUMBER,
        Decimal: Kind.NUMBER,
        datetime: Kind.TIME,
        Quantity: Kind.QUANTITY,
        Identity: Kind.SIGNER,
    }
)


_NOT_CLAIMED: Final = (Source.DEVICE, Source.SYSTEM)
"""Nobody can claim that a value came from a device: these words are not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandField:
    """One field of a command.

    ``annotation`` is its type as it stands in the command, ``python_type`` the one without None;
    of a ``LIST`` the type of an item, whose kind is ``item``. Without ``required`` it may be left
    out and has its ``default``.
    """

    name: str
    kind: Kind
    annotation: Any
    python_type: Any
    description: str
    required: bool
    optional: bool
    default: Any = None
    item: Kind | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it may be, where it is one of an enumeration."""
        if self.kind is not Kind.CHOICE:
            return ()
        offered = [member for member in self.python_type if member not in _NOT_CLAIMED]
        return tuple(str(member.value) for member in offered)


def command_fields(kind: type[Command]) -> tuple[CommandField, ...]:
    """Return the fields of a command in their order."""
    wanted: Any = kind
    return _fields(wanted)


@cache
def _fields(kind: Any) -> tuple[CommandField, ...]:
    hints = get_type_hints(kind)
    found = []
    for field in fields(kind):
        wanted, optional = _without_none(hints[field.name])
        kind_of, python_type, item = _kind(field.name, wanted)
        default = None if field.default is MISSING else field.default
        found.append(
            CommandField(
                name=field.name,
                kind=kind_of,
                annotation=hints[field.name],
                python_type=python_type,
                description=_text(kind, field.name, may_be_shown=field.default == ""),
                required=field.default is MISSING and field.default_factory is MISSING,
                optional=optional,
                default=default,
                item=item,
            )
        )
    return tuple(found)


def said_of(kind: type) -> str:
    """Return the first paragraph of the docstring of a command or noun, in one line."""
    first, _, _ = (kind.__doc__ or "").partition("\n\n")
    return " ".join(first.split())


def _text(kind: type, name: str, *, may_be_shown: bool) -> str:
    keys = [f"{kind.__name__}.{name}", f"shown.{name}" if may_be_shown else "", name]
    return next((FIELD_TEXTS[key] for key in keys if key in FIELD_TEXTS), "")


def _without_none(wanted: Any) -> tuple[Any, bool]:
    if get_origin(wanted) not in (Union, UnionType):
        return wanted, False
    (left,) = (one for one in get_args(wanted) if one is not NoneType)
    return left, True


def _kind(name: str, wanted: Any) -> tuple[Kind, Any, Kind | None]:
    if get_origin(wanted) is tuple:
        inner = get_args(wanted)[0]
        if get_origin(inner) is tuple:
            return Kind.PAIRS, str, Kind.NAME
        return Kind.LIST, inner, _scalar(name, inner)
    return _scalar(name, wanted), wanted, None


def _scalar(name: str, wanted: Any) -> Kind:
    if wanted is str:
        return Kind.TEXT if is_free_text(name) else Kind.NAME
    if wanted in _SCALARS:
        return _SCALARS[wanted]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return Kind.CHOICE
    assert is_dataclass(wanted), f"{name}: no door knows how to write {wanted}"
    return Kind.NOUN
