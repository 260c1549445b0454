"""HistoryData as the bytes that go out (OPC 10000-11, 6.6.2), a whole answer at once."""

from typing import Any, Final

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from server.faces.opcua.history.rows import DTYPES, NO_TIME, Rows
from server.faces.opcua.wire.encode import int32, int64, string, uint32
from server.faces.opcua.wire.encoded_value import BOTH, SERVER, SOURCE
from server.faces.opcua.wire.node_ids import standard

_HISTORY_DATA: Final = standard(ua.ObjectIds.HistoryData_Encoding_DefaultBinary)
_MODIFIED_DATA: Final = standard(ua.ObjectIds.HistoryModifiedData_Encoding_DefaultBinary)
_EPOCH: Final = 116_444_736_000_000_000
"""1970-01-01 in steps of 100 ns since 1601."""
_VALUE, _STATUS, _SOURCE, _SERVER = 0x01, 0x02, 0x04, 0x08
_STAMPS: Final = {SOURCE: _SOURCE, SERVER: _SERVER, BOTH: _SOURCE | _SERVER}


def history_data(rows: Rows, timestamps: int = BOTH) -> ua.ExtensionObject:
    """Return the values as the body of a HistoryReadResult, with the timestamps asked for."""
    body = int32(len(rows)) + encoded_rows(rows, timestamps)
    return ua.ExtensionObject(TypeId=_HISTORY_DATA, Body=ua.ByteString(body))


def no_modified_data() -> ua.ExtensionObject:
    """Return the HistoryModifiedData of a tag of which nothing was ever changed."""
    return ua.ExtensionObject(TypeId=_MODIFIED_DATA, Body=ua.ByteString(int32(0) + int32(0)))


def encoded_rows(rows: Rows, timestamps: int) -> bytes:
    """Return the values as DataValues, one after the other (OPC 10000-6, 5.2.2.17)."""
    stamps = [
        _ticks(times)
        for bit, times in ((_SOURCE, rows.times), (_SERVER, rows.server_times))
        if _STAMPS[timestamps] & bit
    ]
    if rows.variant_type is ua.VariantType.String:
        return _texts(rows, stamps, _STAMPS[timestamps])
    form = [("mask", "u1"), ("type", "u1"), ("value", DTYPES[rows.variant_type]), ("code", "<u4")]
    form += [(f"stamp{place}", "<i8") for place in range(len(stamps))]
    table: NDArray[Any] = np.empty(len(rows), dtype=np.dtype(form))
    table["mask"] = np.where(rows.held, _VALUE, 0) | _STATUS | _STAMPS[timestamps]
    table["type"] = rows.variant_type.value
    table["value"] = rows.numbers
    table["code"] = rows.codes
    for place, stamp in enumerate(stamps):
        table[f"stamp{place}"] = stamp
    if rows.held.all():
        return table.tobytes()
    content = table.view(np.uint8).reshape(len(rows), -1)
    kept = np.ones(content.shape, dtype=np.bool_)
    value_ends = 2 + DTYPES[rows.variant_type].itemsize
    kept[~rows.held, 1:value_ends] = False  # no value, no bytes
    return content[kept].tobytes()


def _ticks(times: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(times == NO_TIME, 0, np.where(times == NO_TIME, 0, times) * 10 + _EPOCH)


def _texts(rows: Rows, stamps: list[NDArray[np.int64]], stamp_bits: int) -> bytes:
    parts: list[bytes] = []
    for place, number in enumerate(rows.numbers):
        held = rows.held[place]
        parts.append(bytes((stamp_bits | _STATUS | (_VALUE if held else 0),)))
        if held:
            parts.append(bytes((ua.VariantType.String.value,)) + string(rows.strings[number]))
        parts.append(uint32(int(rows.codes[place])))
        parts += (int64(int(stamp[place])) for stamp in stamps)
    return b"".join(parts)
