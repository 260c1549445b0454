"""One well-formed command of every kind, for tests that are about who asks and not about what."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from models.execution import commands as c
from models.execution.principal import Identity, Role
from models.isa95.quantity import Quantity
from tests.world import NOON

SIGNER = Identity(
    account="qa-01", authenticated=True, person_id="qa-01", roles=frozenset({Role.QUALITY})
)
_PLAIN: dict[Any, Any] = {
    str: "X-1",
    bool: True,
    int: 1,
    float: 1.0,
    Decimal: Decimal(1),
    datetime: NOON,
    Quantity: Quantity(Decimal(1), "kg"),
    Identity: SIGNER,
}


def samples(station: str = "DISP-01") -> Iterator[c.Command]:
    """Yield a command of every kind; those at a station are given at this one."""
    for kind in get_args(c.Command):
        given = {"station": station} if "station" in get_type_hints(kind) else {}
        yield sample(kind, **given)


def sample(kind: Any, **given: object) -> Any:
    """Return an instance of a dataclass with the plainest value for each field it asks for."""
    hints = get_type_hints(kind)
    needed = [
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    ]
    return kind(**{name: _value(hints[name]) for name in needed} | given)


def _value(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        left = [one for one in get_args(hint) if one is not NoneType]
        return _value(left[0])
    if get_origin(hint) is tuple:
        return ()
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    assert is_dataclass(hint), f"say in _PLAIN what a plain {hint} is"
    return sample(hint)
