"""The beginning of a response: its type and its header (OPC 10000-4, 7.33)."""

from datetime import datetime
from struct import Struct
from typing import Final

from server.faces.opcua.wire.encode import ticks

_HEAD: Final = Struct("<BBHqIIBi3s").pack
NO_DIAGNOSTICS: Final = bytes(4)
"""The empty array of DiagnosticInfos that ends most responses."""


def response_head(type_id: int, request_handle: int, now: datetime, code: int = 0) -> bytes:
    """Return the encoding id of a response and its header.

    ``type_id`` is that of the binary encoding, such as ReadResponse_Encoding_DefaultBinary; what
    follows is the body of the response, field by field.
    """
    return _HEAD(1, 0, type_id, ticks(now), request_handle, code, 0, 0, b"\x00\x00\x00")
