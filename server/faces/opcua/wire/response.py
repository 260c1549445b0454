"""The beginning of a response: its type and its header (OPC 10000-4, 7.33)."""

from datetime import UTC, datetime
from struct import Struct
from time import time_ns
from typing import Final

_HEAD: Final = Struct("<BBHqIIBi3s").pack
_EPOCH_TICKS: Final = 116_444_736_000_000_000  # 1970 as OPC UA counts
NO_DIAGNOSTICS: Final = bytes(4)
"""The empty array of DiagnosticInfos that ends most responses."""


def now_ticks() -> int:
    """Return the present time as a DateTime counts it."""
    return time_ns() // 100 + _EPOCH_TICKS


def ticks_time(ticks: int) -> datetime:
    """Return the time that a DateTime stands for, for messages and tests."""
    return datetime.fromtimestamp((ticks - _EPOCH_TICKS) / 10_000_000, UTC)


def response_head(type_id: int, request_handle: int, code: int = 0) -> bytes:
    """Return the encoding id of a response and its header.

    ``type_id`` is that of the binary encoding, such as ReadResponse_Encoding_DefaultBinary; what
    follows is the body of the response, field by field.
    """
    return _HEAD(1, 0, type_id, now_ticks(), request_handle, code, 0, 0, b"\x00\x00\x00")
