"""Turn registers into values and values into registers; pure."""

import math
import struct
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from adapters.modbus.config import DATA_TYPES, Address
from adapters.port import Scalar

_FLOAT32: Final = struct.Struct(">f")
_FLOAT32_DIGITS: Final = range(6, 10)  # six always survive a float32, nine always suffice


def decode(registers: Sequence[int], address: Address) -> Scalar | None:
    """Return the value of an address from exactly its registers; None when they hold none."""
    if address.bit is not None:
        return bool(registers[0] >> address.bit & 1)
    octets = _swapped(struct.pack(f">{len(registers)}H", *registers), address.word_order)
    if address.data_type == "string":
        return _string(octets)
    (number,) = struct.unpack(f">{DATA_TYPES[address.data_type]}", octets)
    if isinstance(number, float):
        if not math.isfinite(number):
            return None
        if address.data_type == "float32":
            number = _shortest_float32(number, octets)
    return _scaled(number, address)


def encode(value: Scalar, address: Address) -> list[int]:
    """Return the registers that hold a value; raise ValueError when it does not fit."""
    if address.data_type == "string":
        octets = str(value).encode("ascii", "strict").ljust(2 * address.width, b"\0")
        if len(octets) > 2 * address.width:
            message = f"text of {len(octets)} characters in room for {2 * address.width}"
            raise ValueError(message)
    else:
        octets = _number_octets(value, address)
    octets = _swapped(octets, address.word_order)
    return list(struct.unpack(f">{len(octets) // 2}H", octets))


def _number_octets(value: Scalar, address: Address) -> bytes:
    if isinstance(value, bool | str):
        message = f"'{value}' is not a number"
        raise ValueError(message)  # noqa: TRY004 -- a wrong value, whatever its type
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{value} is not finite"
        raise ValueError(message)
    raw = (Decimal(str(value)) - address.offset) / address.scale
    is_float = "float" in address.data_type
    if not is_float and raw != raw.to_integral_value():
        message = f"{value} is no whole number of steps of {address.scale}"
        raise ValueError(message)
    try:
        return struct.pack(
            f">{DATA_TYPES[address.data_type]}", float(raw) if is_float else int(raw)
        )
    except (struct.error, OverflowError) as error:
        message = f"{value} does not fit into {address.data_type}"
        raise ValueError(message) from error


def _swapped(octets: bytes, word_order: str) -> bytes:
    """Return the octets in network order, or back: every swap is its own inverse."""
    if word_order in ("BADC", "DCBA"):
        octets = b"".join(
            octets[i + 1 : i + 2] + octets[i : i + 1] for i in range(0, len(octets), 2)
        )
    if word_order in ("CDAB", "DCBA"):
        octets = b"".join(octets[i : i + 2] for i in range(len(octets) - 2, -2, -2))
    return octets


def _string(octets: bytes) -> str | None:
    text = octets.split(b"\0", 1)[0].decode("ascii", "replace").rstrip()
    return text if text.isprintable() and "\N{REPLACEMENT CHARACTER}" not in text else None


def _shortest_float32(number: float, octets: bytes) -> float:
    """Return 10.02 for the float32 next to 10.02, instead of 10.020000457763672.

    A weight goes into the record as a decimal number; the digits a float32 never had must not.
    """
    for digits in _FLOAT32_DIGITS:
        short = float(f"{number:.{digits}g}")
        try:
            if _FLOAT32.pack(short) == octets:
                return short
        except OverflowError:  # rounded up beyond the largest float32
            continue
    return number


def _scaled(number: float, address: Address) -> float | int:
    if address.scale == 1 and address.offset == 0:
        return number
    exact = Decimal(str(number)) * address.scale + address.offset
    if isinstance(number, int) and address.scale == 1 and exact == exact.to_integral_value():
        return int(exact)
    return float(exact)
