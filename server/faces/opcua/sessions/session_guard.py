"""Ends sessions that may not go on: locked accounts, revoked certificates, expired passwords."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from server.faces.opcua.access.caller import Account
from server.faces.opcua.sessions.internal_server import SecureInternalServer
from server.faces.opcua.sessions.session import SecureSession

_log = logging.getLogger(__name__)

INTERVAL_S: Final = 5.0
"""How often all sessions are looked at; what goes on record about an account counts at once."""

MustLeave = Callable[[Account], str]
"""Gives why a session of the account has to end now; empty when it may stay."""


class SessionGuard:
    """Looks at the sessions of one server."""

    def __init__(self, server: SecureInternalServer, must_leave: MustLeave) -> None:
        self._server = server
        self._must_leave = must_leave

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self.check()

    async def check(self) -> None:
        """Close each session whose account or client may not go on, with its subscriptions.

        A client that is trusted no more loses its connection, too.
        """
        for session in self._server.sessions:
            caller, channel = session.caller, session.channel
            if caller is None or channel is None or channel.is_open_to_anybody:
                continue
            why = self._must_leave(caller.account)
            if why:
                await self._close(session, why)
            elif not self._server.trust_list.still_trusts(
                channel.client_certificate, self._server.clock()
            ):
                await self._close(session, "client-not-trusted")
                if session.hang_up is not None:
                    session.hang_up()

    async def _close(self, session: SecureSession, why: str) -> None:
        account = session.active_caller.account.name
        _log.warning("session %s of account %s is closed: %s", session.session_name, account, why)
        await session.close_session(delete_subs=True)
