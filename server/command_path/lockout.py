"""Lockout: wrong passwords in a row are put on record, and the last one locks the account.

The count and the lock stand in the execution log, so that neither a restart nor another door
begins anew (21 CFR 11.300(d)).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from models.execution import commands as c
from models.execution.decisions.accounts import LOCKED, MOST_WRONG
from models.execution.outcome import Accepted, Outcome
from models.execution.principal import Principal, Role
from models.execution.records import AccountRecord

diagnostics = logging.getLogger("interlock.security")

SUBMIT_PATIENCE_S: Final = 10.0
"""How long a login waits for the record of a wrong password."""

Submit = Callable[[c.Command, Principal], Awaitable[Outcome]]
AccountNow = Callable[[str], AccountRecord | None]
"""Gives what is known of an account now, from memory."""


class Watch(Protocol):
    """What the authenticator asks about an account, and tells of it."""

    def locked(self, account: str) -> bool:
        """Return whether the account may not be used."""
        ...

    async def failed(self, account: str, door: str) -> None:
        """Take note of a wrong password; returns when it is on record, or can't be."""
        ...

    async def succeeded(self, account: str, door: str) -> None:
        """Take note of the right password."""
        ...


class Unwatched:
    """Watches nothing; for where no record is kept, such as a dry run."""

    def locked(self, account: str) -> bool:  # noqa: ARG002 -- the port names it
        """Return False."""
        return False

    async def failed(self, account: str, door: str) -> None:
        """Take no note."""

    async def succeeded(self, account: str, door: str) -> None:
        """Take no note."""


class Lockout:
    """Counts wrong passwords on record; in memory only those that could not be put there.

    It is only asked about accounts that exist, so what it keeps is bounded by their number.
    """

    def __init__(self, submit: Submit, account_now: AccountNow) -> None:
        self._submit = submit
        self._account_now = account_now
        self._unrecorded: dict[str, int] = {}

    def locked(self, account: str) -> bool:
        """Return whether the account is locked, or would be if the log could be reached."""
        known = self._account_now(account)
        if known is not None and known.locked:
            return True
        recorded = known.failed_logins if known else 0
        return recorded + self._unrecorded.get(account, 0) >= MOST_WRONG

    async def failed(self, account: str, door: str) -> None:
        """Put a wrong password on record; a lock is reported at once and urgently."""
        diagnostics.warning("wrong password for account %s at %s", account, door)
        outcome = await self._put(c.ReportFailedLogin(account=account, door=door), door)
        if not isinstance(outcome, Accepted):
            self._unrecorded[account] = self._unrecorded.get(account, 0) + 1
            diagnostics.error("wrong password for %s is not on record: %s", account, outcome)
        elif outcome.result == LOCKED:
            diagnostics.warning(
                "URGENT: account %s is LOCKED after %d wrong passwords in a row, the last at %s;"
                " find out at once who tried, then have an administrator unlock it",
                account, MOST_WRONG, door,
            )  # fmt: skip

    async def succeeded(self, account: str, door: str) -> None:
        """Begin to count anew, if anything was counted."""
        self._unrecorded.pop(account, None)
        known = self._account_now(account)
        if known is not None and known.failed_logins:
            await self._put(c.ReportLogin(account=account, door=door), door)

    async def _put(self, command: c.Command, door: str) -> Outcome | None:
        system = Principal(account="system", roles=frozenset({Role.SYSTEM}), face=door)
        try:
            async with asyncio.timeout(SUBMIT_PATIENCE_S):
                return await self._submit(command, system)
        except TimeoutError:
            return None
