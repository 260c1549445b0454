"""Reads the SQL that lies beside the code: whole files, and queries under their names."""

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def queries(store: str) -> Mapping[str, bytes]:
    """Return the queries of ``sql/queries/<store>.sql`` by name, without their comments."""
    text = (_folder() / "queries" / f"{store}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    names, bodies = parts[::2], parts[1::2]
    return {
        name: "\n".join(
            line for line in body.splitlines() if line and not line.startswith("--")
        ).encode()
        for name, body in zip(names, bodies, strict=True)
    }


def script(path: str) -> bytes:
    """Return a whole file below ``sql``."""
    return (_folder() / path).read_bytes()


def migrations() -> Mapping[int, tuple[str, bytes]]:
    """Return every migration: its number, its file name and its text, in order."""
    found = sorted(
        entry.name for entry in (_folder() / "migrations").iterdir() if entry.name.endswith(".sql")
    )
    return {int(name[:4]): (name, script(f"migrations/{name}")) for name in found}


def _folder() -> Traversable:
    return files("historian") / "sql"
