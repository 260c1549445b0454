"""What is wrong with a document, and where: values instead of exceptions."""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from server.faces.b2mml.message import ApplicationArea

MAX_PROBLEMS: Final = 50
"""How many problems of one document are told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, at a line and column (from 1) and an XPath of local names."""

    code: str
    reason: str
    line: int = 1
    column: int = 1
    xpath: str = "/"

    def text(self) -> str:
        """Return the problem for people, as compilers do."""
        return f"line {self.line}, column {self.column}: {self.reason} ({self.xpath})"


@unique
class Defect(Enum):
    """At which stage a document was found unreadable."""

    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document that was not understood: all its problems, the first 50 of them.

    ``application_area`` is the sender's envelope if at least that could be read.
    """

    defect: Defect
    problems: tuple[Problem, ...]
    root: str | None = None
    application_area: ApplicationArea | None = None
