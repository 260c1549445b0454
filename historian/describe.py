"""Says what a database is and whether it keeps its promises, seen by the application's account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from historian.connections import Connections
from historian.named_sql import queries

_SQL: Final = queries("describe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What ``interlock doctor`` tells about the database.

    ``excess_rights`` lists what the application's account may do beyond reading and calling the
    functions of the record, and what does not protect the record: it should be empty.
    """

    server_version: str
    timescaledb_version: str | None
    tag_values: str
    """``hypertable`` or ``native partitions``."""
    partitions: int
    """Chunks of the hypertable, or partitions of the table."""
    settings: Mapping[str, str]
    """The settings that make commits durable, as they are for this account."""
    size_bytes: int
    application_role: str
    excess_rights: tuple[str, ...]


async def describe(dsn: str) -> Description:
    """Return what the database behind the application's DSN is."""
    connections = await Connections.open(dsn, 1, allow_unsafe=True)
    try:
        ((version, extension, role, size),) = await connections.fetch(_SQL["server"], ())
        ((is_native, partitions),) = await connections.fetch(_SQL["tag_values"], ())
        if not is_native:
            ((partitions,),) = await connections.fetch(_SQL["chunks"], ())
        settings = await connections.fetch(_SQL["settings"], ())
        excess = await connections.fetch(_SQL["excess_rights"], ())
    finally:
        await connections.close()
    return Description(
        server_version=version,
        timescaledb_version=extension,
        tag_values="native partitions" if is_native else "hypertable",
        partitions=partitions,
        settings={str(name): str(value) for name, value in settings},
        size_bytes=size,
        application_role=role,
        excess_rights=tuple(right for (right,) in excess),
    )
