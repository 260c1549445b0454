"""The register tables: gapless, reversible, and the same in code and document."""

import math
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.blender import Blender, BlenderConfig
from simulators.blender_registers import BLENDER_REGISTERS
from simulators.device import Device
from simulators.register_doc import BEGIN, END, markdown
from simulators.register_map import WIDTH, RegisterTable, Table, Type, decode, encode
from simulators.scale import Scale, ScaleConfig
from simulators.scale_registers import SCALE_REGISTERS

DOCUMENT = Path(__file__).parents[3] / "docs" / "simulators.md"
TABLES = [SCALE_REGISTERS, BLENDER_REGISTERS]
CHANCE = numpy.random.default_rng(1)
DEVICES: list[Device] = [
    Scale(
        ScaleConfig(name="s", dev_id=1, serial_number=1, capacity_kg=6, resolution_kg=0.1), CHANCE
    ),
    Blender(BlenderConfig(name="b", dev_id=1, serial_number=1), CHANCE),
]


def test_the_document_holds_the_declared_registers() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    written = text[text.index(BEGIN) : text.index(END) + len(END)]
    assert written == markdown(), "run `python -m simulators.register_doc` and paste its output"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
@pytest.mark.parametrize("kind", list(Table))
def test_one_request_reads_a_whole_table(table: RegisterTable, kind: Table) -> None:
    address = 0
    for register in table.of(kind):
        assert register.address == address
        address = register.end
    assert 0 < address <= 125


@pytest.mark.parametrize("device", DEVICES, ids=lambda d: d.table.title)
def test_a_device_has_a_value_for_every_register_and_no_other(device: Device) -> None:
    assert set(device.values()) == {r.name for r in device.table.registers}


def test_32_bit_values_lie_high_word_first() -> None:
    assert encode(Type.UINT32, 0x00010002) == [1, 2]
    assert encode(Type.FLOAT32, 1.0) == [0x3F80, 0x0000]


def test_counters_wrap() -> None:
    assert encode(Type.UINT16, 65536 + 5) == [5]
    assert encode(Type.UINT32, 2**32 + 5) == [0, 5]


def test_nan_survives_the_wire() -> None:
    assert math.isnan(decode(Type.FLOAT32, encode(Type.FLOAT32, math.nan)))


@given(st.one_of(st.integers(0, 2**32 - 1)))
def test_what_is_written_down_is_read_back(number: int) -> None:
    assert decode(Type.UINT32, encode(Type.UINT32, number)) == number


@given(st.floats(width=32, allow_nan=False))
def test_what_float_is_written_down_is_read_back(number: float) -> None:
    assert decode(Type.FLOAT32, encode(Type.FLOAT32, number)) == number


@pytest.mark.parametrize(
    ("address", "words", "expected"),
    [
        (0, [2, 7], {"command": 2, "sequence": 7}),
        (4, [0x3F80, 0], {"preset_tare": 1.0}),
        (4, [0x3F80], None),  # the first half of a value
        (5, [0], None),  # the second half
        (5, [0, 0], None),  # half a value and an address behind the last
        (6, [0], None),  # behind the last
    ],
)
def test_a_write_takes_whole_values_only(
    address: int, words: list[int], expected: dict[str, float] | None
) -> None:
    assert SCALE_REGISTERS.written(Table.HOLDING, address, words) == expected


def test_every_width_is_declared() -> None:
    assert set(WIDTH) == set(Type)
