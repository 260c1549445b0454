"""What decisions about exceptions and corrective actions look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution.snapshot import Snapshot


def exception_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name what the command names, and what follows from it."""
    yield from ()
