"""JSON in which every member comes once: of two, readers take different ones (RFC 8259, 4)."""

import json
from collections.abc import Sequence


class RepeatedMemberError(ValueError):
    """An object has a member twice; the text says which."""


def strict_json(text: str | bytes) -> object:
    """Return what the text says; raises ValueError, RecursionError and RepeatedMemberError."""
    found: object = json.loads(text, object_pairs_hook=_each_once)
    return found


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise RepeatedMemberError(f"the member {repeated[:60]!r} comes twice")
    return made
