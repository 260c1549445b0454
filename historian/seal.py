"""Seals: each chains all rows since the one before it, whatever their stream."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.execution.log_row import Cursor

FIRST_PREVIOUS_HASH: Final = bytes(32)
"""What the first seal has in place of a seal before it."""

_WORD: Final = b"interlock-seal-1"  # the same stands in 0001_execution_log.sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal: the rows from ``first`` to ``last`` in follower order, and the seal before."""

    number: int
    previous_hash: bytes
    first: Cursor
    last: Cursor
    row_count: int
    hash: bytes
    mac: bytes
    sealed_time: datetime


def seal_hash(previous_hash: bytes, row_hashes: Iterable[bytes]) -> bytes:
    """Return the hash of a seal; the rows may come one by one."""
    digest = hashlib.sha256(_WORD + previous_hash)
    for row_hash in row_hashes:
        digest.update(row_hash)
    return digest.digest()


def seal_mac(key: bytes, hash_: bytes) -> bytes:
    """Return the MAC of a seal; its word keeps it apart from the MAC of a row."""
    return hmac.digest(key, _WORD + hash_, "sha256")
