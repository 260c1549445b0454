"""The hand-written encodings are those of the codec they replace."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import nodeid_to_binary, struct_to_binary, variant_to_binary
from hypothesis import given
from hypothesis import strategies as st

from server.faces.opcua.wire import encode
from server.faces.opcua.wire.encoded_value import (
    BOTH,
    NEITHER,
    SERVER,
    SOURCE,
    EncodedValues,
    encoded,
)

V = ua.VariantType


def ints(bits: int, *, signed: bool) -> st.SearchStrategy[int]:
    low = -(2 ** (bits - 1)) if signed else 0
    return st.integers(low, low + 2**bits - 1)


TEXT = st.one_of(st.none(), st.text(max_size=20))
TIMES = st.datetimes(
    datetime(1500, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(9999, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
NAMESPACES = st.integers(0, 300)
NODE_IDS = st.one_of(
    st.builds(ua.NodeId, st.integers(0, 2**32 - 1), NAMESPACES),
    st.builds(ua.NodeId, st.text(max_size=20), NAMESPACES),
    st.builds(ua.NodeId, st.binary(max_size=20), NAMESPACES),
    st.builds(ua.NodeId, st.uuids(), NAMESPACES),
)
EXPANDED = st.builds(
    lambda n, uri, server: ua.ExpandedNodeId(
        n.Identifier, n.NamespaceIndex, n.NodeIdType, uri, server
    ),
    NODE_IDS,
    TEXT,
    st.integers(0, 3),
)
ELEMENTS: dict[ua.VariantType, st.SearchStrategy[Any]] = {
    V.Boolean: st.booleans(),
    V.SByte: ints(8, signed=True),
    V.Byte: ints(8, signed=False),
    V.Int16: ints(16, signed=True),
    V.UInt16: ints(16, signed=False),
    V.Int32: ints(32, signed=True),
    V.UInt32: ints(32, signed=False),
    V.Int64: ints(64, signed=True),
    V.UInt64: ints(64, signed=False),
    V.Float: st.floats(width=32),
    V.Double: st.floats(),
    V.String: TEXT,
    V.DateTime: TIMES,
    V.Guid: st.uuids(),
    V.ByteString: st.one_of(st.none(), st.binary(max_size=20)),
    V.NodeId: NODE_IDS,
    V.ExpandedNodeId: EXPANDED,
    V.StatusCode: st.builds(ua.StatusCode, ints(32, signed=False)),
    V.QualifiedName: st.builds(ua.QualifiedName, TEXT, st.integers(0, 300)),
    V.LocalizedText: st.builds(ua.LocalizedText, TEXT, TEXT),
    V.ExtensionObject: st.builds(ua.Range, st.floats(), st.floats()),
    V.Variant: st.builds(ua.Variant, st.integers(0, 9), st.just(V.Byte)),
    V.DataValue: st.builds(ua.DataValue, st.builds(ua.Variant, st.floats(), st.just(V.Double))),
}
VARIANTS = st.sampled_from(list(ELEMENTS)).flatmap(
    lambda kind: st.one_of(
        st.builds(ua.Variant, ELEMENTS[kind].filter(lambda x: x is not None), st.just(kind)),
        st.builds(
            lambda values, kind=kind: ua.Variant(values, kind, is_array=True),
            st.lists(ELEMENTS[kind], max_size=5),
        ),
        st.builds(
            lambda values, kind=kind: ua.Variant([values, values], kind),
            st.lists(ELEMENTS[kind], min_size=1, max_size=3),
        ),
    )
)
DATA_VALUES = st.builds(
    ua.DataValue,
    VARIANTS,
    st.one_of(st.none(), st.builds(ua.StatusCode, ints(32, signed=False))),
    st.one_of(st.none(), TIMES),
    st.one_of(st.none(), TIMES),
)


@given(DATA_VALUES)
def test_a_data_value_is_encoded_as_by_the_codec(value: ua.DataValue) -> None:
    assert encode.data_value(value) == struct_to_binary(value)
    assert encoded(value) == struct_to_binary(value)
    assert encoded(value) == struct_to_binary(value)  # now from what was kept


@given(VARIANTS)
def test_a_variant_is_encoded_as_by_the_codec(value: ua.Variant) -> None:
    assert encode.variant(value) == variant_to_binary(value)


@given(st.one_of(NODE_IDS, EXPANDED))
def test_a_node_id_is_encoded_as_by_the_codec(value: ua.NodeId) -> None:
    assert encode.node_id(value) == nodeid_to_binary(value)


@pytest.mark.parametrize(
    "value",
    [
        ua.Variant(),
        ua.Variant(None, V.String),
        ua.Variant(None, V.Int32, is_array=True),
        ua.Variant([], V.Int32, is_array=True),
        ua.Variant([[], []], V.Int32),
        ua.Variant("a\udc80b", V.String),
        ua.Variant(UUID(int=0), V.Guid),
        ua.Variant(datetime(2024, 5, 1, tzinfo=timezone(timedelta(hours=2))), V.DateTime),
        ua.Variant(datetime(2024, 5, 1), V.DateTime),  # noqa: DTZ001 - a naive one counts as UTC
        ua.Variant(datetime.max.replace(tzinfo=UTC), V.DateTime),
    ],
)
def test_unusual_variants_are_encoded_as_by_the_codec(value: ua.Variant) -> None:
    assert encode.variant(value) == variant_to_binary(value)


def test_a_value_that_does_not_fit_its_type_fails_as_in_the_codec() -> None:
    with pytest.raises(ua.UaError, match="Cannot pack"):
        encode.variant(ua.Variant("text", V.Int32))


NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timestamps", "sent"),
    [(SOURCE, {"source"}), (SERVER, {"server"}), (BOTH, {"source", "server"}), (NEITHER, set())],
)
def test_only_the_timestamps_asked_for_are_sent(timestamps: int, sent: set[str]) -> None:
    value = ua.DataValue(ua.Variant(1.0), SourceTimestamp=NOON, ServerTimestamp=NOON)
    got: Any = ua.ua_binary.struct_from_binary(ua.DataValue, Buffer(encoded(value, timestamps)))
    times = {"source": got.SourceTimestamp, "server": got.ServerTimestamp}
    assert {name for name, time in times.items() if time is not None} == sent
    assert got.Value.Value == 1.0


def test_picoseconds_stand_behind_their_timestamp() -> None:
    value = ua.DataValue(
        ua.Variant(1, V.Byte),
        None,
        SourceTimestamp=NOON,
        ServerTimestamp=NOON,
        SourcePicoseconds=0x1111,
        ServerPicoseconds=0x2222,
    )
    at = encode.ticks(NOON).to_bytes(8, "little")
    assert encode.data_value(value) == b"\x3d\x03\x01" + at + b"\x11\x11" + at + b"\x22\x22"


def test_what_is_kept_is_bounded_and_stays_right() -> None:
    kept = EncodedValues(kept=10)
    values = [ua.DataValue(ua.Variant(float(n), V.Double)) for n in range(100)]
    for value in values * 2:
        assert kept.of(value, BOTH) == struct_to_binary(value)
    assert len(kept) <= 20


def test_a_large_value_is_not_kept() -> None:
    kept = EncodedValues()
    assert len(kept.of(ua.DataValue(ua.Variant("x" * 10_000, V.String)), BOTH)) > 10_000
    assert len(kept) == 0
