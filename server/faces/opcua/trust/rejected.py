"""Client certificates that were not let in: kept, so that an engineer can look and trust them."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

_NOTED_EVERY: Final = timedelta(minutes=1)
"""How often an attempt is noted down, so that a client that knocks all day wears out no disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is known of a client that was not let in."""

    why: str
    first_seen: str
    last_seen: str
    address: str


class Rejected:
    """The folder ``rejected``: certificates, and beside each what is known of the attempts."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most

    def keep(
        self, certificate: x509.Certificate, mark: str, why: str, seen: tuple[datetime, str]
    ) -> Path:
        """Keep a certificate with where it came from, and when; the oldest gives way."""
        now, address = seen
        path = self._folder / file_name(certificate, mark)
        told = now.isoformat(timespec="seconds")
        attempt = Attempt(why=why, first_seen=told, last_seen=told, address=address)
        known = read_attempt(path) if path.exists() else None
        if known is not None:
            last = datetime.fromisoformat(known.last_seen)
            if (known.why, known.address) == (why, address) and now - last < _NOTED_EVERY:
                return path
            attempt = replace(attempt, first_seen=known.first_seen)
        else:
            self._make_room()
            path.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
        _note(path).write_text(json.dumps(asdict(attempt)), encoding="utf-8")
        return path

    def _make_room(self) -> None:
        files = sorted(certificate_files(self._folder), key=lambda one: one.stat().st_mtime_ns)
        for oldest in files[: max(0, len(files) - self._most + 1)]:
            forget(oldest)


def certificate_files(folder: Path) -> Iterator[Path]:
    """Yield the certificates of a folder without the notes beside them."""
    if folder.is_dir():
        yield from (one for one in folder.iterdir() if one.suffix != ".json" and one.is_file())


def read_attempt(path: Path) -> Attempt | None:
    """Return what was noted about a rejected certificate, if it can be read."""
    try:
        found = json.loads(_note(path).read_text(encoding="utf-8"))
        datetime.fromisoformat(found["last_seen"])
        return Attempt(**found)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def forget(path: Path) -> None:
    """Remove a rejected certificate with its note."""
    path.unlink(missing_ok=True)
    _note(path).unlink(missing_ok=True)


def file_name(certificate: x509.Certificate, mark: str) -> str:
    """Return the name of a certificate's file: whose it is, in safe letters, and which."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    spoken = re.sub(r"[^A-Za-z0-9_-]+", "_", str(names[0].value))[:40] if names else "unnamed"
    return f"{spoken}_{mark[:40]}.der"


def _note(path: Path) -> Path:
    return path.with_suffix(".json")
