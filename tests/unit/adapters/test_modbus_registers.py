"""Registers to values and back, for every type, word order and scale."""

import math
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.modbus.registers import decode, encode
from mappings.modbus_address import WORD_ORDERS, parse_address

INTEGERS = {
    "uint16": (0, 2**16 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint32": (0, 2**32 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint64": (0, 2**64 - 1),
    "int64": (-(2**63), 2**63 - 1),
}


@pytest.mark.parametrize(
    ("address", "registers", "value"),
    [
        ("input.0.uint16", [65535], 65535),
        ("input.0.int16", [65535], -1),
        ("input.0.uint32", [1, 2], 65538),
        ("input.0.uint32:word_order=CDAB", [2, 1], 65538),
        ("input.0.uint32:word_order=BADC", [0x0100, 0x0200], 65538),
        ("input.0.uint32:word_order=DCBA", [0x0200, 0x0100], 65538),
        ("input.0.uint16:word_order=BADC", [0x0102], 0x0201),
        ("input.0.float32", [0x4120, 0x51EC], 10.02),
        ("input.0.uint16:scale=0.001", [10020], 10.02),
        ("input.0.int16:scale=0.1,offset=-40", [655], 25.5),
        ("input.0.uint16:offset=5", [1], 6),
        ("input.0.bool:bit=15", [0x8000], True),
        ("input.0.bool:bit=14", [0x8000], False),
        ("input.0.string:length=5", [0x4C4F, 0x5430, 0x3100], "LOT01"),
        ("input.0.float32", [0x7FC0, 0], None),
        ("input.0.float32", [0xFF80, 0], None),
        ("input.0.float64", [0x7FF8, 0, 0, 0], None),
        ("input.0.string:length=2", [0xFFFF], None),
    ],
)
def test_a_value_is_what_the_address_says(
    address: str, registers: list[int], value: float | str | None
) -> None:
    assert decode(registers, parse_address(address)) == value


@given(st.sampled_from(sorted(INTEGERS)), st.sampled_from(WORD_ORDERS), st.data())
def test_integers_come_back(data_type: str, word_order: str, data: st.DataObject) -> None:
    value = data.draw(st.integers(*INTEGERS[data_type]))
    address = parse_address(f"holding.0.{data_type}:word_order={word_order}")
    assert decode(encode(value, address), address) == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.sampled_from(WORD_ORDERS))
def test_a_float32_is_told_with_the_digits_it_has_and_no_others(
    value: float, word_order: str
) -> None:
    address = parse_address(f"holding.0.float32:word_order={word_order}")
    told = decode(encode(value, address), address)
    assert isinstance(told, float)
    assert struct.pack(">f", told) == struct.pack(">f", value)
    assert len(Decimal(str(told)).normalize().as_tuple().digits) <= 9


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float64_comes_back(value: float) -> None:
    address = parse_address("holding.0.float64")
    assert decode(encode(value, address), address) == value


@given(st.integers(min_value=0, max_value=65535))
def test_a_scaled_value_is_written_exactly(raw: int) -> None:
    address = parse_address("holding.0.uint16:scale=0.001,offset=-2")
    value = decode([raw], address)
    assert value is not None
    assert encode(value, address) == [raw]


@pytest.mark.parametrize(
    ("address", "value", "part"),
    [
        ("holding.0.uint16", 65536, "does not fit"),
        ("holding.0.uint16", -1, "does not fit"),
        ("holding.0.uint16", 1.5, "no whole number"),
        ("holding.0.float32", 1e39, "does not fit"),
        ("holding.0.float32", math.nan, "not finite"),
        ("holding.0.uint16", True, "not a number"),
        ("holding.0.uint16", "7", "not a number"),
        ("holding.0.string:length=2", "LOT", "room for 2"),
        ("holding.0.string:length=2", "é", "ascii"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(
    address: str, value: float | str, part: str
) -> None:
    with pytest.raises(ValueError, match=part):
        encode(value, parse_address(address))
