"""A DataValue as the bytes that go out (OPC 10000-6, 5.2.2.17), made once per value."""

from dataclasses import replace
from typing import Final

from asyncua import ua

from server.faces.opcua.wire.encode import data_value

SOURCE, SERVER, BOTH, NEITHER = range(4)
"""TimestampsToReturn of OPC 10000-4, 7.39, as they stand on the wire."""

_KEPT: Final = 32_768
_KEPT_BYTES: Final = 4_096

_Entry = tuple[ua.DataValue, bytes]


class EncodedValues:
    """The latest encodings, by the identity of the value.

    A value is never changed once it is shown, so its bytes are good as long as it lives, and an
    entry holds on to its value, so that no other one can take over its identity. What was not
    asked for during two rounds of entries is forgotten.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._young: dict[int, _Entry] = {}
        self._old: dict[int, _Entry] = {}

    def __len__(self) -> int:
        """Return how many encodings are kept: never more than twice what was allowed."""
        return len(self._young) + len(self._old)

    def of(self, value: ua.DataValue, timestamps: int) -> bytes:
        """Return the encoding with these timestamps and no others."""
        key = id(value) << 2 | timestamps
        entry = self._young.get(key)
        if entry is not None and entry[0] is value:
            return entry[1]
        entry = self._old.get(key)
        if entry is None or entry[0] is not value:
            entry = (value, data_value(_with(value, timestamps)))
            if len(entry[1]) > _KEPT_BYTES:
                return entry[1]  # large values are rare, and few of them would fill the memory
        if len(self._young) >= self._kept:
            self._old, self._young = self._young, {}
        self._young[key] = entry
        return entry[1]


def _with(value: ua.DataValue, timestamps: int) -> ua.DataValue:
    if timestamps == BOTH:
        return value
    if timestamps != SOURCE and value.SourceTimestamp is not None:
        value = replace(value, SourceTimestamp=None, SourcePicoseconds=None)
    if timestamps != SERVER and value.ServerTimestamp is not None:
        value = replace(value, ServerTimestamp=None, ServerPicoseconds=None)
    return value


_values: Final = EncodedValues()


def encoded(value: ua.DataValue, timestamps: int = BOTH) -> bytes:
    """Return the binary encoding, with the timestamps asked for and no others.

    A value given here must not be changed afterwards: show another one instead.
    """
    return _values.of(value, timestamps)
