"""Lets root start PostgreSQL, which refuses to run as root: as an ordinary account of the system.

Nothing is created in the system and nothing is opened to everybody: the account gets the right
to search exactly the directories above its data, by an access control entry of its own.
"""

import os
import pwd
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PREFERRED_ACCOUNTS: Final = ("interlock", "postgres", "nobody")
"""The first of these that exists runs the server when root starts it."""

# acl(5) as the kernel stores it: a version, then (tag, permissions, id) entries sorted by tag.
_ACL_NAME: Final = "system.posix_acl_access"
_ACL_VERSION: Final = 2
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID: Final = 0xFFFFFFFF
_SEARCH: Final = 1


class AccountUnusableError(Exception):
    """No account of this system can run the server there; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who runs the programs of PostgreSQL; ``name`` is None when that is ourselves."""

    name: str | None
    uid: int
    gid: int

    def run(self, *command: str | Path, timeout_s: float) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this account, its output captured."""
        other = self.name is not None
        return subprocess.run(  # noqa: S603 -- the caller names one of our own binaries
            [os.fspath(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            umask=0o077,
            timeout=timeout_s,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )


def choose_account(cluster: Path) -> Account:
    """Return who may run the cluster: ourselves, or for root the owner of its files."""
    if os.geteuid() != 0:
        return Account(name=None, uid=os.geteuid(), gid=os.getegid())
    if cluster.exists():
        owner = cluster.stat().st_uid
        if owner == 0:
            raise AccountUnusableError(
                f"{cluster} belongs to root, and PostgreSQL does not run as root: "
                f"give it to an ordinary account (chown -R)"
            )
        entry = pwd.getpwuid(owner)
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    for name in PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise AccountUnusableError(
        "PostgreSQL does not run as root and none of the accounts "
        f"{', '.join(PREFERRED_ACCOUNTS)} exists: start as an ordinary user or create one of them"
    )


def let_search(directory: Path, account: Account) -> None:
    """Give the account the way down to ``directory``, and nothing more."""
    if account.name is None or _may_enter(directory, account):
        return
    for place in (*reversed(directory.parents), directory):
        if _may_enter(place, account):
            continue
        try:
            _add_search_entry(place, account.uid)
        except OSError as failure:
            raise AccountUnusableError(
                f"the account {account.name} that runs PostgreSQL cannot enter {place}, and no "
                f"access control entry can be set there ({failure.strerror}): put the "
                "installation below a directory that it may enter, or start as an ordinary user"
            ) from failure


def reachable_programs(programs: Path, copy_below: Path, account: Account) -> Path:
    """Return the installation (with bin, lib, share) that the account can execute.

    It is the one of the wheel unless that lies in a private place (root's own home, or files
    made under a strict umask); then a copy beside the cluster.
    """
    try:
        answer = account.run(programs / "bin" / "postgres", "--describe-config", timeout_s=30)
    except PermissionError:
        pass
    else:
        if answer.returncode == 0 and os.access(programs / "share", os.R_OK):
            return programs
    copy = copy_below / "programs"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(programs, copy, symlinks=True)
        for place, _, files in os.walk(copy):
            Path(place).chmod(0o755)
            for file in files:
                path = Path(place, file)
                if not path.is_symlink():
                    path.chmod(0o755 if path.parent.name == "bin" else 0o644)
        (copy / "complete").touch()
    return copy


def _may_enter(directory: Path, account: Account) -> bool:
    """Ask the kernel, as the account, because access rules are more than mode bits."""
    answer = account.run("/bin/sh", "-c", 'cd -- "$1"', "sh", directory, timeout_s=30)
    return answer.returncode == 0


def _add_search_entry(directory: Path, uid: int) -> None:
    entries = [entry for entry in _acl(directory) if entry[:1] + entry[2:] != (_USER, uid)]
    entries.append((_USER, _SEARCH, uid))
    if not any(tag == _MASK for tag, _, _ in entries):
        group = next(allowed for tag, allowed, _ in entries if tag == _GROUP_OBJ)
        entries.append((_MASK, group, _NO_ID))
    entries = [
        (tag, allowed | _SEARCH if tag == _MASK else allowed, who) for tag, allowed, who in entries
    ]
    packed = b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries, key=_acl_order))
    os.setxattr(directory, _ACL_NAME, struct.pack("<I", _ACL_VERSION) + packed)


def _acl(directory: Path) -> list[tuple[int, int, int]]:
    """Return the access control list of a directory; without one, that of its mode bits."""
    try:
        stored = os.getxattr(directory, _ACL_NAME)
    except OSError:
        mode = directory.stat().st_mode
        return [
            (_USER_OBJ, mode >> 6 & 7, _NO_ID),
            (_GROUP_OBJ, mode >> 3 & 7, _NO_ID),
            (_OTHER, mode & 7, _NO_ID),
        ]
    return [struct.unpack_from("<HHI", stored, at) for at in range(4, len(stored), 8)]


def _acl_order(entry: tuple[int, int, int]) -> tuple[int, int]:
    return entry[0], entry[2]
