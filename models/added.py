"""Fields that came after a release: read as their default from what was written before."""

from dataclasses import field
from typing import Final, TypeVar

T = TypeVar("T")

ADDED: Final = "added"
"""The key under which a dataclass field says that it was added later."""


def added(default: T) -> T:
    """Return a field that the canonical text leaves out while it has its default.

    So a record without the new fact has the same text, and the same hash, as it had in the
    release that did not know the field: signatures over it stay verifiable.
    """
    return field(default=default, metadata={ADDED: True})
