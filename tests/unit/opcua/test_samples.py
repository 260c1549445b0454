"""Samples as bytes: which timestamps they carry, the overflow bit, and what cannot be encoded."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary

from server.faces.opcua.subscriptions.samples import Sample
from server.faces.opcua.wire.encode import ticks

SOURCE, SERVER, BOTH, NEITHER = (
    ua.TimestampsToReturn.Source,
    ua.TimestampsToReturn.Server,
    ua.TimestampsToReturn.Both,
    ua.TimestampsToReturn.Neither,
)
NOON, LATER = datetime(2024, 5, 1, 12, tzinfo=UTC), datetime(2024, 5, 1, 13, tzinfo=UTC)
UNCERTAIN = ua.StatusCode(ua.UInt32(ua.StatusCodes.Uncertain))


def decoded(content: bytes) -> Any:
    buffer = Buffer(content)
    value = struct_from_binary(ua.DataValue, buffer)
    assert len(buffer) == 0
    return value


def code_of(value: Any) -> int:
    return value.StatusCode.value if value.StatusCode is not None else 0


@pytest.mark.parametrize("wanted", [SOURCE, SERVER, BOTH, NEITHER])
@pytest.mark.parametrize("source", [NOON, None])
@pytest.mark.parametrize("server", [LATER, None])
@pytest.mark.parametrize("status", [ua.StatusCode(), UNCERTAIN])
@pytest.mark.parametrize("content", [5.0, "text", [1, 2, 3], None])
def test_a_value_goes_out_with_the_times_that_are_wanted(
    wanted: ua.TimestampsToReturn, source: Any, server: Any, status: Any, content: Any
) -> None:
    value = ua.DataValue(
        ua.Variant(content), StatusCode=status, SourceTimestamp=source, ServerTimestamp=server
    )
    sample = Sample(value, ticks(LATER))
    found = decoded(sample.encoded(wanted))
    assert found.Value == value.Value
    assert code_of(found) == status.value
    assert found.SourceTimestamp == (source if wanted in {SOURCE, BOTH} else None)
    assert found.ServerTimestamp == (LATER if wanted in {SERVER, BOTH} else None)
    assert sample.encoded(wanted) is sample.encoded(wanted)


@pytest.mark.parametrize("status", [ua.StatusCode(), UNCERTAIN])
def test_the_overflow_bit_stands_beside_the_status(status: ua.StatusCode) -> None:
    value = ua.DataValue(5.0, StatusCode=status)
    sample = Sample(value, 0)
    marked = sample.overflowed()
    assert code_of(decoded(marked.encoded(NEITHER))) == status.value | 0x480
    assert code_of(decoded(sample.encoded(NEITHER))) == status.value
    assert marked.overflowed() is marked
    assert sample.overflowed() is marked


def test_picoseconds_are_left_out() -> None:
    value = ua.DataValue(5.0, SourceTimestamp=NOON, ServerTimestamp=LATER)
    fine = replace(value, SourcePicoseconds=7, ServerPicoseconds=9)
    assert Sample(fine, 0).encoded(BOTH) == Sample(value, 0).encoded(BOTH)


def test_a_value_that_cannot_be_encoded_is_reported_as_bad() -> None:
    value = ua.DataValue(ua.Variant("a text", ua.VariantType.Int32), SourceTimestamp=NOON)
    found = decoded(Sample(value, 0).encoded(SOURCE))
    assert found.StatusCode.name == "BadEncodingError"
    assert (found.Value.Value, found.SourceTimestamp) == (None, NOON)
