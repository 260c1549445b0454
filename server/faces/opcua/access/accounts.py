"""Who is behind an OPC UA session, in the words of the command path, and what it may touch."""

from typing import Final

from asyncua import ua

from models.execution.principal import Account, Principal
from server.faces.opcua.access import caller as secure
from server.faces.opcua.access.permissions import AccessKind
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
        self._known[found.account] = found
        roles = frozenset(role.value for role in found.roles)
        return secure.Account(name=found.account, roles=roles)

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


class FacePermissions:
    """Everybody who has logged in sees everything and may ask for everything; nobody writes.

    Which command is whose is not decided here but in the command path, so that an attempt goes on
    record whoever makes it. Anonymous sessions exist on SecurityPolicy None only, where the secure
    layer lets nobody call or write.
    """

    def may(self, caller: secure.Caller, access: AccessKind, node_id: ua.NodeId) -> bool:  # noqa: ARG002 -- the port asks per caller and node
        """Return whether the caller may do this."""
        return access is not AccessKind.WRITE
