"""Addresses are one string, and a wrong one says what is wrong with it."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.modbus_address import (
    BIT_TABLES,
    OPTIONS,
    REGISTER_TABLES,
    REGISTERS_OF_TYPE,
    WORD_ORDERS,
    ModbusAddress,
    parse_address,
)
from tests.tree import ROOT


def test_a_full_address_is_understood() -> None:
    text = "holding.40.float32:scale=0.001,offset=-2,unit=kg,word_order=CDAB"
    assert parse_address(text) == ModbusAddress(
        table="holding",
        number=40,
        data_type="float32",
        width=2,
        word_order="CDAB",
        scale=Decimal("0.001"),
        offset=Decimal(-2),
        unit="kg",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is not <table>"),
        ("input.6", "is not <table>"),
        ("input.6.float32.x", "is not <table>"),
        ("inputs.6.float32", "did you mean 'input'"),
        ("input.6.flaot32", "did you mean 'float32'"),
        ("input.x.uint16", "number 'x' is not a whole number"),
        ("input.-1.uint16", "number '-1'"),
        ("input.65536.uint16", "lies outside"),
        ("input.65535.uint32", "too high for 2 registers"),
        ("discrete.1.uint16", "holds bits"),
        ("input.1.bool", "needs the bit"),
        ("input.1.bool:bit=16", "lies outside 0 to 15"),
        ("input.1.uint16:bit=1", "belongs to a bool"),
        ("coil.1.bool:bit=1", "belongs to a bool"),
        ("input.1.string", "length"),
        ("input.1.string:length=0", "at least 1"),
        ("input.1.string:length=251", "lies outside"),
        ("input.1.uint16:length=2", "length"),
        ("input.1.string:length=2,scale=2", "cannot have the option 'scale'"),
        ("input.1.uint16:scale=0", "scale is 0"),
        ("input.1.uint16:scale=nan", "scale 'nan' is not a number"),
        ("input.1.uint16:scale=", "has no value"),
        ("input.1.uint16:scale", "has no value"),
        ("input.1.uint16:scale=1,scale=2", "given twice"),
        ("input.1.uint16:scael=1", "did you mean 'scale'"),
        ("input.1.uint32:word_order=ABDC", "unknown word_order"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_address(text)
    assert part in str(caught.value)


@given(st.text(alphabet="inputcoldgrse.:=,0123456789-abfw_ order\n", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 -- most texts are wrong, and that is what is looked at
    else:
        assert 0 <= address.number <= 65_536 - address.width


def test_every_address_of_the_page_is_understood() -> None:
    page = (ROOT / "docs" / "adapters" / "modbus.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\naddresses:\n(.*?)```", page, flags=re.DOTALL)
    addresses = [line.removeprefix("  - ") for line in block.splitlines()]
    assert len([parse_address(address) for address in addresses]) >= 7


@pytest.mark.parametrize(
    "word", [*REGISTERS_OF_TYPE, *BIT_TABLES, *REGISTER_TABLES, *WORD_ORDERS, *OPTIONS]
)
def test_every_word_of_an_address_is_explained(word: str) -> None:
    page = (ROOT / "docs" / "adapters" / "modbus.md").read_text(encoding="utf-8")
    assert f"`{word}`" in page
