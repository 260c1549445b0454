"""The declared register table of a simulated device: the one source of datastore and document.

Byte and word order is big-endian throughout ("ABCD"): the first register of a 32-bit value holds
its high word, as the Modbus Application Protocol V1.1b3 section 4.2 has it inside one register.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final


@unique
class Table(Enum):
    """The four primary tables of Modbus (Application Protocol V1.1b3, section 4.3)."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"


@unique
class Type(Enum):
    """How a value lies in its registers."""

    BIT = "bit"
    UINT16 = "uint16"
    UINT32 = "uint32"
    FLOAT32 = "float32"


Value = bool | int | float

WIDTH: Final[Mapping[Type, int]] = {Type.BIT: 1, Type.UINT16: 1, Type.UINT32: 2, Type.FLOAT32: 2}
_FORMAT: Final[Mapping[Type, str]] = {Type.UINT16: ">H", Type.UINT32: ">I", Type.FLOAT32: ">f"}
_WRAP: Final[Mapping[Type, int]] = {Type.UINT16: 1 << 16, Type.UINT32: 1 << 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One value of a device: where it lies, how it is written down, what it means."""

    name: str
    table: Table
    address: int
    type: Type
    meaning: str
    unit: str = ""

    @property
    def end(self) -> int:
        """The first address behind this value."""
        return self.address + WIDTH[self.type]

    @property
    def writable(self) -> bool:
        """Tell whether a client may write it: a matter of the table, as Modbus has it."""
        return self.table in {Table.COIL, Table.HOLDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTable:
    """All registers of one kind of device, sorted within each Modbus table by address."""

    title: str
    registers: tuple[Register, ...]

    def of(self, table: Table) -> tuple[Register, ...]:
        """Return the registers that lie in one Modbus table, by address."""
        return tuple(sorted((r for r in self.registers if r.table is table), key=_address))

    def words(self, table: Table, values: Mapping[str, Value]) -> list[int]:
        """Encode a gapless register table from address 0 on."""
        return [word for r in self.of(table) for word in encode(r.type, values[r.name])]

    def bits(self, table: Table, values: Mapping[str, Value]) -> list[bool]:
        """Encode a gapless bit table from address 0 on."""
        return [bool(values[r.name]) for r in self.of(table)]

    def written(
        self, table: Table, address: int, words: list[int] | list[bool]
    ) -> dict[str, Value] | None:
        """Decode a write; None if it touches half a value or an address that does not exist."""
        values: dict[str, Value] = {}
        end = address + len(words)
        for r in self.of(table):
            if r.end <= address or r.address >= end:
                continue
            if r.address < address or r.end > end:
                return None
            values[r.name] = decode(r.type, words[r.address - address : r.end - address])
        covered = sum(WIDTH[r.type] for r in self.of(table) if r.name in values)
        return values if covered == len(words) else None


def _address(register: Register) -> int:
    return register.address


def encode(kind: Type, value: Value) -> list[int]:
    """Write a value down as 16-bit words; counters wrap as those of a PLC do."""
    if kind is Type.BIT:
        return [int(bool(value))]
    number: float = float(value) if kind is Type.FLOAT32 else int(value) % _WRAP[kind]
    packed = struct.pack(_FORMAT[kind], number)
    return list(struct.unpack(f">{len(packed) // 2}H", packed))


def decode(kind: Type, words: list[int] | list[bool]) -> Value:
    """Read a value back from its 16-bit words (or its one bit)."""
    if kind is Type.BIT:
        return bool(words[0])
    packed = struct.pack(f">{len(words)}H", *words)
    value: int | float = struct.unpack(_FORMAT[kind], packed)[0]
    return value


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a register table without its address, which follows from the order."""

    name: str
    type: Type
    meaning: str
    unit: str = ""


def lay_out(table: Table, *entries: Entry) -> Iterator[Register]:
    """Place entries one behind the other from address 0, so that one request reads them all."""
    address = 0
    for entry in entries:
        yield Register(
            name=entry.name,
            table=table,
            address=address,
            type=entry.type,
            meaning=entry.meaning,
            unit=entry.unit,
        )
        address += WIDTH[entry.type]


def bit_word(bits: list[bool]) -> int:
    """Pack flags into a status word, bit 0 first."""
    return sum(1 << n for n, bit in enumerate(bits) if bit)
