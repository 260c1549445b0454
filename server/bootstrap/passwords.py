"""The password hashes of an installation, as its file holds them now."""

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

diagnostics = logging.getLogger("interlock.security")


class PasswordHashes(Mapping[str, str]):
    """The hashes by account name, read again when the file was changed.

    So a new password counts at once. A file that is damaged meanwhile changes nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._hashes: Mapping[str, str] = {}

    @override
    def __getitem__(self, account: str) -> str:
        return self._now()[account]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    @override
    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, str]:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp:
                read = json.loads(self._path.read_text("utf-8"))
                self._hashes = {str(name): str(text) for name, text in read.items()}
                self._stamp = stamp
        except (OSError, ValueError, AttributeError) as error:
            diagnostics.error(
                "%s can't be read, passwords stay as they were: %s", self._path, error
            )
        return self._hashes
