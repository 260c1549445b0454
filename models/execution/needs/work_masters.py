"""What decisions about WorkMasters and documents look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution.snapshot import Snapshot


def work_master_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name what the command names, and what follows from it."""
    yield from ()
