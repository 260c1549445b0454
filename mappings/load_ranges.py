"""Read the ranges of a tag: what is usual in operation, and what the instrument can show."""

import math

from mappings.modbus_address import ModbusAddress
from mappings.yaml_fields import Fields
from mappings.yaml_nodes import Kind

_ENDS = 2


def read_range(
    fields: Fields, key: str, address: ModbusAddress | None
) -> tuple[float, float] | None:
    """Return the two ends that a key says; None, and perhaps a problem, when it says none."""
    if not fields.has(key):
        return None
    remedy = "write its two ends, as [0, 60]"
    if address is not None and not address.is_number:
        fields.reject(key, f"a {address.data_type} is no number", "remove it")
        return None
    texts = [item.text if item.kind is Kind.TEXT else "" for item in fields.items(key)]
    ends = [_number(text) for text in texts]
    if len(ends) != _ENDS or not all(math.isfinite(end) for end in ends):
        fields.reject(key, "is not two numbers", remedy)
        return None
    low, high = ends
    if low >= high:
        fields.reject(key, f"{low:g} is not below {high:g}", remedy)
        return None
    return low, high


def is_analog(address: ModbusAddress | None) -> bool:
    """Tell whether values may be taken to move evenly from one reading to the next."""
    if address is None or not address.is_number:
        return False
    return bool(address.unit) or not address.is_whole_number or "float" in address.data_type


def _number(text: str) -> float:
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def refuse_misfit(
    fields: Fields,
    usual: tuple[float, float] | None,
    instrument: tuple[float, float] | None,
) -> None:
    """Report a usual range that the instrument can't show."""
    if usual is None or instrument is None:
        return
    if usual[0] < instrument[0] or usual[1] > instrument[1]:
        fields.reject(
            "range", "goes beyond what the instrument shows", "correct it, or instrument_range"
        )
