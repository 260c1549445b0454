"""Refusals about equipment: status, cleanliness, line clearance, environment."""

from typing import Final

from models.execution.refusal_kind import RefusalKind

KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
)  # fmt: skip
