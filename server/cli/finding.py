"""One line of ``interlock doctor``: what was looked at, what was found, and what to do."""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Level(Enum):
    """How bad it is: WARN works but should not stay, FAIL does not work."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look found."""

    level: Level
    what: str
    found: str
    remedy: str = ""


def ok(what: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(level=Level.OK, what=what, found=found)


def warn(what: str, found: str, remedy: str) -> Finding:
    """Return what should not stay as it is."""
    return Finding(level=Level.WARN, what=what, found=found, remedy=remedy)


def fail(what: str, found: str, remedy: str) -> Finding:
    """Return what keeps the server from starting or working."""
    return Finding(level=Level.FAIL, what=what, found=found, remedy=remedy)
