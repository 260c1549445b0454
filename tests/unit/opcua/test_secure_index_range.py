"""NumericRange texts and the parts they cut out (OPC 10000-4, 7.27)."""

from typing import Any

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st

from server.faces.opcua.wire.index_range import cut, parse_index_range


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("0", ((0, 0),)),
        ("1:3", ((1, 3),)),
        ("0:1,2", ((0, 1), (2, 2))),
        ("", None),
        ("1:1", None),
        ("2:1", None),
        ("-1", None),
        ("1:", None),
        (":1", None),
        ("1;2", None),
        ("٣", None),
        ("99999999999", None),
    ],
)
def test_texts(text: str, bounds: Any) -> None:
    assert parse_index_range(text) == bounds


@given(st.lists(st.integers(0, 255), min_size=1), st.integers(0, 20), st.integers(1, 20))
def test_a_part_is_the_slice(values: list[int], low: int, length: int) -> None:
    whole = ua.DataValue(ua.Variant(values, ua.VariantType.Int64))
    part = cut(whole, f"{low}:{low + length}")
    assert part.StatusCode is not None
    if low >= len(values):
        assert part.StatusCode.name == "BadIndexRangeNoData"
    else:
        assert part.Value is not None
        assert part.Value.Value == values[low : low + length + 1]
    assert whole.Value is not None
    assert whole.Value.Value == values  # the held value is never touched


def test_a_matrix_is_cut_in_both_directions() -> None:
    matrix = ua.DataValue(ua.Variant([[1, 2, 3], [4, 5, 6], [7, 8, 9]], ua.VariantType.Int32))
    part = cut(matrix, "0:1,1:2").Value
    assert part is not None
    assert part.Value == [[2, 3], [5, 6]]
    assert part.Dimensions == [2, 2]


def test_bytes_stay_bytes() -> None:
    part = cut(ua.DataValue(ua.Variant(b"abcdef", ua.VariantType.ByteString)), "2:3").Value
    assert part is not None
    assert part.Value == b"cd"


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    result = cut(ua.DataValue(ua.Variant([1, 2, 3], ua.VariantType.Int32)), text)
    assert result.StatusCode is not None
