"""Why the program can't start, told so that somebody can do something about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from historian.connections import UnsafeDatabaseError
from historian.embedded import EmbeddedPostgresqlError
from historian.migrate import MigrationError
from server.bootstrap.installation import InstallationError
from server.faces.opcua.types.nodeset_file import CompanionNodesetFault


class StartError(Exception):
    """Interlock can't start; the text says what is wrong, where, and what to do."""


_KNOWN: Final = (
    CompanionNodesetFault,
    EmbeddedPostgresqlError,
    InstallationError,
    MigrationError,
    UnsafeDatabaseError,
    OSError,
)


@contextmanager
def told_as_start_error() -> Iterator[None]:
    """Turn what is known to go wrong at a start into a StartError with the same text."""
    try:
        yield
    except _KNOWN as error:
        raise StartError(str(error)) from error
