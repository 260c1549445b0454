"""The address of a tag in a Modbus device, written as one string.

``<table>.<number>.<type>[:<option>=<value>,…]``, for example ``input.6.float32:unit=kg`` or
``input.1.bool:bit=3``. docs/adapters/modbus.md lists every table, type and option.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from mappings.problems import did_you_mean

BIT_TABLES: Final = ("coil", "discrete")
REGISTER_TABLES: Final = ("holding", "input")
WRITABLE_TABLES: Final = frozenset({"coil", "holding"})
WORD_ORDERS: Final = ("ABCD", "CDAB", "BADC", "DCBA")

REGISTERS_OF_TYPE: Final = {
    "bool": 1,
    "uint16": 1,
    "int16": 1,
    "uint32": 2,
    "int32": 2,
    "float32": 2,
    "uint64": 4,
    "int64": 4,
    "float64": 4,
    "string": 0,  # as many as the option length says
}
OPTIONS: Final = ("bit", "length", "offset", "scale", "unit", "word_order")
_ADDRESSES: Final = 65_536
_STRING_LIMIT: Final = 250  # characters that fit into one request of 125 registers
_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusAddress:
    """Where a value stands in a Modbus device and how it is to be understood.

    ``number`` is the protocol address, counted from 0. The value is what was read, times
    ``scale``, plus ``offset``, in ``unit``. ``width`` is in registers, or in bits of a bit table.
    """

    table: str
    number: int
    data_type: str
    width: int
    word_order: str = "ABCD"
    scale: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    bit: int | None = None
    unit: str = ""

    @property
    def is_boolean(self) -> bool:
        """Return whether the value is true or false."""
        return self.data_type == "bool"

    @property
    def is_whole_number(self) -> bool:
        """Return whether the value is a whole number: an integer type that is not scaled."""
        return "int" in self.data_type and self.scale == 1 and self.offset % 1 == 0

    @property
    def is_number(self) -> bool:
        """Return whether the value is a number of any kind."""
        return self.data_type not in ("bool", "string")

    @property
    def can_be_written(self) -> bool:
        """Return whether Modbus allows to write there."""
        return self.table in WRITABLE_TABLES and self.bit is None


def parse_address(text: str) -> ModbusAddress:
    """Return the address that a text says; a ValueError tells what is wrong with it."""
    where, _, option_text = text.partition(":")
    parts = where.split(".")
    if len(parts) != _PARTS:
        message = f"address '{text}' is not <table>.<number>.<type>, as in input.6.float32"
        raise ValueError(message)
    table, number_text, data_type = parts
    _one_of("table", table, BIT_TABLES + REGISTER_TABLES)
    _one_of("type", data_type, tuple(REGISTERS_OF_TYPE))
    options = _options(option_text)
    _check_combination(table, data_type, options)
    width = _width(data_type, options)
    number = _number("number", number_text, _ADDRESSES - 1)
    if number + width > _ADDRESSES:
        message = f"address {number} is too high for {width} registers"
        raise ValueError(message)
    word_order = options.get("word_order", "ABCD")
    _one_of("word_order", word_order, WORD_ORDERS)
    scale = _decimal("scale", options.get("scale", "1"))
    if scale == 0:
        raise ValueError("scale is 0, which would hide every value")
    return ModbusAddress(
        table=table,
        number=number,
        data_type=data_type,
        width=width,
        word_order=word_order,
        scale=scale,
        offset=_decimal("offset", options.get("offset", "0")),
        bit=_number("bit", options["bit"], 15) if "bit" in options else None,
        unit=options.get("unit", ""),
    )


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, equals, value = part.strip().partition("=")
        _one_of("option", name, OPTIONS)
        if not equals or not value:
            message = f"option '{name}' has no value, write {name}=…"
            raise ValueError(message)
        if name in options:
            message = f"option '{name}' is given twice"
            raise ValueError(message)
        options[name] = value
    return options


def _check_combination(table: str, data_type: str, options: dict[str, str]) -> None:
    """Refuse options that the table or the type gives no meaning to."""
    if table in BIT_TABLES and data_type != "bool":
        message = f"table '{table}' holds bits, its type is bool and not {data_type}"
        raise ValueError(message)
    bit_needed = table in REGISTER_TABLES and data_type == "bool"
    if bit_needed and "bit" not in options:
        message = f"a bool in table '{table}' needs the bit of the register, as in :bit=3"
        raise ValueError(message)
    if "bit" in options and not bit_needed:
        raise ValueError("option 'bit' belongs to a bool in a register table only")
    if ("length" in options) != (data_type == "string"):
        raise ValueError("a string, and nothing else, has the option 'length', in characters")
    scaled = {"scale", "offset"} & options.keys()
    if scaled and data_type in ("bool", "string"):
        message = f"a {data_type} cannot have the option '{min(scaled)}'"
        raise ValueError(message)


def _width(data_type: str, options: dict[str, str]) -> int:
    if data_type != "string":
        return REGISTERS_OF_TYPE[data_type]
    length = _number("length", options["length"], _STRING_LIMIT)
    if length == 0:
        raise ValueError("a string has a length of at least 1")
    return (length + 1) // 2


def _one_of(what: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        message = f"unknown {what} '{word}', {did_you_mean(word, known)}"
        raise ValueError(message)


def _number(what: str, text: str, at_most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(at_most))):
        message = f"{what} '{text}' is not a whole number from 0 to {at_most}"
        raise ValueError(message)
    number = int(text)
    if number > at_most:
        message = f"{what} {number} lies outside 0 to {at_most}"
        raise ValueError(message)
    return number


def _decimal(what: str, text: str) -> Decimal:
    message = f"{what} '{text}' is not a number such as 0.001"
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(message) from error
    if not value.is_finite() or abs(value.adjusted()) > 12 or len(text) > 30:  # noqa: PLR2004
        raise ValueError(message)
    return value
