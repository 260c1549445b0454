"""Attachments: files that belong to evidence, under the hash of their content."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Self

from historian.connections import Connections
from historian.named_sql import queries
from models.attachment import StoredFile, checked, proven

_SQL: Final = queries("attachments")


class PostgresqlAttachments:
    """Files in PostgreSQL, in a table that nobody edits; ``open_store`` it, ``close`` it.

    ``clock`` gives the present time (UTC). Everything raises ConnectionError while the database
    can't be reached.
    """

    def __init__(self, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock

    @classmethod
    async def open_store(
        cls,
        dsn: str,
        *,
        clock: Callable[[], datetime],
        connection_limit: int = 2,
        allow_unsafe: bool = False,
    ) -> Self:
        """Connect and check that commits are durable; UnsafeDatabaseError when they are not."""
        connections = await Connections.open(dsn, connection_limit, allow_unsafe=allow_unsafe)
        return cls(connections, clock)

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()

    async def store(self, content: bytes, media_type: str) -> str:
        """Store the file and return its SHA-256; AttachmentError when it is none we store."""
        sha256 = checked(content, media_type)
        arguments = (content, media_type, self._clock())
        ((stored,),) = await self._connections.fetch(_SQL["store"], arguments)
        assert bytes(stored).hex() == sha256, "the database hashes as we do"
        return sha256

    async def open(self, sha256: str) -> StoredFile | None:
        """Return the file, or None; AttachmentAlteredError when it is not what was stored."""
        try:
            key = bytes.fromhex(sha256)
        except ValueError:
            return None
        found = await self._connections.fetch(_SQL["open"], (key,))
        if not found:
            return None
        ((media_type, content, stored_time),) = found
        return proven(
            StoredFile(
                sha256=key.hex(),
                media_type=media_type,
                content=bytes(content),
                stored_time=stored_time,
            )
        )


class InMemoryAttachments:
    """The same in memory, for trying out and for tests; nothing survives."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.files: dict[str, StoredFile] = {}
        self._clock = clock

    async def store(self, content: bytes, media_type: str) -> str:
        """Store the file and return its SHA-256; AttachmentError when it is none we store."""
        sha256 = checked(content, media_type)
        file = StoredFile(
            sha256=sha256, media_type=media_type, content=content, stored_time=self._clock()
        )
        self.files.setdefault(sha256, file)
        return sha256

    async def open(self, sha256: str) -> StoredFile | None:
        """Return the file, or None; AttachmentAlteredError when it is not what was stored."""
        found = self.files.get(sha256.lower())
        return proven(found) if found is not None else None
