"""The secrets of an installation: made once, kept apart, readable by the owner only."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from models.execution.principal import Account
from server.bootstrap.passwords import PasswordHashes
from server.command_path.authenticate import password_hash, password_set_time
from server.command_path.password_policy import weaknesses

_KEY_BYTES: Final = 32
_PASSWORD_BYTES: Final = 12


class InstallationError(Exception):
    """The installation's own files can't be used; says which, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What only this installation knows: the key of the log's seals, and password hashes."""

    log_key: bytes = field(repr=False)
    password_hashes: Mapping[str, str] = field(repr=False)


def open_secrets(
    folder: Path, accounts: Iterable[Account], *, write_credentials: bool = False
) -> Secrets:
    """Return the secrets of the folder; what is missing is made.

    Every password has the time at which it was set, or of the first start that knew such times.
    A new account gets a generated password. It is written to ``credentials.json`` only with
    ``write_credentials``, for a demo; otherwise ``interlock passwd`` sets one that is known.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashes = _read_texts(folder / "accounts.json")
    made = {
        account.account: secrets.token_urlsafe(_PASSWORD_BYTES)
        for account in accounts
        if account.account not in hashes
    }
    if made and write_credentials:
        known = _read_texts(folder / "credentials.json")
        write_private(folder / "credentials.json", json.dumps({**known, **made}, indent=1))
    now = datetime.now(UTC)
    new = {name: password_hash(text, now) for name, text in made.items()}
    dated = {name: _dated(text, now) for name, text in hashes.items()}
    if {**dated, **new} != hashes:
        write_private(folder / "accounts.json", json.dumps({**dated, **new}, indent=1))
    return Secrets(
        log_key=_log_key(folder / "log.key"),
        password_hashes=PasswordHashes(folder / "accounts.json"),
    )


def _dated(stored: str, now: datetime) -> str:
    known = password_set_time(stored) is not None
    return stored if known else f"{stored}:{now.isoformat(timespec='seconds')}"


def set_password(folder: Path, account: str, password: str) -> None:
    """Give an account of the installation a new password; raises InstallationError.

    A server that runs takes it at once.
    """
    hashes = _read_texts(folder / "accounts.json")
    if account not in hashes:
        msg = f"{account} is not an account of this installation; known are {', '.join(hashes)}"
        raise InstallationError(msg)
    wrong = weaknesses(account, password)
    if wrong:
        raise InstallationError(f"the password is {', and '.join(wrong)}; nothing was changed")
    changed = {**hashes, account: password_hash(password, datetime.now(UTC))}
    write_private(folder / "accounts.json", json.dumps(changed, indent=1))


def _log_key(path: Path) -> bytes:
    if not path.is_file():
        write_private(path, secrets.token_hex(_KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as error:
        msg = f"{path} does not hold a key; restore it from a backup, or the log proves nothing"
        raise InstallationError(msg) from error
    if len(key) != _KEY_BYTES:
        msg = f"{path} holds {len(key)} bytes instead of {_KEY_BYTES}; restore it from a backup"
        raise InstallationError(msg)
    return key


def _read_texts(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        msg = f"{path} is damaged ({error}); restore it from a backup"
        raise InstallationError(msg) from error
    return {str(key): str(value) for key, value in found.items()}


def write_private(path: Path, text: str) -> None:
    """Write the file whole or not at all, for the owner's eyes only."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
