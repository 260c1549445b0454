"""What the face needs from the rest of the server, as protocols; ``bootstrap`` plugs things in."""

from typing import Protocol

from models.execution.commands import Command
from models.execution.outcome import Outcome
from models.execution.principal import Account, Identity, Principal


class CommandPath(Protocol):
    """The single way in."""

    async def submit(
        self, command: Command, principal: Principal, command_id: str | None
    ) -> Outcome:
        """Decide the command and put what came of it on record."""
        ...

    async def check(self, command: Command, principal: Principal) -> Outcome:
        """Return what submitting it would come to, without doing or recording anything."""
        ...


class Authenticator(Protocol):
    """Knows accounts and their passwords."""

    async def account(self, name: str, password: str, door: str) -> Account | None:
        """Return the account when the password is right, else None."""
        ...

    async def account_of_certificate(
        self, fingerprint: str, *, is_proven: bool, door: str
    ) -> Account | None:
        """Return the account of a user's certificate, else None."""
        ...

    def must_leave(self, name: str, fingerprint: str = "") -> str:
        """Return why a session of the account has to end now; empty when it may stay."""
        ...

    async def identify(self, name: str, password: str, *, station: str, door: str) -> Identity:
        """Return who signs; ``authenticated`` is false when it is not shown.

        At a station an empty name stands for the account of the session that is open there.
        """
        ...
