"""Who is behind an OPC UA session, in the words of the command path, and what it may touch."""

from typing import Final

from models.execution.principal import Account, Principal
from server.faces.opcua.access import caller as secure
from server.faces.opcua.ports import Authenticator

FACE: Final = "opcua"


class Accounts:
    """The accounts that have logged in; there are never more than the plant has."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._known: dict[str, Account] = {}

    async def authenticate(self, name: str, password: str) -> secure.Account | None:
        """Return the account when the password is right; the secure layer asks at each login."""
        found = await self._authenticator.account(name, password, FACE)
        if found is None:
            return None
        return self._remember(found)

    async def authenticate_certificate(
        self,
        fingerprint: str,
        is_proven: bool,  # noqa: FBT001 - the port
    ) -> secure.Account | None:
        """Return the account that a user's certificate is registered for, if its key is there."""
        found = await self._authenticator.account_of_certificate(
            fingerprint, is_proven=is_proven, door=FACE
        )
        return None if found is None else self._remember(found, fingerprint)

    def must_leave(self, account: secure.Account) -> str:
        """Return why a session of the account has to end now; empty when it may stay."""
        return self._authenticator.must_leave(account.name, account.certificate)

    def _remember(self, found: Account, certificate: str = "") -> secure.Account:
        self._known[found.account] = found
        return secure.Account(
            name=found.account,
            roles=frozenset(role.value for role in found.roles),
            stations=found.stations,
            certificate=certificate,
        )

    def principal(self, caller: secure.Caller) -> Principal:
        """Return who acts through a session; an anonymous one has no roles at all."""
        found = None if caller.read_only else self._known.get(caller.account.name)
        if found is None:
            return Principal(account=caller.account.name, roles=frozenset(), face=FACE)
        return Principal(
            account=found.account,
            roles=found.roles,
            face=FACE,
            person_id=found.person_id,
            stations=found.stations,
        )
