"""What `interlock doctor` is told of the database: found or started as the server does it."""

from contextlib import AsyncExitStack

from historian.describe import Description, describe
from server.bootstrap.database import prepared
from server.settings import Settings


async def describe_database(settings: Settings) -> tuple[str, Description]:
    """Return where the database comes from and what it is; stop it again if it was not running."""
    async with AsyncExitStack() as stack:
        dsn, kind = await prepared(settings, stack, owns_cluster=False)
        return kind, await describe(dsn)
