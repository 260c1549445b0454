"""Packed arrays: the server reads back exactly what was packed."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from psycopg.adapt import Transformer
from psycopg.pq import Format

from historian import binary_array as b
from historian.binary_array import BinaryArray

TIME = datetime(2026, 3, 2, 6, 0, 0, 123456, tzinfo=UTC)


def unpacked(array: BinaryArray) -> object:
    """Read an array as psycopg reads the server's answers."""
    return Transformer().get_loader(array.oid, Format.BINARY).load(array.packed)


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (b.texts(["", "a", None, "µ \U0001f512"]), ["", "a", None, "µ \U0001f512"]),
        (b.texts([]), []),
        (b.blobs([b"", bytes(32)]), [b"", bytes(32)]),
        (b.int2s([0, -1, 32767]), [0, -1, 32767]),
        (b.int4s([0, -1, 2**31 - 1]), [0, -1, 2**31 - 1]),
        (b.float8s([0.1, -0.0, math.inf, 1e-320]), [0.1, -0.0, math.inf, 1e-320]),
        (b.times([TIME]), [TIME]),
        (b.times([]), []),
    ],
)
def test_what_was_packed_is_read_back(array: BinaryArray, values: list[object]) -> None:
    assert unpacked(array) == values


@pytest.mark.parametrize(
    "time",
    [
        TIME,
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        TIME.astimezone(timezone(timedelta(hours=-11, minutes=-30))),
    ],
)
def test_times_are_exact_to_the_microsecond(time: datetime) -> None:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    assert epoch + timedelta(microseconds=b.microseconds(time)) == time
