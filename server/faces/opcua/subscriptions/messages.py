"""Notification messages and the answers that carry them, packed by hand (OPC 10000-6, 5.2).

Times are in ticks (``wire.encode.ticks``). A message is kept as the bytes that went out, so that
Republish sends the very same.
"""

import struct
from collections.abc import Collection, Sequence
from typing import Final

from asyncua import ua

_uint32: Final = struct.Struct("<I")
_int32: Final = struct.Struct("<i")
_head: Final = struct.Struct("<IqI")
"""Sequence number, publish time, how many notifications follow."""
_response: Final = struct.Struct("<BBHqIIBi3s")
"""Type of the answer, its time, request handle, result; no diagnostics, no additional header."""
_object: Final = struct.Struct("<BBHBi")
"""Type of an ExtensionObject, that its body is bytes, and how many."""
_FOUR_BYTE: Final = 1
_NO_LIST: Final = _int32.pack(-1)
_DATA_CHANGE: Final = ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary
_EVENTS: Final = ua.ObjectIds.EventNotificationList_Encoding_DefaultBinary
_STATUS_CHANGE: Final = ua.ObjectIds.StatusChangeNotification_Encoding_DefaultBinary
PUBLISH: Final = ua.ObjectIds.PublishResponse_Encoding_DefaultBinary
REPUBLISH: Final = ua.ObjectIds.RepublishResponse_Encoding_DefaultBinary


def notification_message(
    sequence: int, now: int, data: Sequence[bytes], events: Sequence[bytes]
) -> bytes:
    """Pack a NotificationMessage (OPC 10000-4, 7.25) of data changes and events."""
    parts = [_head.pack(sequence, now, bool(data) + bool(events))]
    if data:
        body = b"".join((_int32.pack(len(data)), *data, _NO_LIST))
        parts += (_extension_object(_DATA_CHANGE, len(body)), body)
    if events:
        body = b"".join((_int32.pack(len(events)), *events))
        parts += (_extension_object(_EVENTS, len(body)), body)
    return b"".join(parts)


def keep_alive_message(next_sequence: int, now: int) -> bytes:
    """Pack a message without notifications; it names the next number and does not use it."""
    return _head.pack(next_sequence, now, 0)


def status_change_message(sequence: int, now: int, code: int) -> bytes:
    """Pack a message with a StatusChangeNotification (OPC 10000-4, 7.25.4)."""
    body = _uint32.pack(code) + b"\0"
    head = _head.pack(sequence, now, 1)
    return head + _extension_object(_STATUS_CHANGE, len(body)) + body


def publish_body(
    subscription_id: int,
    available: Collection[int],
    message: bytes,
    results: Sequence[int],
    *,
    more: bool,
) -> bytes:
    """Pack the answer to Publish (OPC 10000-4, 5.14.5) without its header."""
    return b"".join(
        (
            _uint32.pack(subscription_id),
            struct.pack(f"<i{len(available)}I", len(available), *available),
            b"\1" if more else b"\0",
            message,
            struct.pack(f"<i{len(results)}I", len(results), *results),
            _NO_LIST,
        )
    )


def response_header(type_id: int, request_handle: int, now: int) -> bytes:
    """Pack the type of an answer and a header that says Good."""
    return _response.pack(_FOUR_BYTE, 0, type_id, now, request_handle, 0, 0, -1, b"\0\0\0")


def _extension_object(type_id: int, length: int) -> bytes:
    return _object.pack(_FOUR_BYTE, 0, type_id, 1, length)
