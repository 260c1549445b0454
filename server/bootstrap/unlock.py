"""Unlocking from the console of the server: the way back when every administrator is locked.

Wrong passwords need no account, so a stranger can lock all of them. Whoever may read the secrets
of the installation can still open one; it goes the one way in, and on record with its reason.
"""

import asyncio

from models.execution import commands as c
from models.execution.outcome import Outcome
from models.execution.principal import Principal, Role
from server.bootstrap.database import open_database
from server.bootstrap.installation import open_secrets
from server.bootstrap.serve import new_id, utc_now
from server.bootstrap.start_error import told_as_start_error
from server.command_path.load import Records
from server.command_path.path import CommandPath
from server.settings import Settings
from server.workers.live import LiveTable

CONSOLE = Principal(account="system", roles=frozenset({Role.ADMINISTRATOR}), face="console")
"""Who stands at the server itself; the reason says who that is."""


async def unlock(settings: Settings, account: str, reason: str) -> Outcome:
    """Unlock the account, beside a server that runs or without one; raises StartError."""
    with told_as_start_error():
        key = open_secrets(settings.secrets_dir, ()).log_key
        async with open_database(settings, utc_now) as database:
            log = database.execution_log
            path = CommandPath(log, Records(log, LiveTable(), key), key, utc_now, new_id)
            running = asyncio.create_task(path.run())
            try:
                return await path.submit(c.UnlockAccount(account=account, reason=reason), CONSOLE)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
