"""A write to a variable is always denied, and the attempt goes on record."""

import logging
from datetime import datetime
from typing import Final

from asyncua import ua

from models.execution.commands import WriteVariable
from models.execution.outcome import Denied
from server.command_path.ports import Clock
from server.faces.opcua.access.accounts import Accounts
from server.faces.opcua.access.caller import Caller
from server.faces.opcua.ports import CommandPath

diagnostics = logging.getLogger("interlock.opcua")

PER_SECOND: Final = 5
"""How many attempts of one account go on record each second; more say nothing new."""

_MAX_ACCOUNTS: Final = 1000
_MAX_NODE: Final = 100
_MAX_VALUE: Final = 200


class DeniedWrites:
    """Hands denied writes to the command path, so many per second and account."""

    def __init__(self, path: CommandPath, accounts: Accounts, clock: Clock) -> None:
        self._path = path
        self._accounts = accounts
        self._clock = clock
        self._seen: dict[str, tuple[datetime, int]] = {}

    async def record(self, caller: Caller, node_id: ua.NodeId, value: ua.DataValue) -> None:
        """Put the attempt on record; the secure layer calls this before it answers the client."""
        principal = self._accounts.principal(caller)
        if not self._has_room(principal.account):
            return
        written = value.Value.Value if value.Value is not None else None
        command = WriteVariable(
            node=_printable(node_id.to_string(), _MAX_NODE),
            value=_printable(str(written), _MAX_VALUE),
        )
        outcome = await self._path.submit(command, principal, None)
        if not isinstance(outcome, Denied):
            diagnostics.error("a denied write of %s is not on record: %s", principal, outcome)

    def _has_room(self, account: str) -> bool:
        now = self._clock()
        began, count = self._seen.get(account, (now, 0))
        if not 0 <= (now - began).total_seconds() < 1:
            if count > PER_SECOND:
                diagnostics.warning(
                    "%d denied writes of %s are not on record", count - PER_SECOND, account
                )
            began, count = now, 0
        if len(self._seen) >= _MAX_ACCOUNTS and account not in self._seen:
            self._seen.clear()
        self._seen[account] = (began, count + 1)
        return count < PER_SECOND


def _printable(text: str, limit: int) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:limit].strip() or "?"
