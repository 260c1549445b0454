"""A device that could never be read is refused before anything is connected."""

from typing import Any

import pytest

from adapters.modbus.config import ModbusConfig
from mappings.language import Tag
from mappings.modbus_address import ModbusAddress, parse_address
from mappings.problems import Place

GOOD: dict[str, Any] = {"name": "plc", "host": "127.0.0.1", "port": 502, "unit": 1, "tags": ()}


def tag(address: ModbusAddress, name: str = "A.b") -> Tag:
    return Tag(
        name=name,
        device="plc",
        address=address,
        deadband=0.0,
        meaning="",
        writable=False,
        place=Place("f.yaml"),
    )


def address(**wrong: Any) -> ModbusAddress:
    return ModbusAddress(
        **{"table": "input", "number": 0, "data_type": "uint16", "width": 1} | wrong
    )


def test_a_device_that_can_be_read_is_accepted() -> None:
    config = ModbusConfig(**GOOD | {"tags": (tag(parse_address("input.65535.uint16")),)})
    assert config.name == "plc"


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"host": ""}, "host"),
        ({"port": 0}, "port 0"),
        ({"port": 65536}, "port 65536"),
        ({"unit": 256}, "unit 256"),
        ({"poll_s": 0.0}, "poll interval"),
        ({"timeout_s": -1.0}, "timeout"),
        ({"gap_limit": -1}, "gap limit"),
        ({"reconnect_s": 9.0}, "reconnect"),
        ({"tags": (tag(address()), tag(address()))}, "a tag comes twice"),
        ({"tags": (tag(address(table="memory")),)}, "table memory"),
        ({"tags": (tag(address(data_type="word")),)}, "type word"),
        ({"tags": (tag(address(word_order="ACBD")),)}, "word order"),
        ({"tags": (tag(address(width=126)),)}, "too wide"),
        ({"tags": (tag(address(number=65535, width=2)),)}, "address 65535"),
    ],
)
def test_what_can_never_work_is_refused(wrong: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        ModbusConfig(**GOOD | wrong)
