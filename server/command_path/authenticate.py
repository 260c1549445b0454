"""Who somebody is: account names and passwords, kept as scrypt hashes outside of the database."""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from models.execution.principal import Account, Identity
from server.command_path.lockout import Unwatched, Watch
from server.command_path.password_policy import LONGEST, WARNED_BEFORE, expiry
from server.command_path.ports import Clock

diagnostics = logging.getLogger("interlock.security")

_COST: Final = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
_SALT_BYTES: Final = 16
_MAX_CONCURRENT: Final = 4
_MAX_WAITING: Final = 200
"""Passwords that may wait to be checked; one more is not checked and counts as wrong for nobody."""

_REMEMBERED_S: Final = 60.0
_MAX_REMEMBERED: Final = 1000
_MAX_NAME: Final = 100
_NOBODY: Final = f"{bytes(_SALT_BYTES).hex()}:{bytes(32).hex()}"

SessionAccount = Callable[[str], str | None]
"""Gives the account of the session that is open at a station."""

CertificateAccount = Callable[[str], str | None]
"""Gives the account that a user's certificate, by its fingerprint, is registered for now."""


def _nobody_there(_: str) -> None:
    return None


def _now() -> datetime:
    return datetime.fromtimestamp(0, UTC)


def password_hash(password: str, set_time: datetime | None = None) -> str:
    """Return a salted scrypt hash of the password, as ``salt:hash`` in hexadecimal.

    With the time at which it was set, that follows as ``:2026-06-01T12:00:00+00:00``.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    made = f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"
    return f"{made}:{set_time.isoformat(timespec='seconds')}" if set_time else made


def password_matches(password: str, stored: str) -> bool:
    """Return whether the password is the one that was hashed."""
    salt, wanted, *_ = stored.split(":")
    made = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_COST)
    return hmac.compare_digest(made, bytes.fromhex(wanted))


def password_set_time(stored: str) -> datetime | None:
    """Return when the password was set, or None where that was not written down."""
    _, _, text = stored.partition(":")[2].partition(":")
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the authenticator knows of the rest: locks, open sessions, the time, and the policy.

    Passwords of persons end after ``max_age_days``; those of machines do not, and 0 means never.
    """

    watch: Watch = field(default_factory=Unwatched)
    session_account: SessionAccount = _nobody_there
    certificate_account: CertificateAccount = _nobody_there
    clock: Clock = _now
    max_age_days: int = 0


class Authenticator:
    """Checks account names and passwords, without holding up the event loop.

    ``hashes`` are :func:`password_hash` values by account name. A wrong account takes as long as
    a wrong password, so that neither tells which one it was; a locked account does too.
    """

    def __init__(
        self,
        accounts: Mapping[str, Account],
        hashes: Mapping[str, str],
        surroundings: Surroundings | None = None,
    ) -> None:
        self._accounts = accounts
        self._hashes = hashes
        self._around = surroundings or Surroundings()
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        self._waiting = 0
        self._key = secrets.token_bytes(32)
        self._recent: OrderedDict[bytes, float] = OrderedDict()
        self._warned: dict[str, int] = {}

    async def account(self, name: str, password: str, door: str = "login") -> Account | None:
        """Return the account when the password is right and may still be used, else None.

        A right password is remembered for a minute, as a keyed hash, because a client of REST
        sends it with every request; a signature is always checked in full.
        """
        seen = self._seen(name, password)
        now = asyncio.get_running_loop().time()
        if now - self._recent.get(seen, -_REMEMBERED_S) < _REMEMBERED_S:
            return None if self._problem(name) else self._accounts.get(name)
        found = await self._checked(name, password, door)
        if isinstance(found, str):
            return None
        self._recent[seen] = now
        while len(self._recent) > _MAX_REMEMBERED:
            self._recent.popitem(last=False)
        return found

    async def account_of_certificate(
        self, fingerprint: str, *, is_proven: bool, door: str
    ) -> Account | None:
        """Return the account of a user's certificate, or None; a locked one has none.

        ``is_proven`` says that whoever shows the certificate has its key. A certificate that is
        shown without is a wrong password: it is on record, and the fifth in a row locks.
        """
        name = self._around.certificate_account(fingerprint)
        known = self._accounts.get(name) if name is not None else None
        if known is None:
            diagnostics.warning("the certificate %s has no account at %s", fingerprint, door)
            return None
        if self._around.watch.locked(known.account):
            diagnostics.warning("the locked account %s was tried at %s", known.account, door)
            return None
        if not is_proven:
            await self._around.watch.failed(known.account, door)
            return None
        return known

    def must_leave(self, name: str, fingerprint: str = "") -> str:
        """Return why a session of the account has to end now, as a code; empty when it may stay.

        With a ``fingerprint`` it was opened with that certificate, else with the password.
        """
        if self._around.watch.locked(name):
            return "account-locked"
        if fingerprint:
            is_still = self._around.certificate_account(fingerprint) == name
            return "" if is_still else "user-certificate-unknown"
        return self._problem(name)

    async def identify(
        self, name: str, password: str, *, station: str = "", door: str = "signing"
    ) -> Identity:
        """Return who signs; ``authenticated`` is false when it is not shown.

        At a station the name may be left empty: then the account of the session that is open
        there is meant, and the identity is ``continued`` (21 CFR 11.200(a)(1)(i)). Whether that
        session still counts is decided with the command.
        """
        continued = not name and bool(station)
        if continued:
            name = self._around.session_account(station) or ""
        found = await self._checked(name, password, door)
        if isinstance(found, str):
            shown = name[:_MAX_NAME] or "?"
            return Identity(account=shown, authenticated=False, problem=found, continued=continued)
        return Identity(
            account=found.account,
            authenticated=True,
            person_id=found.person_id,
            roles=found.roles,
            continued=continued,
        )

    def _seen(self, name: str, password: str) -> bytes:
        """Return what a right password is remembered by; a new password is another one."""
        text = f"{name}\0{password}\0{self._hashes.get(name, '')}"
        return hmac.digest(self._key, text.encode(), "sha256")

    async def _checked(self, name: str, password: str, door: str) -> Account | str:
        """Return the account, or why not: the code of a problem, empty for a wrong password."""
        known = self._accounts.get(name)
        was_locked = known is not None and self._around.watch.locked(name)
        right = await self._matches(name, password)
        if known is None or right is None:
            return ""
        # Asked again: of many guesses at once, those after the lock must not count.
        if was_locked or self._around.watch.locked(name):
            diagnostics.warning("the locked account %s was tried at %s", name, door)
            return "account-locked"
        if not right:
            await self._around.watch.failed(name, door)
            return "account-locked" if self._around.watch.locked(name) else ""
        await self._around.watch.succeeded(name, door)
        return self._problem(name) or known

    async def _matches(self, name: str, password: str) -> bool | None:
        """Return whether the password is right, or None when too many wait to be checked."""
        if self._waiting >= _MAX_WAITING:
            diagnostics.warning("more than %d passwords wait to be checked", _MAX_WAITING)
            return None
        self._waiting += 1
        try:
            stored = self._hashes.get(name, _NOBODY)
            async with self._slots:
                return await asyncio.to_thread(password_matches, password[:LONGEST], stored)
        finally:
            self._waiting -= 1

    def _problem(self, name: str) -> str:
        """Return why an account with the right password may not be used; empty when it may."""
        if self._around.watch.locked(name):
            return "account-locked"
        account = self._accounts.get(name)
        if account is None or account.person_id is None:
            return ""
        set_time = password_set_time(self._hashes.get(name, _NOBODY))
        end = expiry(set_time, self._around.max_age_days)
        now = self._around.clock()
        if end is None or now < end - WARNED_BEFORE:
            return ""
        days = (end - now).days
        if self._warned.get(name) != days:
            self._warned[name] = days
            diagnostics.warning("the password of account %s ends at %s", name, end.isoformat())
        return "password-expired" if now >= end else ""
