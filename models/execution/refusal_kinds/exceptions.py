"""Refusals about exceptions."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "exception-open", _G.EXCEPTION, "no_exception_is_open",
        "An exception or deviation is open.",
        "Have it dispositioned by a person who may.",
    ),
)  # fmt: skip
