"""Arrays in PostgreSQL's binary format, packed in one go.

The general list dumper looks at every element on its own; a chunk of tag values has sixty
thousand of them. The format: dimensions, a flag for nulls, the element type, the length, the
lower bound; then each element as its length (-1 for null) and its bytes, all in network order.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Final

from psycopg.abc import Buffer, DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)  # where PostgreSQL begins to count
_NULL: Final = struct.pack("!i", -1)

# Element type and array type, from PostgreSQL's pg_type.dat; these numbers never change.
_BYTEA, _INT8, _INT2, _INT4, _TEXT, _FLOAT8, _TIMESTAMPTZ = 17, 20, 21, 23, 25, 701, 1184
_ARRAY_OF: Final = {
    _BYTEA: 1001,
    _INT8: 1016,
    _INT2: 1005,
    _INT4: 1007,
    _TEXT: 1009,
    _FLOAT8: 1022,
    _TIMESTAMPTZ: 1185,
}


@dataclass(frozen=True, slots=True)
class BinaryArray:
    """A packed array: the number of its type and its bytes."""

    oid: int
    packed: bytes


# The ignores below: explicit-override asks for typing.override, which Python 3.11 lacks.
class BinaryArrayDumper(Dumper):
    """Hands a packed array to the server as it is."""

    format = Format.BINARY

    def get_key(self, obj: BinaryArray, format: PyFormat) -> DumperKey:  # type: ignore[explicit-override] # noqa: A002, ARG002
        """Tell psycopg that arrays of different types need different dumpers."""
        return (self.cls, obj.oid)  # type: ignore[return-value] # any hashable key will do

    def upgrade(self, obj: BinaryArray, format: PyFormat) -> Dumper:  # type: ignore[explicit-override] # noqa: A002, ARG002
        """Return the dumper that knows the type of this array."""
        dumper = BinaryArrayDumper(self.cls)
        dumper.oid = obj.oid
        return dumper

    def dump(self, obj: BinaryArray) -> Buffer:  # type: ignore[explicit-override]
        """Return the bytes for the wire."""
        return obj.packed


def texts(values: Sequence[str | None]) -> BinaryArray:
    """Pack text[]."""
    return _of_bytes(_TEXT, [None if value is None else value.encode() for value in values])


def blobs(values: Sequence[bytes]) -> BinaryArray:
    """Pack bytea[]."""
    return _of_bytes(_BYTEA, values)


def int2s(values: Sequence[int]) -> BinaryArray:
    """Pack smallint[]."""
    return _of_fixed(_INT2, "h", 2, values)


def int4s(values: Sequence[int]) -> BinaryArray:
    """Pack integer[]."""
    return _of_fixed(_INT4, "i", 4, values)


def float8s(values: Sequence[float]) -> BinaryArray:
    """Pack double precision[]."""
    return _of_fixed(_FLOAT8, "d", 8, values)


def times(values: Sequence[datetime]) -> BinaryArray:
    """Pack timestamptz[]; the times are aware."""
    return _of_fixed(_TIMESTAMPTZ, "q", 8, [microseconds(value) for value in values])


def microseconds(time: datetime) -> int:
    """Return the microseconds since PostgreSQL's epoch, exactly."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _head(element: int, count: int, *, nulls: bool) -> bytes:
    if count == 0:
        return struct.pack("!iii", 0, 0, element)
    return struct.pack("!iiiii", 1, nulls, element, count, 1)


def _of_fixed(element: int, code: str, size: int, values: Sequence[float]) -> BinaryArray:
    interleaved = chain.from_iterable(zip(repeat(size), values))
    packed = struct.pack("!" + ("i" + code) * len(values), *interleaved)
    return BinaryArray(_ARRAY_OF[element], _head(element, len(values), nulls=False) + packed)


def _of_bytes(element: int, values: Sequence[bytes | None]) -> BinaryArray:
    packed = b"".join(_elements(values))
    head = _head(element, len(values), nulls=None in values)
    return BinaryArray(_ARRAY_OF[element], head + packed)


def _elements(values: Iterable[bytes | None]) -> Iterable[bytes]:
    for value in values:
        if value is None:
            yield _NULL
        else:
            yield len(value).to_bytes(4, "big")
            yield value
