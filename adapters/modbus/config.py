"""What the Modbus adapter must be told; everything that can be checked is checked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

REGISTERS_PER_REQUEST: Final = 125
"""Modbus Application Protocol V1.1b3, 6.3 and 6.4."""
BITS_PER_REQUEST: Final = 2000
"""Modbus Application Protocol V1.1b3, 6.1 and 6.2."""
TABLES: Final = frozenset({"coil", "discrete", "holding", "input"})
DATA_TYPES: Final = {
    "bool": "",
    "uint16": "H",
    "int16": "h",
    "uint32": "I",
    "int32": "i",
    "float32": "f",
    "uint64": "Q",
    "int64": "q",
    "float64": "d",
    "string": "",
}
"""The types, with the letter by which ``struct`` knows them."""
WORD_ORDERS: Final = frozenset({"ABCD", "CDAB", "BADC", "DCBA"})
_ADDRESSES: Final = 65_536


class Address(Protocol):
    """Where a value stands in the device, as the mapping language says it."""

    @property
    def table(self) -> str:
        """Return coil, discrete, holding or input."""
        ...

    @property
    def number(self) -> int:
        """Return the protocol address, counted from 0."""
        ...

    @property
    def data_type(self) -> str:
        """Return one of ``DATA_TYPES``."""
        ...

    @property
    def width(self) -> int:
        """Return how many registers, or bits of a bit table, the value takes."""
        ...

    @property
    def word_order(self) -> str:
        """Return the order of the octets of two words."""
        ...

    @property
    def scale(self) -> Decimal:
        """Return by what the number is multiplied."""
        ...

    @property
    def offset(self) -> Decimal:
        """Return what is added after that."""
        ...

    @property
    def bit(self) -> int | None:
        """Return the bit of a register that is meant."""
        ...


class Tag(Protocol):
    """A tag of the device."""

    @property
    def name(self) -> str:
        """Return the name of the tag."""
        ...

    @property
    def address(self) -> Address:
        """Return where it stands."""
        ...

    @property
    def writable(self) -> bool:
        """Return whether it may be written."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusConfig:
    """One Modbus device; all durations in seconds.

    Registers nobody asked for are read along when they are at most ``gap_limit`` between two
    tags, because one request more costs more than they do.
    """

    name: str
    host: str
    port: int
    unit: int
    tags: Sequence[Tag]
    poll_s: float = 1.0
    timeout_s: float = 1.0
    gap_limit: int = 16
    reconnect_s: float = 0.25
    reconnect_limit_s: float = 5.0

    def __post_init__(self) -> None:
        """Raise ValueError when the device could never be read like this."""
        _check(bool(self.host), f"device {self.name}: the host is missing")
        _check(1 <= self.port < _ADDRESSES, f"device {self.name}: port {self.port} does not exist")
        _check(0 <= self.unit <= 255, f"device {self.name}: unit {self.unit} is not 0 to 255")  # noqa: PLR2004
        _check(self.poll_s > 0, f"device {self.name}: the poll interval must be above 0 s")
        _check(self.timeout_s > 0, f"device {self.name}: the timeout must be above 0 s")
        _check(self.gap_limit >= 0, f"device {self.name}: the gap limit must not be below 0")
        _check(
            0 < self.reconnect_s <= self.reconnect_limit_s,
            f"device {self.name}: the first wait before a reconnect must be above 0 s, "
            "and at most the longest one",
        )
        names = [tag.name for tag in self.tags]
        _check(len(names) == len(set(names)), f"device {self.name}: a tag comes twice")
        for tag in self.tags:
            _check_tag(tag)


def _check_tag(tag: Tag) -> None:
    address = tag.address
    where = f"tag {tag.name}"
    _check(address.table in TABLES, f"{where}: table {address.table} does not exist")
    _check(address.data_type in DATA_TYPES, f"{where}: type {address.data_type} does not exist")
    _check(address.word_order in WORD_ORDERS, f"{where}: no word order {address.word_order}")
    _check(1 <= address.width <= REGISTERS_PER_REQUEST, f"{where}: too wide for one request")
    _check(
        0 <= address.number <= _ADDRESSES - address.width,
        f"{where}: address {address.number} does not exist",
    )


def _check(condition: bool, message: str) -> None:  # noqa: FBT001 -- reads as an assertion
    if not condition:
        raise ValueError(message)
