"""The database: the embedded one, or whatever the settings name."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from historian import embedded
from historian.attachments import PostgresqlAttachments
from historian.execution_log import PostgresqlExecutionLog
from historian.migrate import migrate
from historian.outbox import PostgresqlOutbox
from historian.tag_values import PostgresqlTagValues
from server.bootstrap.installation import write_private
from server.command_path.ports import Clock
from server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The stores of the historian, open."""

    execution_log: PostgresqlExecutionLog
    tag_values: PostgresqlTagValues
    outbox: PostgresqlOutbox
    attachments: PostgresqlAttachments
    kind: str


@asynccontextmanager
async def open_database(
    settings: Settings, clock: Clock, *, owns_cluster: bool = False
) -> AsyncIterator[Database]:
    """Bring the database to the present schema and open its stores, until the context ends.

    An embedded cluster is stopped at the end by whoever started it, and by whoever
    ``owns_cluster``: a server that was killed leaves it running for the next one.
    """
    async with AsyncExitStack() as stack:
        dsn, kind = await prepared(settings, stack, owns_cluster=owns_cluster)
        unsafe = settings.allow_unsafe_database
        log = await PostgresqlExecutionLog.open(dsn, allow_unsafe=unsafe)
        stack.push_async_callback(log.close)
        tag_values = await PostgresqlTagValues.open(dsn, allow_unsafe=unsafe)
        stack.push_async_callback(tag_values.close)
        outbox = await PostgresqlOutbox.open(dsn, clock=clock, allow_unsafe=unsafe)
        stack.push_async_callback(outbox.close)
        files = await PostgresqlAttachments.open_store(dsn, clock=clock, allow_unsafe=unsafe)
        stack.push_async_callback(files.close)
        yield Database(
            execution_log=log,
            tag_values=tag_values,
            outbox=outbox,
            attachments=files,
            kind=kind,
        )


async def prepared(
    settings: Settings, stack: AsyncExitStack, *, owns_cluster: bool
) -> tuple[str, str]:
    """Return the application's DSN to a database at the present schema, and what it is.

    What was started for it is stopped when ``stack`` is closed.
    """
    if settings.database_dsn:
        return settings.database_dsn, "PostgreSQL of the settings"
    if settings.owner_dsn:
        owner_dsn, kind = settings.owner_dsn, "PostgreSQL of the settings"
    else:
        cluster = await asyncio.to_thread(embedded.start, settings.state_dir / "postgresql")
        if cluster.started or owns_cluster:
            stack.push_async_callback(asyncio.to_thread, cluster.stop)
        owner_dsn, kind = cluster.owner_dsn, "embedded PostgreSQL"
    migrated = await migrate(
        owner_dsn,
        application_role=settings.application_role,
        application_password=_application_password(settings.secrets_dir),
    )
    return migrated.application_dsn, kind


def _application_password(secrets_dir: Path) -> str:
    """Return the password of the application's own account; it is made at the first start."""
    path = secrets_dir / "database.password"
    if not path.is_file():
        secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text("utf-8")
