"""Decisions about accounts: wrong passwords, locks (21 CFR 11.300(c) and (d))."""

from collections.abc import Iterator
from typing import Final

from models.execution import commands as c
from models.execution import events as e
from models.execution.decision import Decision
from models.execution.outcome import Refusal
from models.execution.principal import Principal
from models.execution.records import AccountRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot

MOST_WRONG: Final = 5
"""Wrong passwords in a row after which an account is locked."""

LOCKED: Final = "locked"
"""The result of reporting a wrong password of an account that is locked, or now became it."""


def failed_login(command: c.ReportFailedLogin, snapshot: Snapshot) -> Decision:
    """Count a wrong password; the last one that is tolerated locks the account.

    A locked account is not counted any further, so that nobody can fill the log.
    """
    known = snapshot.account(command.account)
    if known is None:
        return Decision()
    if known.locked:
        return Decision(result=LOCKED)
    count = known.failed_logins + 1
    failed = e.LoginFailed(account=command.account, door=command.door)
    if count < MOST_WRONG:
        return Decision(events=(failed,), result=str(count))
    reason = f"{count} wrong passwords in a row, the last at {command.door}"
    locked = e.AccountLocked(account=command.account, reason=reason)
    return Decision(events=(failed, locked), result=LOCKED)


def logged_in(command: c.ReportLogin, snapshot: Snapshot) -> Decision:
    """Begin to count wrong passwords anew, after the right one; a lock stays."""
    known = snapshot.account(command.account)
    if known is None or known.locked or not known.failed_logins:
        return Decision()
    return Decision(events=(e.LoginSucceeded(account=command.account, door=command.door),))


def lock(command: c.LockAccount, principal: Principal, snapshot: Snapshot) -> Decision:
    """Lock an account at once."""
    known = snapshot.account(command.account)
    refusals = tuple(_unknown(command.account, known))
    if known is not None and known.locked:
        text = f"{command.account} is locked: {known.reason}"
        refusals = (refuse("account-already-locked", command.account, text),)
    locked = e.AccountLocked(account=command.account, reason=command.reason)
    return Decision(
        events=() if refusals else (locked,), refusals=refusals, person_id=principal.person_id
    )


def unlock(command: c.UnlockAccount, principal: Principal, snapshot: Snapshot) -> Decision:
    """Let an account be used again, by an administrator who is not its owner."""
    known = snapshot.account(command.account)
    refusals = (
        *_unknown(command.account, known),
        *_not_locked(known),
        *_own(command.account, known, principal),
    )
    unlocked = e.AccountUnlocked(account=command.account, reason=command.reason)
    return Decision(
        events=() if refusals else (unlocked,), refusals=refusals, person_id=principal.person_id
    )


def _unknown(account: str, known: AccountRecord | None) -> Iterator[Refusal]:
    if known is None:
        yield refuse("account-unknown", account, f"there is no account {account}")


def _not_locked(known: AccountRecord | None) -> Iterator[Refusal]:
    if known is not None and not known.locked:
        yield refuse("account-not-locked", known.account, f"{known.account} is not locked")


def _own(account: str, known: AccountRecord | None, principal: Principal) -> Iterator[Refusal]:
    """Refuse for every account of the same person, not just for the one that asks."""
    owner = known.person_id if known else None
    if account == principal.account or (owner is not None and owner == principal.person_id):
        text = f"{account} belongs to whoever uses account {principal.account}"
        yield refuse("self-unlock", account, text)
