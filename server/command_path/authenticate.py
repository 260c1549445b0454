"""Who somebody is: account names and passwords, kept as scrypt hashes outside of the database."""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from models.execution.principal import Account, Identity

_COST: Final = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
_SALT_BYTES: Final = 16
_MAX_CONCURRENT: Final = 4
_REMEMBERED_S: Final = 60.0
_MAX_REMEMBERED: Final = 1000
_NOBODY: Final = f"{bytes(_SALT_BYTES).hex()}:{bytes(32).hex()}"


def password_hash(password: str) -> str:
    """Return a salted scrypt hash of the password, as ``salt:hash`` in hexadecimal."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Return whether the password is the one that was hashed."""
    salt, _, wanted = stored.partition(":")
    made = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_COST)
    return hmac.compare_digest(made, bytes.fromhex(wanted))


class Authenticator:
    """Checks account names and passwords, without holding up the event loop.

    ``hashes`` are :func:`password_hash` values by account name. A wrong account takes as long as
    a wrong password, so that neither tells which one it was.
    """

    def __init__(self, accounts: Mapping[str, Account], hashes: Mapping[str, str]) -> None:
        self._accounts = accounts
        self._hashes = hashes
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        self._key = secrets.token_bytes(32)
        self._recent: OrderedDict[bytes, float] = OrderedDict()

    async def account(self, name: str, password: str) -> Account | None:
        """Return the account when the password is right, else None.

        A right password is remembered for a minute, as a keyed hash, because a client of REST
        sends it with every request; a signature is always checked in full.
        """
        seen = hmac.digest(self._key, f"{name}\0{password}".encode(), "sha256")
        now = asyncio.get_running_loop().time()
        if now - self._recent.get(seen, -_REMEMBERED_S) < _REMEMBERED_S:
            return self._accounts.get(name)
        found = await self._checked(name, password)
        if found is not None:
            self._recent[seen] = now
            while len(self._recent) > _MAX_REMEMBERED:
                self._recent.popitem(last=False)
        return found

    async def _checked(self, name: str, password: str) -> Account | None:
        stored = self._hashes.get(name, _NOBODY)
        async with self._slots:
            right = await asyncio.to_thread(password_matches, password[:1000], stored)
        return self._accounts.get(name) if right else None

    async def identify(self, name: str, password: str) -> Identity:
        """Return who signs; ``authenticated`` is false when it is not shown."""
        found = await self._checked(name, password)
        if found is None:
            return Identity(account=name[:100], authenticated=False)
        return Identity(
            account=found.account,
            authenticated=True,
            person_id=found.person_id,
            roles=found.roles,
        )
