"""The chain: hashes and seals that show every later change of the execution log.

Each row's SHA-256 covers the row and the hash of the row before it in its stream, so a changed,
missing or moved row breaks the chain at a known place. The MAC, keyed with a secret of the
installation that the database never sees, shows rows that were not written by Interlock: whoever
holds only a database account can't forge one.
"""

import hashlib
import hmac
from typing import Final

from models.execution.codec import dumps, time_text
from models.execution.log_row import LogRow, StreamHead

GENESIS: Final = bytes(32)
"""What comes before the first row of a stream."""


def row_hash(previous_hash: bytes, row: LogRow) -> bytes:
    """Return the hash of the row, chained to the one before it; 32 bytes."""
    fields = (
        row.stream,
        row.version,
        row.type,
        row.type_version,
        row.payload,
        row.command_id,
        row.person,
        row.account,
        row.station,
        row.face,
        row.source,
        time_text(row.source_time),
        time_text(row.server_time),
        row.rule_version,
    )
    return hashlib.sha256(previous_hash + dumps(fields).encode()).digest()


def row_mac(key: bytes, hash_: bytes) -> bytes:
    """Return the installation's seal on a row's hash; 32 bytes."""
    return hmac.digest(key, b"row:" + hash_, "sha256")


def head_mac(key: bytes, head: StreamHead) -> bytes:
    """Return the installation's seal on a projection; 32 bytes."""
    # The length keeps streams apart whose names hold colons: ids are other people's texts.
    stream = head.stream.encode()
    text = b"head:%d:%b:%d:" % (len(stream), stream, head.version)
    return hmac.digest(key, text + head.hash + head.state.encode(), "sha256")
