"""Who is behind the request that is being answered."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from asyncua import ua


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the authenticator knows it; the roles are free for the permission hook."""

    name: str
    roles: frozenset[str] = frozenset()
    stations: tuple[str, ...] = ()
    """The stations whose terminal it is."""
    certificate: str = ""
    """SHA-256 of the user's certificate in hex, where that and no password opened the session."""


ANONYMOUS: Final = Account(name="anonymous")
"""The account of every session on SecurityPolicy None."""

EVERYBODY: Final = "everybody"
AUTHENTICATED: Final = "authenticated"
ENCRYPTED: Final = "encrypted"
"""What a session is granted beside the roles of its account."""

Authenticate = Callable[[str, str], Awaitable[Account | None]]
"""Takes user name and password, gives the account or None. It must not block the event loop."""

AuthenticateCertificate = Callable[[str, bool], Awaitable[Account | None]]
"""Takes the fingerprint of a user's certificate and whether its key was shown to be there."""


async def no_certificates(fingerprint: str, is_proven: bool) -> None:  # noqa: FBT001 - the port
    """Know no user's certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One activated session seen from the product: account, session and channel."""

    account: Account
    session_id: ua.NodeId
    session_name: str
    security_policy_uri: str
    security_mode: ua.MessageSecurityMode
    client_address: str
    client_application_uri: str
    client_certificate: str
    """SHA-256 of the client's certificate in hex; empty on SecurityPolicy None."""
    read_only: bool
    """True on SecurityPolicy None, whatever the permission hook says."""
    granted: frozenset[str] = field(init=False)
    """The roles with which the session comes to a node, made once: this is asked very often."""

    def __post_init__(self) -> None:
        """Add to the account's roles what everybody has, and what the channel gives."""
        granted = {EVERYBODY, *self.account.roles}
        if not self.read_only:
            granted.add(AUTHENTICATED)
        if self.security_mode is ua.MessageSecurityMode.SignAndEncrypt:
            granted.add(ENCRYPTED)
        object.__setattr__(self, "granted", frozenset(granted))


_current: ContextVar[Caller] = ContextVar("opcua_caller")


def current_caller() -> Caller:
    """Return who is behind the running request; LookupError outside of one."""
    return _current.get()


def set_current_caller(caller: Caller) -> None:
    """Bind the caller to the running task and to the tasks that it starts."""
    _current.set(caller)
