"""The form of the codec tables: one table per version of B2MML, read and written by one engine.

A table says for each type which children it has, in which order and how often, and which field
of the domain value a child becomes. A new version of B2MML is a new table, not new code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Count = Literal["1", "?", "*", "+"]
"""How often a child occurs: once, at most once, any number, at least once."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child element.

    ``type`` names a lexical kind, an enumeration or a complex type. Without a ``field`` the
    element is allowed in this place and not kept. An ``alias`` is read and never written.
    """

    element: str
    type: str
    count: Count
    field: str | None = None
    alias: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that becomes a field. ``enumeration`` bounds its values."""

    name: str
    field: str
    required: bool = False
    enumeration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexType:
    """One type: what it builds and what it consists of, in the order of the schema.

    Of the elements of ``choice`` exactly one must be there. ``text`` is the field that takes
    the text of the element itself.
    """

    builds: Callable[..., object]
    children: tuple[Child, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    choice: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Version:
    """One version of B2MML: the namespace tells it.

    ``documents`` maps a root element to its type. Of those, ``inbound`` are read from others.
    """

    name: str
    release_id: str
    namespace: str
    documents: Mapping[str, str]
    inbound: frozenset[str]
    types: Mapping[str, ComplexType]
    enumerations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
