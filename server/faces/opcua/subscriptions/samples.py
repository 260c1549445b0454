"""Samples: one change of one attribute, encoded once however many items report it."""

import logging
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from asyncua import ua
from typing_extensions import override

from server.faces.opcua.wire.encode import data_value
from server.faces.opcua.wire.failure import status

_log = logging.getLogger(__name__)

Ticks = Callable[[], int]
"""Gives the present in intervals of 100 ns since 1601 (OPC 10000-6, 5.2.2.5)."""

_OVERFLOW: Final = 0x0480
"""InfoType DataValue and the Overflow bit (OPC 10000-4, 7.38.1)."""
_HAS_VALUE: Final = 0x01
_HAS_STATUS: Final = 0x02
_HAS_SOURCE: Final = 0x04
_HAS_SERVER: Final = 0x08
_BOTH: Final = ua.TimestampsToReturn.Both
_SOURCE_WANTED: Final = (ua.TimestampsToReturn.Source, ua.TimestampsToReturn.Both)
_SERVER_WANTED: Final = (ua.TimestampsToReturn.Server, ua.TimestampsToReturn.Both)

_int64: Final = struct.Struct("<q")
_uint32: Final = struct.Struct("<I")


class Sample:
    """What was sampled and when; shared by all monitored items, never changed."""

    __slots__ = ("_both", "_others", "_overflowed", "taken", "value")

    def __init__(self, value: ua.DataValue, taken: int) -> None:
        self.value = value
        self.taken = taken
        """When, in ticks; needed only where the value has no time of the server."""
        self._both: bytes | None = None
        self._others: dict[int, bytes] | None = None
        self._overflowed: Sample | None = None

    def encoded(self, timestamps: ua.TimestampsToReturn) -> bytes:
        """Return the DataValue with the timestamps that are asked for (OPC 10000-4, 7.39)."""
        if timestamps is _BOTH:
            if self._both is None:
                self._both = self._encode(timestamps)
            return self._both
        if self._others is None:
            self._others = {}
        found = self._others.get(timestamps)
        if found is None:
            found = self._others[timestamps] = self._encode(timestamps)
        return found

    def _encode(self, timestamps: ua.TimestampsToReturn) -> bytes:
        return encode(self.value, self.taken, timestamps)

    def overflowed(self) -> "Sample":
        """Return the same sample with the Overflow bit: values beside it were discarded."""
        if self._overflowed is None:
            self._overflowed = OverflowedSample(self.value, self.taken)
        return self._overflowed


class OverflowedSample(Sample):
    """A sample that stands where others were discarded."""

    __slots__ = ()

    @override
    def overflowed(self) -> Sample:
        return self

    @override
    def _encode(self, timestamps: ua.TimestampsToReturn) -> bytes:
        return encode(self.value, self.taken, timestamps, info_bits=_OVERFLOW)


def encode(
    value: ua.DataValue, taken: int, timestamps: ua.TimestampsToReturn, *, info_bits: int = 0
) -> bytes:
    """Return a DataValue with only the wanted timestamps and more bits in its status.

    A value without a time of the server gets ``taken``; the time of the source is never made up.
    """
    if value.SourcePicoseconds is not None or value.ServerPicoseconds is not None:
        value = replace(value, SourcePicoseconds=None, ServerPicoseconds=None)
    whole = _encoded(value)
    if whole[0] & _HAS_SERVER and timestamps is _BOTH and not info_bits:
        return whole
    content, code, source, server = _parts(whole)
    mask = whole[0] & _HAS_VALUE
    tail = b""
    if code | info_bits:
        mask |= _HAS_STATUS
        tail = _uint32.pack(code | info_bits)
    if source and timestamps in _SOURCE_WANTED:
        mask |= _HAS_SOURCE
        tail += source
    if timestamps in _SERVER_WANTED:
        mask |= _HAS_SERVER
        tail += server or _int64.pack(taken)
    return bytes((mask,)) + content + tail


def _encoded(value: ua.DataValue) -> bytes:
    try:
        return data_value(value)
    except Exception:  # noqa: BLE001 - one value must not keep back those of the other items
        _log.exception("a value cannot be encoded: %r", value)
        code = status(ua.StatusCodes.BadEncodingError)
        return data_value(replace(value, Value=None, StatusCode=code))


def _parts(whole: bytes) -> tuple[bytes, int, bytes, bytes]:
    """Take an encoded DataValue apart: value, status, time of the source, time of the server."""
    mask, end = whole[0], len(whole)
    code, source, server = 0, b"", b""
    if mask & _HAS_SERVER:
        end, server = end - 8, whole[end - 8 :]
    if mask & _HAS_SOURCE:
        end, source = end - 8, whole[end - 8 : end]
    if mask & _HAS_STATUS:
        end -= 4
        (code,) = _uint32.unpack_from(whole, end)
    return whole[1:end], code, source, server
